// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <fstream>
#include <thread>

#include "client.h"

namespace dure::node::http {
namespace {

using std::chrono::milliseconds;
using testing::Certificate;
using testing::Client;
using testing::start;
using testing::TemporaryFolder;
using testing::write_certificate;

Response sized(const Request& request) {
  const auto size = request.parameter("size");
  return make_response(200, "text/plain",
                       size ? std::string(std::stoul(std::string(*size)), 'x') : request.body);
}

std::int64_t serial_of(const Client& client) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      SSL_get1_peer_certificate(client.session()), X509_free);
  return certificate ? ASN1_INTEGER_get(X509_get0_serialNumber(certificate.get())) : -1;
}

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    options_.tls_certificate = files_.certificate_file;
    options_.tls_key = files_.key_file;
  }
  TemporaryFolder folder_;
  Certificate files_ = write_certificate(folder_, 1);
  ServerOptions options_;
};

TEST_F(TlsTest, ServesSmallAndLargeBodies) {
  const auto server = start(options_, sized);
  EXPECT_EQ(server->url().rfind("https://", 0), 0U);
  auto client = Client::to_tls(server->url());
  ASSERT_TRUE(client.secured());
  EXPECT_EQ(client.get("/?size=5").body, "xxxxx");
  EXPECT_EQ(client.get("/?size=5000000").body.size(), 5'000'000U);
  EXPECT_EQ(client.get("/?size=20000").body.size(), 20'000U);
}

TEST_F(TlsTest, ReadsBodiesOfManyRecords) {
  const auto server = start(options_, sized);
  auto client = Client::to_tls(server->url());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 300000\r\n\r\n");
  client.send(std::string(300'000, 'b'));
  EXPECT_EQ(client.read().body.size(), 300'000U);
}

TEST_F(TlsTest, RefusesVersionsBefore12) {
  const auto server = start(options_, sized);
  EXPECT_FALSE(Client::to_tls(server->url(), TLS1_1_VERSION).secured());
  EXPECT_TRUE(Client::to_tls(server->url(), TLS1_2_VERSION).secured());
}

TEST_F(TlsTest, PlainAndUnfinishedHandshakesHoldNothing) {
  options_.workers = 1;
  options_.limits.head_deadline = milliseconds(300);
  const auto server = start(options_, sized);
  auto silent = Client::to(server->url());
  auto plain = Client::to(server->url());
  plain.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_TRUE(Client::to_tls(server->url()).secured());
  EXPECT_TRUE(silent.closed_by_server());
  // The timer hangs up first; a worker counts it after that.
  const auto begin = std::chrono::steady_clock::now();
  while (server->counters().timed_out == 0 &&
         std::chrono::steady_clock::now() - begin < milliseconds(2000)) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server->counters().timed_out, 1U);
  EXPECT_EQ(plain.read().status, 0);
}

TEST_F(TlsTest, ReloadsTheCertificate) {
  const auto server = start(options_, sized);
  auto before = Client::to_tls(server->url());
  EXPECT_EQ(serial_of(before), 1);
  write_certificate(folder_, 2);
  EXPECT_TRUE(server->reload_tls());
  EXPECT_EQ(serial_of(Client::to_tls(server->url())), 2);
  EXPECT_EQ(before.get("/?size=3").body, "xxx");
}

TEST_F(TlsTest, KeepsTheOldCertificateIfTheNewOneIsBroken) {
  const auto server = start(options_, sized);
  std::ofstream(files_.certificate_file) << "broken";
  EXPECT_FALSE(server->reload_tls());
  EXPECT_EQ(serial_of(Client::to_tls(server->url())), 1);
}

TEST_F(TlsTest, SaysWhichFileIsWrong) {
  options_.tls_key = folder_.path("missing.pem");
  const auto missing = Server::start(options_, sized);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kInvalid);
  EXPECT_NE(missing.error().detail.find("missing.pem"), std::string::npos);
  options_.tls_key.clear();
  EXPECT_FALSE(Server::start(options_, sized));
}

TEST_F(TlsTest, RefusesBadRequestsReadably) {
  const auto server = start(options_, sized);
  auto client = Client::to_tls(server->url());
  client.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read().status, 400);
}

}  // namespace
}  // namespace dure::node::http
