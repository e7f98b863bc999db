// SPDX-License-Identifier: Apache-2.0
// Whose certificate is believed, and what an officer is told when one is not. Nothing is taken from
// a server that is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <csignal>

#include "peer/http_source.h"
#include "replication/puller.h"
#include "support/certificates.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"
#include "support/scripted_server.h"
#include "support/temp_folder.h"
#include "web/texts.h"

namespace dure::node {
namespace {

using testing::HasSubstr;

constexpr const char* kOrigin = "suwon.go.kr/dure/1";
constexpr const char* kNames = "DNS:localhost,IP:127.0.0.1";

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

std::string hear(SSL* session) {
  std::string head;
  char byte = 0;
  while (head.find("\r\n\r\n") == std::string::npos && SSL_read(session, &byte, 1) == 1)
    head += byte;
  return head.find("\r\n\r\n") == std::string::npos ? std::string() : head;
}

class TlsClientTest : public testing::Test {
 protected:
  TlsClientTest() : log_(kOrigin), authority_(issue({"our authority", "", true})) {
    log_.grow_to(300);
    authority_.write(folder_.file("ca.pem"));
  }
  void TearDown() override { server_.reset(); }

  /// Serves the log over TLS with this certificate; `most` is the newest version it knows.
  void serve(TestCertificate certificate, int most = TLS1_3_VERSION) {
    server_.reset();
    asked_ = 0;
    certificate_ = std::move(certificate);
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), most);
    ASSERT_EQ(SSL_CTX_use_certificate(context_.get(), certificate_.x509.get()), 1);
    ASSERT_EQ(SSL_CTX_use_PrivateKey(context_.get(), certificate_.key.get()), 1);
    const int listener = listen_tcp(port_);
    server_ =
        std::make_unique<ScriptedServer>(listener, [this](int socket, int) { talk_tls(socket); });
  }
  void talk_tls(int socket) {
    sigset_t pipe;  // the client may hang up at any moment
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    const Session session(SSL_new(context_.get()), SSL_free);
    SSL_set_fd(session.get(), socket);
    if (SSL_accept(session.get()) != 1) return;
    for (auto head = hear(session.get()); !head.empty(); head = hear(session.get())) {
      ++asked_;
      const auto path = path_of(head);
      const auto body = path.starts_with("/log/") ? log_.serve(path.substr(5), log_.size())
                                                  : Error{ErrorCode::kNotFound, path};
      const auto text = body ? answer("200 OK", *body) : answer("404 Not Found", "");
      if (SSL_write(session.get(), text.data(), static_cast<int>(text.size())) <= 0) return;
    }
  }

  /// Pulls the whole log from `host` into an empty mirror, trusting `ca_file`.
  PullReport pull(const std::string& host, const std::string& ca_file) {
    mirrors_ = std::make_unique<MemoryMirrors>();
    id_ = mirrors_->add_log(kOrigin);
    HttpSourceOptions options;
    options.ca_file = ca_file;
    const PullJob job{{id_, kOrigin, false},
                      log_.keys(),
                      {origin_location("https://" + host + ":" + std::to_string(port_))},
                      {}};
    PullOptions one_by_one;  // the server talks to one client at a time
    one_by_one.connections = 1;
    return pull_log(job, http_opener(options), *mirrors_, *mirrors_, one_by_one);
  }
  PullReport pull(const std::string& host = "127.0.0.1") {
    return pull(host, folder_.file("ca.pem"));
  }

  /// Nothing was asked, nothing was stored, and both languages say why in words of their own.
  void expect_refused(const PullReport& report, const std::string& text) {
    ASSERT_TRUE(report.error);
    EXPECT_EQ(report.error->code, ErrorCode::kUnavailable);
    EXPECT_EQ(report.error->text, text) << report.error->detail;
    EXPECT_EQ(asked_, 0U);
    const auto mirror = *mirrors_->mirror(id_);
    EXPECT_EQ(mirror.stored, 0U);
    EXPECT_FALSE(mirror.head);
    EXPECT_FALSE(mirror.pending_head);
    const auto korean = explain(Language::kKo, *report.error);
    const auto english = explain(Language::kEn, *report.error);
    EXPECT_NE(korean, english);
    for (const auto& [name, value] : report.error->args) {
      EXPECT_THAT(english, HasSubstr(value)) << name;
      // The library's reason has words in Korean, too.
      if (name == "reason") {
        EXPECT_THAT(korean, testing::Not(HasSubstr(value)));
      } else {
        EXPECT_THAT(korean, HasSubstr(value)) << name;
      }
    }
  }

