// SPDX-License-Identifier: Apache-2.0
// Signed requests as they go over the wire, and a clock that is put right once.
#include <gtest/gtest.h>

#include <atomic>

#include "dure/http_signature.h"
#include "peer/http_source.h"
#include "support/sample_entries.h"
#include "support/scripted_server.h"

namespace dure::node {
namespace {

constexpr std::int64_t kNow = 1'795'392'000;

std::string field(const std::string& head, const std::string& name) {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

class SignedSourceTest : public testing::Test {
 protected:
  void serve(std::function<std::string(int)> answer_to) {
    int port = 0;
    const int listener = listen_tcp(port);
    authority_ = "127.0.0.1:" + std::to_string(port);
    server_ = std::make_unique<ScriptedServer>(
        listener, [this, answer_to = std::move(answer_to)](int socket, int) {
          for (std::string head = hear(socket); !head.empty(); head = hear(socket)) {
            heads_.push_back(head);
            if (!say(socket, answer_to(++requests_))) return;
          }
        });
    HttpSourceOptions options;
    options.patience = std::chrono::seconds(0);
    if (signs_) {
      options.signing =
          RequestSigning{signer_.get(), [] { return kNow; },
                         [this] { return std::string(22, static_cast<char>('a' + nonces_++)); }};
    }
    source_ = *open_http_source("http://" + authority_ + "/below", options);
  }
  Result<FetchResponse> fetch() {
    FetchRequest request;
    request.path = "/federation/bodies/00/000?from=1";
    request.max_bytes = 1000;
    request.sign = true;
    return source_->fetch(request);
  }
  void TearDown() override {
    source_.reset();
    server_.reset();
  }
  /// What a receiver makes of the last request.
  std::int64_t verified_created() {
    const auto input = parse_signature_input(field(heads_.back(), "Signature-Input"));
    const auto signature = parse_signature_field(field(heads_.back(), "Signature"));
    EXPECT_TRUE(input && signature) << heads_.back();
    if (!input || !signature) return 0;
    const RequestParts parts{"GET", authority_, "/below/federation/bodies/00/000", "?from=1"};
    EXPECT_TRUE(verify_request(parts, *input, *signature, signer_->verifier()));
    return input->created;
  }

  std::unique_ptr<Signer> signer_ = test_signer("anyang.go.kr/dure/request", 3);
  bool signs_ = true;
  int nonces_ = 0;
  std::atomic<int> requests_{0};
  std::string authority_;
  std::vector<std::string> heads_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<Source> source_;
};

TEST_F(SignedSourceTest, SignsWhatItSends) {
  serve([](int) { return answer("200 OK", "body"); });
  const auto response = fetch();
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(verified_created(), kNow);
}

TEST_F(SignedSourceTest, PutsItsClockRightOnce) {
  serve([](int request) {
    return request == 1
               ? answer("401 Unauthorized",
                        R"({"status":401,"time":1795395600,"created":1795392000,"skew":-3600})")
               : answer("200 OK", "body");
  });
  ASSERT_TRUE(fetch());
  EXPECT_EQ(verified_created(), kNow + 3600);
  ASSERT_TRUE(fetch());
  EXPECT_EQ(verified_created(), kNow + 3600) << "and remembers it";
  EXPECT_EQ(requests_, 3);
  EXPECT_NE(field(heads_[0], "Signature-Input").find("aaaa"), std::string::npos);
  EXPECT_NE(field(heads_[1], "Signature-Input").find("bbbb"), std::string::npos) << "a new nonce";
}

TEST_F(SignedSourceTest, TriesNoThirdTime) {
  serve([](int) {
    return answer("401 Unauthorized", R"({"time":1795395600,"created":1795392000,"skew":-3600})");
  });
  EXPECT_EQ(fetch().error().code, ErrorCode::kRefused);
  EXPECT_EQ(requests_, 2);
}

TEST_F(SignedSourceTest, AnyOtherRefusalIsNotTheClocks) {
  for (const char* body : {"", "{}", R"({"time":1795395600})", R"({"time":"x","created":1})",
                           R"({"time":-1,"created":1})", "<html>"}) {
    requests_ = 0;
    serve([body](int) { return answer("401 Unauthorized", body); });
    EXPECT_EQ(fetch().error().code, ErrorCode::kRefused) << body;
    EXPECT_EQ(requests_, 1) << body;
    TearDown();
  }
}

TEST_F(SignedSourceTest, ASourceWithoutAKeySignsNothing) {
  signs_ = false;
  serve([](int) { return answer("200 OK", "body"); });
  EXPECT_EQ(fetch().error().code, ErrorCode::kRefused);
  EXPECT_EQ(requests_, 0);
}

}  // namespace
}  // namespace dure::node
