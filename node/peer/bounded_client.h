// SPDX-License-Identifier: Apache-2.0
// cpp-httplib's client on our own sockets: dialled by us, TLS by us, read through BoundedStream.
#pragma once

#include <httplib.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "peer/bounded_stream.h"

namespace dure::node {

/// An open connection, whatever it runs over.
struct Dialled {
  Descriptor descriptor;
  SslSession tls;  // may be null
};
using Dialler = std::function<Result<Dialled>()>;

/// One exchange's outcome before it is given a meaning.
struct Answer {
  int status = 0;
  httplib::Headers headers;
  std::string body;  // as sent: not decoded
  std::uint64_t wire_bytes = 0;
};

/// Threads: one at a time.
class BoundedClient : private httplib::ClientImpl {
 public:
  BoundedClient(const std::string& host, int port, Dialler dial);
  ~BoundedClient() override;

  /// Sends `request`; follows no redirect, decodes nothing. A kept-alive connection that turns out
  /// dead before the first byte of an answer is replaced once. Errors: kUnavailable, kTooLarge,
  /// kMalformed; the dialler's.
  Result<Answer> exchange(const httplib::Request& request, const StreamLimits& limits,
                          std::size_t max_body_bytes);

 private:
  bool create_and_connect_socket(Socket& socket, httplib::Error& error) override;
  void shutdown_ssl(Socket& socket, bool gracefully) override;
  bool process_socket(const Socket& socket,
                      std::function<bool(httplib::Stream&)> callback) override;

  Result<Answer> attempt(const httplib::Request& request, std::size_t max_body_bytes);
  Error explain(httplib::Error error, bool body_too_large) const;

  Dialler dial_;
  StreamLimits limits_;
  // What the last attempt left behind.
  std::optional<Error> dial_error_;
  bool dialled_ = false;
  StreamFault fault_ = StreamFault::kNone;
  std::uint64_t received_ = 0;
  int status_ = 0;
  bool leftover_ = false;
  bool ended_ = false;
};

}  // namespace dure::node
