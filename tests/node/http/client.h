// SPDX-License-Identifier: Apache-2.0
// A blocking test client that can also send what no proper client would.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"
#include "http/transport.h"

namespace dure::node::http::testing {

struct Answer {
  int status = 0;  // 0: none came
  std::string head, body;
  std::string header(std::string_view name) const;  // empty if absent
  bool has(std::string_view name) const;
};

/// One connection. Reads give up after 10 s.
class Client {
 public:
  explicit Client(int fd) : socket_(fd) {}
  static Client to(const std::string& url);
  /// A socket to connect later; not connected() if there is no descriptor left.
  static Client unconnected();
  bool connect(const std::string& url);
  void connect_without_waiting(const std::string& url);
  bool connected_within(std::chrono::milliseconds time);
  static Client to_control(const std::string& path);
  /// What a TLS client offers.
  struct TlsOffer {
    int most = TLS1_3_VERSION;
    std::string ciphers_of_12;
    std::string protocol;  // for ALPN
  };
  /// TLS without checking the certificate.
  static Client to_tls(const std::string& url);
  static Client to_tls(const std::string& url, const TlsOffer& offer);
  bool connected() const { return static_cast<bool>(socket_); }
  bool secured() const { return session_ != nullptr; }

  bool send(std::string_view bytes);
  Answer read(bool head_only = false);
  /// What comes until `text` is in it, or until the end of the connection.
  std::string read_until(std::string_view text);
  std::string read_to_end();
  Answer get(const std::string& path, const std::string& headers = "");
  /// Reads and forgets up to `most` bytes, for at most `time` (without TLS). Returns how many came.
  std::size_t read_at_most(std::size_t most, std::chrono::milliseconds time);
  bool closed_by_server();
  bool ended_by_server();  // closed and not reset
  /// Whether what still arrives ends in a reset.
  bool reset_within(std::chrono::milliseconds time);
  bool readable_within(std::chrono::milliseconds time);
  bool closed_by_server_within(std::chrono::milliseconds time);
  void set_receive_buffer(int bytes);
  void half_close();
  SSL* session() const { return session_.get(); }

 private:
  bool receive();
  UniqueFd socket_;
  std::shared_ptr<SSL_CTX> context_;
  SslSession session_;
  std::string buffer_;
};

std::chrono::milliseconds since(std::chrono::steady_clock::time_point begin);
/// A started server, or a test failure.
std::unique_ptr<Server> start(ServerOptions options,
                              std::function<Response(const Request&)> handler);
/// The status of the answer to `bytes` on a connection of their own.
int status_after(const Server& server, const std::string& bytes);
/// Answers every request with "hello".
Response hello(const Request& request);

/// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

struct Certificate {
  std::string certificate_file, key_file;
};
/// A fresh self-signed certificate for "localhost" with this serial number.
Certificate write_certificate(const TemporaryFolder& folder, int serial);

}  // namespace dure::node::http::testing
