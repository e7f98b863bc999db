// SPDX-License-Identifier: Apache-2.0
// What the threads of one server share.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "http/address.h"
#include "http/connection_table.h"
#include "http/live_streams.h"
#include "http/rate_limit.h"
#include "http/server.h"
#include "http/tls.h"
#include "http/transport.h"

namespace dure::node::http {

struct Counters {
  alignas(64) std::atomic<std::uint64_t> connections{0};
  alignas(64) std::atomic<std::uint64_t> requests{0};
  alignas(64) std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> rate_limited{0}, timed_out{0}, failed{0};
};

/// Threads: any; the plain members do not change after make().
struct Core {
  using Handle = std::function<Response(const Request&)>;

  /// Errors: kInvalid (trusted proxies, certificate), kUnavailable (no descriptors left).
  static Result<std::unique_ptr<Core>> make(ServerOptions options, Handle handler);

  Core(ServerOptions given, Handle given_handler);

  /// Makes the accepting thread look at its deadlines and flags.
  void wake();
  /// Closes `connection` and gives back what it held.
  void close(Connection& connection);
  /// Takes `bytes` from the budget for bodies. False: it is spent, and what the
  /// connection held was given back.
  bool reserve(Connection& connection, std::size_t bytes);
  void release(Connection& connection);
  std::size_t body_limit(const Connection& connection) const;

  const ServerOptions options;
  const Handle handler;
  AddressSet trusted_proxies;
  std::unique_ptr<RateLimiter> rate_limiter;  // null: unlimited
  std::unique_ptr<TlsContext> tls;            // null: plain HTTP
  UniqueFd poll;                              // the connections; every worker waits on it
  UniqueFd end_event;                         // in `poll`: readable once the workers must end
  UniqueFd wake_event;                        // for the accepting thread
  std::size_t most_connections = 0;

  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> buffered{0};
  Counters counters;
  ConnectionCounter per_client;
  LiveStreams live;
  ConnectionTable table;
};

}  // namespace dure::node::http
