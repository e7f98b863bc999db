// SPDX-License-Identifier: Apache-2.0
// While a node runs: a head of its own log that it did not sign means that a twin runs with the
// same key; and a quarantine that peers can end is tried again when they answer.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dure/merkle.h"
#include "publishing/publisher.h"
#include "replication/heads.h"
#include "replication/puller.h"

namespace dure::node {

/// Everything must outlive the watch; what is told may be empty.
struct OwnLogWatchPorts {
  std::string origin;
  std::vector<VerifierKey> keys;               // of the own log
  NodeReader node;                             // of its tree
  std::function<Publisher*()> publisher;       // null as long as there is none
  std::function<Result<Recovered>()> recover;  // asks the peers, and heals
  SteadyClock clock = [] { return std::chrono::steady_clock::now(); };
  /// Nothing is signed any more because of `note`, which is to be kept.
  std::function<void(const Error& why, const std::string& note, const std::string& url)> on_twin;
  std::function<void(const Error& error)> on_error;  // a head could not be judged
  std::function<void()> on_resumed;
};

/// Threads: any.
class OwnLogWatch {
 public:
  explicit OwnLogWatch(OwnLogWatchPorts ports) : ports_(std::move(ports)) {}
  /// The peer at `url` answered; `heads` are those it knows, empty if they are as before.
  void saw(const std::string& url, const std::vector<AnnouncedHead>& heads);
  /// Somebody shows this head of our own log: a mirror, or a witness that answered 409.
  void judge(const std::string& url, const std::string& note);

 private:
  void try_again(Publisher& publisher, const std::string& text_before);

  const OwnLogWatchPorts ports_;
  std::mutex healing_;  // held while healing: one at a time
  std::optional<std::chrono::steady_clock::time_point> last_try_;
};

}  // namespace dure::node
