// SPDX-License-Identifier: Apache-2.0
// Calls the handlers of other nodes in the place of sockets: what is lost, doubled, late or old is
// drawn from the seed.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/message.h"
#include "replication/ports.h"
#include "simulation/random.h"

namespace dure::simulation {

namespace http = node::http;

/// How bad the network is, in percent of requests.
struct Noise {
  std::size_t lost = 0;        // the request never arrives
  std::size_t unanswered = 0;  // it does, but the answer does not
  std::size_t doubled = 0;     // it arrives twice
  std::size_t late = 0;        // a POST arrives only some steps later, unanswered
  std::size_t old = 0;         // an answer from earlier is given again
};

/// Threads: one.
class Network {
 public:
  using Place = std::size_t;  // an installation
  using Handler = std::function<http::Response(const http::Request&)>;

  explicit Network(Random random) : random_(random) {}

  /// Several places may have one URL (twins): who asks decides whom it reaches, until reroute().
  void attach(Place place, const std::string& url, Handler handler);
  void detach(Place place);
  /// Only places on one side reach each other.
  void set_side(Place place, std::size_t side) { sides_[place] = side; }
  void heal() { sides_.clear(); }
  void reroute() { ++routes_; }
  bool reaches(Place from, Place to) const;
  /// Whom `from` reaches at `url`.
  std::optional<Place> find(Place from, const std::string& url) const;
  void set_noise(const Noise& noise) { noise_ = noise; }

  Result<http::Response> request(Place from, const std::string& url, http::Request request);
  node::OpenSource opener(Place from);
  /// Delivers what was late, in any order.
  void deliver_late();
  std::size_t late() const { return late_.size(); }
  std::uint64_t requests() const { return requests_; }

 private:
  struct Attached {
    std::string url;
    Handler handler;
  };
  struct Late {
    Place to;
    http::Request request;
  };
  Result<http::Response> deliver(Place to, const http::Request& request);
  void remember(const std::string& key, const http::Response& response);

  Random random_;
  Noise noise_;
  std::map<Place, Attached> attached_;
  std::map<Place, std::size_t> sides_;
  std::vector<Late> late_;
  std::map<std::string, std::deque<http::Response>> old_;  // by URL and path
  std::uint64_t requests_ = 0;
  std::size_t routes_ = 0;
};

}  // namespace dure::simulation