  TempFolder folder_;
  FakeLog log_;
  TestCertificate authority_, certificate_;
  Context context_{nullptr, SSL_CTX_free};
  int port_ = 0;
  std::atomic<std::size_t> asked_{0};
  std::unique_ptr<MemoryMirrors> mirrors_;
  LogId id_ = 0;
  std::unique_ptr<ScriptedServer> server_;  // last: its thread uses the others
};

TEST_F(TlsClientTest, PullsFromAServerOfTheAuthorityInTheFile) {
  serve(issue({"node", kNames}, &authority_));
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const auto report = pull(host);
    ASSERT_FALSE(report.error) << host << ": " << report.error->detail;
    EXPECT_EQ(report.entries, 300U);
  }
}

TEST_F(TlsClientTest, PullsFromASelfSignedServerThatIsInTheFile) {
  auto own = issue({"node", kNames});
  own.write(folder_.file("own.pem"));
  serve(std::move(own));
  EXPECT_FALSE(pull("127.0.0.1", folder_.file("own.pem")).error);
}

TEST_F(TlsClientTest, RefusesASelfSignedCertificate) {
  serve(issue({"node", kNames}));
  for (const auto& ca_file : {folder_.file("ca.pem"), std::string()}) {
    const auto report = pull("127.0.0.1", ca_file);
    expect_refused(report, "peer.certificate-untrusted");
    EXPECT_THAT(explain(Language::kKo, *report.error), HasSubstr("peer.ca_file"));
  }
}

TEST_F(TlsClientTest, RefusesACertificateOfAnotherAuthority) {
  const auto stranger = issue({"our authority", "", true});  // by the same name
  serve(issue({"node", kNames}, &stranger));
  const auto report = pull();
  ASSERT_TRUE(report.error);
  expect_refused(report, report.error->text);
  EXPECT_TRUE(report.error->text.starts_with("peer.certificate-")) << report.error->text;
}

TEST_F(TlsClientTest, RefusesTheAuthorityWithoutTheFile) {
  serve(issue({"node", kNames}, &authority_));
  expect_refused(pull("127.0.0.1", ""), "peer.certificate-untrusted");
}

TEST_F(TlsClientTest, RefusesACertificateForAnotherName) {
  // A common name counts for nothing where there are others, nor for an address.
  for (const TestSubject& subject :
       {TestSubject{"localhost", "DNS:suwon.example"}, TestSubject{"node", "IP:127.0.0.2"},
        TestSubject{"127.0.0.1", "DNS:127.0.0.1"}, TestSubject{"node", "DNS:*.localhost"}}) {
    serve(issue(subject, &authority_));
    expect_refused(pull("localhost"), "peer.certificate-other-name");
    expect_refused(pull("127.0.0.1"), "peer.certificate-other-name");
  }
}

TEST_F(TlsClientTest, RefusesACertificateThatIsOutOfDate) {
  serve(issue({"node", kNames, false, -7200, -3600}, &authority_));
  expect_refused(pull(), "peer.certificate-out-of-date");
  serve(issue({"node", kNames, false, 3600, 7200}, &authority_));
  expect_refused(pull(), "peer.certificate-out-of-date");
}

TEST_F(TlsClientTest, RefusesACertificateIssuedByOneThatMayNot) {
  const auto node = issue({"node", kNames}, &authority_);
  node.write(folder_.file("node.pem"));
  serve(issue({"another node", kNames}, &node));
  const auto report = pull();
  ASSERT_TRUE(report.error);
  expect_refused(report, report.error->text);
}

TEST_F(TlsClientTest, RefusesVersionsBefore12) {
  serve(issue({"node", kNames}, &authority_), TLS1_1_VERSION);
  expect_refused(pull(), "peer.tls-failed");
}

TEST_F(TlsClientTest, SaysSoWhenTheServerSpeaksNoTls) {
  server_.reset();
  const int listener = listen_tcp(port_);
  server_ = std::make_unique<ScriptedServer>(listener, [](int socket, int) {
    char byte = 0;
    ::recv(socket, &byte, 1, 0);
    say(socket, answer("400 Bad Request", "this is HTTP"));
  });
  expect_refused(pull(), "peer.tls-failed");
}

}  // namespace
}  // namespace dure::node
