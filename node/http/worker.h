// SPDX-License-Identifier: Apache-2.0
// One of the threads that take events of connections, read requests, run handlers and write
// answers.
#pragma once

#include <array>

#include "http/core.h"
#include "http/exchange.h"

namespace dure::node::http {

/// A connection is armed for one event at a time, so only one worker ever holds it.
class Worker {
 public:
  Worker(Core& core, std::uint64_t seed) : core_(core), exchange_(core, seed) {}
  /// Until the core's end event.
  void run();

 private:
  enum class Next {
    kGoOn,
    kAwaitRead,
    kAwaitWrite,
    kTakeTurns,  // there is more to do, but others wait too
    kLive,       // the streams' thread goes on with it
    kClose,
  };

  Next advance(Connection& connection);
  Next serve(Connection& connection);
  Next shake_hands(Connection& connection);
  Next take_request(Connection& connection);
  std::optional<Refusal> take_head(Connection& connection, std::size_t size);
  Next await_body(Connection& connection);
  Next fill(Connection& connection, bool& drained);
  Next refuse(Connection& connection, const Refusal& refusal);
  std::optional<std::string_view> next_of_body(const Connection& connection);
  Next write(Connection& connection);
  Next await_writing(Connection& connection, IoStatus wanted);
  Next written(Connection& connection);
  Next linger(Connection& connection);
  Next time_out(Connection& connection);
  void forget_request(Connection& connection);
  void enter(Connection& connection, Phase phase, std::chrono::milliseconds time);
  void hand_over(Connection& connection);
  void park(Connection& connection, Next next);

  Core& core_;
  Exchange exchange_;
  std::array<char, 64 * 1024> buffer_;
};

}  // namespace dure::node::http
