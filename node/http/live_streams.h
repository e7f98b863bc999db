// SPDX-License-Identifier: Apache-2.0
// The thread that serves all answers without an end. They wait as sockets: none holds a worker.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "dure/result.h"
#include "http/connection.h"
#include "http/rate_limit.h"

namespace dure::node::http {

struct Core;

/// Threads: any.
class LiveStreams {
 public:
  explicit LiveStreams(Core& core) : core_(core) {}
  ~LiveStreams();  // end()
  LiveStreams(const LiveStreams&) = delete;
  LiveStreams& operator=(const LiveStreams&) = delete;

  /// Errors: kUnavailable (no descriptors left).
  Status start();
  /// A place that is given back when it is destroyed; `limited` counts it for the client as well.
  /// Errors: kUnavailable (all are taken), kRefused (this client has its share).
  Result<std::unique_ptr<StreamPlace>> enter(const Address& client, bool limited);
  /// Takes over a connection whose head is sent, and that no worker waits for any more.
  void adopt(Connection& connection);
  /// Says that there may be something to send. Cheap, never blocks on a stream.
  void tell();
  /// Ends all streams at once, and those that still come.
  void end();
  std::size_t open() const { return taken_; }

 private:
  friend class StreamPlace;
  struct Stream {
    Connection* connection = nullptr;
    std::string out;
    std::size_t sent = 0;
    Instant due = kNever;  // of what is to be taken, else of the next sign of life
    bool fresh = true;     // something may be there to read
    bool last = false;     // nothing comes after `out`
    bool writing = false;  // more is to be sent as soon as the client takes it
    std::uint32_t awaited = 0;
  };

  void run();
  void take_in();
  Instant next_look() const;
  void look(Instant now);
  void handle(Connection* connection, std::uint32_t events);
  bool advance(Stream& stream);
  bool send_what_is_here(Stream& stream);
  bool refill(Stream& stream);
  bool hung_up(Stream& stream);
  bool await(Stream& stream);
  void wake();
  void close(Connection* connection);
  void close_all();

  Core& core_;
  UniqueFd poll_, event_;
  std::thread thread_;
  std::atomic<bool> told_{false}, ending_{false};
  std::atomic<std::size_t> taken_{0};
  ConnectionCounter per_client_;
  std::mutex mutex_;                   // guards the next two
  std::vector<Connection*> arriving_;  // handed over, not taken in
  bool ended_ = false;                 // nobody takes in any more
  // Of the thread.
  std::unordered_map<Connection*, Stream> streams_;
  Instant next_round_ = Instant::min();  // when news are read again
};

/// Threads: any.
class StreamPlace {
 public:
  StreamPlace(LiveStreams& streams, const Address& client, bool limited)
      : streams_(streams), client_(client), limited_(limited) {}
  ~StreamPlace();
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;

 private:
  LiveStreams& streams_;
  const Address client_;
  const bool limited_;
};

}  // namespace dure::node::http
