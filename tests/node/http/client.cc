// SPDX-License-Identifier: Apache-2.0
#include "client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "http/head.h"

namespace dure::node::http::testing {
namespace {

void set_timeouts(int fd) {
  const timeval patience{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  std::size_t at = head.find("\r\n");
  while (at != std::string::npos && at + 2 < head.size()) {
    const auto end = head.find("\r\n", at + 2);
    const auto line = std::string_view(head).substr(at + 2, end - at - 2);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
      return std::string(trimmed(line.substr(colon + 1)));
    }
    at = end;
  }
  return {};
}

bool Answer::has(std::string_view name) const { return !header(name).empty(); }

Client Client::to(const std::string& url) {
  Client client = unconnected();
  if (!client.connect(url)) client.socket_.reset();
  return client;
}

Client Client::unconnected() {
  Client client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!client.connected()) return client;
  set_timeouts(client.socket_.get());
  const int on = 1;
  setsockopt(client.socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return client;
}

bool Client::connect(const std::string& url) {
  const auto colon = url.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

Client Client::to_control(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  Client client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  set_timeouts(client.socket_.get());
  if (::connect(client.socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    client.socket_.reset();
  }
  return client;
}

Client Client::to_tls(const std::string& url) { return to_tls(url, TlsOffer()); }

Client Client::to_tls(const std::string& url, const TlsOffer& offer) {
  Client client = to(url);
  client.context_.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_max_proto_version(client.context_.get(), offer.most);
  SSL_CTX_set_min_proto_version(client.context_.get(), TLS1_VERSION);
  SSL_CTX_set_security_level(client.context_.get(), 0);
  client.session_.reset(SSL_new(client.context_.get()));
  if (!offer.ciphers_of_12.empty()) {
    SSL_set_cipher_list(client.session_.get(), offer.ciphers_of_12.c_str());
  }
  if (!offer.protocol.empty()) {
    const auto list = static_cast<char>(offer.protocol.size()) + offer.protocol;
    SSL_set_alpn_protos(client.session_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  SSL_set_fd(client.session_.get(), client.socket_.get());
  if (SSL_connect(client.session_.get()) != 1) client.session_.reset();
  return client;
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count =
        session_
            ? SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()))
            : static_cast<int>(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool Client::receive() {
  char buffer[65536];
  const auto count = session_ ? SSL_read(session_.get(), buffer, sizeof buffer)
                              : static_cast<int>(::recv(socket_.get(), buffer, sizeof buffer, 0));
  if (count <= 0) return false;
  buffer_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

Answer Client::read(bool head_only) {
  Answer answer;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return answer;
  }
  answer.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  const auto length = answer.header("Content-Length");
  const auto size = head_only || length.empty() ? 0 : std::stoul(length);
  while (buffer_.size() < size) {
    if (!receive()) return answer;
  }
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  answer.status = std::stoi(answer.head.substr(9, 3));
  return answer;
}

std::string Client::read_until(std::string_view text) {
  while (buffer_.find(text) == std::string::npos) {
    if (!receive()) break;
  }
  const auto at = buffer_.find(text);
  const auto size = at == std::string::npos ? buffer_.size() : at + text.size();
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::string Client::read_to_end() {
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

Answer Client::get(const std::string& path, const std::string& headers) {
  send("GET " + path + " HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n");
  return read();
}

std::size_t Client::read_at_most(std::size_t most, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  std::string buffer(std::min<std::size_t>(most, 65536), 0);
  std::size_t total = 0;
  while (total < most) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !readable_within(left)) break;
    const auto count =
        ::recv(socket_.get(), buffer.data(), std::min(buffer.size(), most - total), 0);
    if (count <= 0) break;
    total += static_cast<std::size_t>(count);
  }
  return total;
}

bool Client::reset_within(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  std::string buffer(65536, 0);
  for (auto now = until - time; now < until; now = std::chrono::steady_clock::now()) {
    if (!readable_within(std::chrono::ceil<std::chrono::milliseconds>(until - now))) return false;
    const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return count < 0 && errno == ECONNRESET;
  }
  return false;
}

bool Client::ended_by_server() {
  char byte = 0;
  return ::recv(socket_.get(), &byte, 1, 0) == 0;
}

bool Client::closed_by_server() {
  char byte = 0;
  const auto count = ::recv(socket_.get(), &byte, 1, 0);
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

bool Client::readable_within(std::chrono::milliseconds time) {
  pollfd wait{socket_.get(), POLLIN, 0};
  return ::poll(&wait, 1, static_cast<int>(time.count())) == 1;
}

bool Client::closed_by_server_within(std::chrono::milliseconds time) {
  return readable_within(time) && closed_by_server();
}

void Client::connect_without_waiting(const std::string& url) {
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  connect(url);
}

bool Client::connected_within(std::chrono::milliseconds time) {
  pollfd wait{socket_.get(), POLLOUT, 0};
  return ::poll(&wait, 1, static_cast<int>(time.count())) == 1 && wait.revents == POLLOUT;
}

void Client::set_receive_buffer(int bytes) {
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void Client::half_close() { ::shutdown(socket_.get(), SHUT_WR); }

std::chrono::milliseconds since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin);
}

std::unique_ptr<Server> start(ServerOptions options,
                              std::function<Response(const Request&)> handler) {
  auto server = Server::start(std::move(options), std::move(handler));
  if (!server) {
    ADD_FAILURE() << server.error().detail;
    return nullptr;
  }
  return *std::move(server);
}

int status_after(const Server& server, const std::string& bytes) {
  auto client = Client::to(server.url());
  client.send(bytes);
  return client.read().status;
}

Response hello(const Request&) { return make_response(200, "text/plain", "hello"); }

TemporaryFolder::TemporaryFolder() {
  std::string pattern = ::testing::TempDir() + "dure-http-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
  folder_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Certificate write_certificate(const TemporaryFolder& folder, int serial) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  Certificate files{folder.path("cert.pem"), folder.path("key.pem")};
  using File = std::unique_ptr<FILE, int (*)(FILE*)>;
  const File certificate_file(std::fopen(files.certificate_file.c_str(), "w"), std::fclose);
  PEM_write_X509(certificate_file.get(), certificate.get());
  const File key_file(std::fopen(files.key_file.c_str(), "w"), std::fclose);
  PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return files;
}

}  // namespace dure::node::http::testing
