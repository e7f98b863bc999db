// SPDX-License-Identifier: Apache-2.0
// All open connections and their deadlines.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "http/connection.h"

namespace dure::node::http {

/// Deadlines are kept in order of time. Moving one later, which every request does, is one atomic
/// store: the timer finds out when it looks. Only moving one earlier takes the lock. Threads: any.
class ConnectionTable {
 public:
  /// `wake` is called, maybe from a worker, when a deadline was set that is the earliest of all.
  explicit ConnectionTable(std::function<void()> wake) : wake_(std::move(wake)) {}

  Connection& add(std::unique_ptr<Connection> connection);
  /// Closes and destroys.
  void remove(Connection& connection);
  void set_deadline(Connection& connection, Instant deadline);

  /// Wakes the connections whose deadline has passed. Returns when to look again.
  Instant expire(Instant now);
  /// Those that had an answer, at once; who has just connected may begin a request until `until`.
  void close_idle(Instant until);
  void close_all();
  std::size_t size() const;
  /// False if some are still open at `until`.
  bool wait_until_empty(Instant until);

 private:
  static bool has_unread(int socket);
  using Order = std::set<std::pair<Instant, Connection*>>;
  void reschedule(Connection& connection, Instant when);

  const std::function<void()> wake_;
  mutable std::mutex
      mutex_;  // guards what follows, and keeps sockets open while they are shut down
  std::condition_variable empty_;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> all_;
  Order order_;
};

}  // namespace dure::node::http
