// SPDX-License-Identifier: Apache-2.0
// The HTTP server: an epoll front that parks connections, enforces limits and deadlines, and hands
// only whole requests to cpp-httplib.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dure/result.h"
#include "http/message.h"

namespace dure::node::http {

struct ServerLimits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t header_count = 100;
  std::size_t line_bytes = 8 * 1024;
  std::size_t body_bytes = 1 << 20;
  std::size_t connections = 8192;             // lowered below the process's descriptor limit
  std::size_t connections_per_client = 2048;  // IPv6: per /64; not for trusted proxies
  std::size_t buffered_body_bytes =
      64 << 20;  // request bodies held at one time, all connections together
  std::chrono::milliseconds head_deadline{10'000};  // whole head, from its first byte
  std::chrono::milliseconds body_deadline{30'000};  // whole body
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds write_deadline{30'000};
  std::chrono::milliseconds linger_deadline{2'000};  // to hear a refused client out
  std::size_t streams = 256;                         // answers without an end, all clients together
  std::size_t streams_per_client = 8;                // IPv6: per /64
  std::chrono::milliseconds stream_heartbeat{15'000};  // a sign of life after such a silence
  std::chrono::milliseconds stream_pause{200};         // between two rounds of reading news
  double requests_per_second = 0;  // per client address (IPv6: /64); 0: unlimited
  double request_burst = 200;
  // Programs on this machine are not counted, unless they came through a trusted proxy.
  bool exempt_loopback = false;
};

struct ServerOptions {
  std::string listen = "127.0.0.1:0";  // HOST:PORT, [v6]:PORT
  // Listening sockets of an earlier server, taken over: used on if they are at `listen`, else
  // closed.
  std::vector<int> kept;
  std::string control_socket;  // path of a Unix socket, or empty
  std::size_t control_body_bytes = 64 << 20;
  std::string tls_certificate, tls_key;      // PEM files; both empty: plain HTTP
  std::vector<std::string> trusted_proxies;  // addresses or CIDR; only they may set X-Forwarded-For
  std::size_t workers = 4;
  ServerLimits limits;
  // Both may be empty, and must not throw.
  std::function<void(const Request&, const Response&, std::chrono::microseconds)> log;
  // Makes a page for browsers of a problem that the server answers itself (429, 500, bad paths).
  // Requests whose head was not read come without headers and path.
  std::function<Response(const Request&, Response)> present_problem;
};

struct ServerCounters {
  std::uint64_t connections = 0;  // accepted since the start
  std::uint64_t requests = 0;     // given to the handler
  std::uint64_t refused = 0;  // connections over a cap, and requests that broke a limit or a rule
  std::uint64_t rate_limited = 0;  // answered with 429
  std::uint64_t timed_out = 0;     // heads, bodies, handshakes and answers that took too long
  std::uint64_t failed = 0;        // answered with 500 because the handler threw
  std::uint64_t open = 0;          // connections now
  std::uint64_t streams = 0;       // of them, answers without an end
};

/// Threads: start, stop and reload_tls from one thread; handlers run on the workers. SIGPIPE is
/// ignored from the first start on. A handler that throws is answered with 500 and reaches `log`
/// like any other.
class Server {
 public:
  /// Binds and starts. Errors: kUnavailable (address in use), kInvalid (bad address, certificate),
  /// kRefused (no right to bind).
  static Result<std::unique_ptr<Server>> start(ServerOptions options,
                                               std::function<Response(const Request&)> handler);
  virtual ~Server() = default;
  /// "http://127.0.0.1:8443": with the port that was really bound.
  virtual std::string url() const = 0;
  virtual ServerCounters counters() const = 0;
  /// The listening sockets, for `kept` of a later server: whoever holds copies of them has clients
  /// wait, not fail, until that one accepts.
  virtual std::vector<int> listening() const = 0;
  /// Reads certificate and key again; new connections use them. The old ones stay in use if this
  /// fails.
  virtual Status reload_tls() = 0;
  /// Says that answers without an end may have something to send (Response::live). Cheap; any
  /// thread.
  virtual void tell_streams() const = 0;
  /// Accepts nothing more, ends answers without an end, closes idle connections at once, lets
  /// running requests end within `grace`.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace dure::node::http
