// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
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

// Debian's library would refuse old versions itself. This is a machine where somebody has told it
// not to.
[[noreturn]] void offer_old_versions(const ServerOptions& options) {
  const auto server = Server::start(options, sized);
  if (!server) std::_Exit(9);
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    ERR_clear_error();
    if (Client::to_tls((*server)->url(), {version, "ALL:@SECLEVEL=0", ""}).secured()) std::_Exit(2);
    // Not "no cipher in common", which another setting could change.
    if (ERR_GET_REASON(ERR_peek_error()) != SSL_R_TLSV1_ALERT_PROTOCOL_VERSION) std::_Exit(1);
  }
  const bool served = Client::to_tls((*server)->url(), {TLS1_2_VERSION, "", ""}).secured();
  std::_Exit(served ? 0 : 3);
}

using TlsDeathTest = TlsTest;

TEST_F(TlsDeathTest, RefusesVersionsBefore12WhateverTheSystemAllows) {
  const auto lax = folder_.path("openssl.cnf");
  std::ofstream(lax) << "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
                        "[lax]\nMinProtocol = None\nCipherString = ALL:@SECLEVEL=0\n";
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";  // starts the library again
  setenv("OPENSSL_CONF", lax.c_str(), /*overwrite=*/1);
  EXPECT_EXIT(offer_old_versions(options_), ::testing::ExitedWithCode(0), "");
  unsetenv("OPENSSL_CONF");
}

TEST_F(TlsTest, RefusesCiphersWithoutForwardSecrecyOrAuthentication) {
  const auto server = start(options_, sized);
  const auto accepts = [&](const char* cipher) {
    return Client::to_tls(server->url(), {TLS1_2_VERSION, cipher, ""}).secured();
  };
  EXPECT_TRUE(accepts("ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_FALSE(accepts("ECDHE-ECDSA-AES128-SHA"));
  EXPECT_FALSE(accepts("ECDHE-ECDSA-AES256-SHA384"));
}

// A client that was led here by a trick means another service.
TEST_F(TlsTest, RefusesOtherProtocols) {
  const auto server = start(options_, sized);
  EXPECT_FALSE(Client::to_tls(server->url(), {TLS1_3_VERSION, "", "ftp"}).secured());
  EXPECT_TRUE(Client::to_tls(server->url(), {TLS1_3_VERSION, "", "http/1.1"}).secured());
}

// OpenSSL's write raises SIGPIPE, which would end the process.
TEST_F(TlsTest, SurvivesClientsThatAreGoneBeforeTheAnswer) {
  std::signal(SIGPIPE, SIG_DFL);  // whoever started this process may have ignored it already
  std::promise<void> asked, gone;
  const auto server = start(options_, [&](const Request& request) {
    if (request.path == "/gone") {
      asked.set_value();
      gone.get_future().wait();
    }
    return sized(request);
  });
  {
    // 1.2: no tickets after the handshake, which unread would make this hang-up a reset.
    auto client = Client::to_tls(server->url(), {TLS1_2_VERSION, "", ""});
    client.send("GET /gone?size=5000000 HTTP/1.1\r\nHost: t\r\n\r\n");
    asked.get_future().wait();
  }
  gone.set_value();
  EXPECT_EQ(Client::to_tls(server->url()).get("/?size=5").body, "xxxxx");
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
