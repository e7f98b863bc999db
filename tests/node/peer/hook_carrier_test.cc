// SPDX-License-Identifier: Apache-2.0
// How webhooks travel: what is sent, and that a hostile receiver can waste a bounded time only.
#include "peer/hook_carrier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "support/scripted_server.h"

namespace dure::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

const HookPost kPost = {"chg_00ff", "1796000000", "v1a,AAAA", R"({"type":"catalogue.changes"})"};

class HookCarrierTest : public testing::Test {
 protected:
  void TearDown() override {
    carrier_.reset();
    server_.reset();
  }
  void serve(ScriptedServer::Talk talk, const std::string& path = "/hook") {
    TearDown();
    int port = 0;
    const int listener = listen_tcp(port);
    server_ = std::make_unique<ScriptedServer>(listener, std::move(talk));
    url_ = "http://127.0.0.1:" + std::to_string(port);
    auto opened = hook_carriers(options_)(url_ + path);
    ASSERT_TRUE(opened) << opened.error().detail;
    carrier_ = *std::move(opened);
  }
  /// Answers every post with `text`.
  void serve_text(const std::string& text, const std::string& path = "/hook") {
    serve(
        [this, text](int socket, int) {
          while (hear_post(socket)) say(socket, text);
        },
        path);
  }
  bool hear_post(int socket) {
    const auto head = hear(socket);
    if (head.empty()) return false;
    head_ = head;
    body_.assign(kPost.body.size(), '\0');
    ++asked_;
    return ::recv(socket, body_.data(), body_.size(), MSG_WAITALL) ==
           static_cast<ssize_t>(body_.size());
  }

  HookCarrierOptions options_;
  std::string url_, head_, body_;
  std::atomic<int> asked_{0};
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<HookCarrier> carrier_;
};

TEST_F(HookCarrierTest, SendsTheFieldsOfStandardWebhooksAndTheBytesThatWereSigned) {
  serve_text(answer("202 Accepted", "thank you"));
  const auto result = carrier_->post(kPost);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->status, 202);
  EXPECT_EQ(result->retry_after, seconds(0));
  TearDown();
  EXPECT_THAT(head_, HasSubstr("POST /hook HTTP/1.1\r\n"));
  for (const char* field : {"Content-Type: application/json\r\n", "webhook-id: chg_00ff\r\n",
                            "webhook-timestamp: 1796000000\r\n", "webhook-signature: v1a,AAAA\r\n"})
    EXPECT_THAT(head_, HasSubstr(field));
  EXPECT_EQ(body_, kPost.body);
}

TEST_F(HookCarrierTest, AsksForThePathAsItWasWritten) {
  for (const std::string path : {"/", "/hook/", "/a/b-c_d.e~f/", "/HOOK"}) {
    serve_text(answer("204 No Content", ""), path);
    ASSERT_TRUE(carrier_->post(kPost));
    TearDown();
    EXPECT_EQ(path_of(head_), path);
  }
  serve_text(answer("200 OK", ""), "");
  ASSERT_TRUE(carrier_->post(kPost));
  TearDown();
  EXPECT_EQ(path_of(head_), "/");
}

TEST_F(HookCarrierTest, FollowsNoRedirect) {
  serve_text(answer("307 Temporary Redirect\r\nLocation: /elsewhere", ""));
  EXPECT_EQ(carrier_->post(kPost)->status, 307);
  EXPECT_EQ(asked_, 1);
}

TEST_F(HookCarrierTest, TellsHowLongTheReceiverWantsToBeLeftAlone) {
  serve_text(answer("429 Too Many Requests\r\nRetry-After: 120", ""));
  EXPECT_EQ(carrier_->post(kPost)->retry_after, seconds(120));
  serve_text(answer("503 Service Unavailable\r\nRetry-After: 99999999999", ""));
  EXPECT_EQ(carrier_->post(kPost)->retry_after, seconds(24 * 3600));
  serve_text(
      answer("503 Service Unavailable\r\nDate: Sun, 29 Nov 2026 10:00:00 GMT\r\n"
             "Retry-After: Sun, 29 Nov 2026 10:01:00 GMT",
             ""));
  EXPECT_EQ(carrier_->post(kPost)->retry_after, seconds(60));
  serve_text(answer("503 Service Unavailable\r\nRetry-After: soon", ""));
  EXPECT_EQ(carrier_->post(kPost)->retry_after, seconds(0));
}

TEST_F(HookCarrierTest, ReadsNoEndlessAnswer) {
  options_.answer_bytes = 1000;
  serve_text(answer("200 OK", std::string(1001, 'x')));
  const auto result = carrier_->post(kPost);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
  serve_text(answer("200 OK", std::string(1000, 'x')));
  EXPECT_TRUE(carrier_->post(kPost));
}

TEST_F(HookCarrierTest, AReceiverThatSaysNothingIsGivenUp) {
  options_.silence_timeout = milliseconds(200);
  serve([this](int socket, int) {
    hear_post(socket);
    char byte = 0;
    ::recv(socket, &byte, 1, 0);  // until the client hangs up
  });
  const auto result = carrier_->post(kPost);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  carrier_.reset();
}

TEST_F(HookCarrierTest, AReceiverThatTricklesIsGivenUp) {
  options_.total_timeout = milliseconds(300);
  serve([this](int socket, int) {
    hear_post(socket);
    while (say(socket, "H")) ::usleep(1000);
  });
  const auto result = carrier_->post(kPost);
  ASSERT_FALSE(result);
  carrier_.reset();
}

TEST_F(HookCarrierTest, AStopEndsAPostAtOnce) {
  std::stop_source node;
  options_.stop = node.get_token();
  serve([&](int socket, int) {
    hear_post(socket);
    node.request_stop();
    char byte = 0;
    ::recv(socket, &byte, 1, 0);
  });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(carrier_->post(kPost));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(10)) << "not the time-out";
  carrier_.reset();
}

TEST_F(HookCarrierTest, AConnectionThatTheReceiverClosedIsOpenedAgain) {
  serve([this](int socket, int) {
    if (hear_post(socket)) say(socket, answer("200 OK", ""));
  });
  EXPECT_TRUE(carrier_->post(kPost));
  EXPECT_TRUE(carrier_->post(kPost));
  EXPECT_EQ(asked_, 2);
}

TEST_F(HookCarrierTest, NobodyThereIsAnErrorAndNoAddressIsNotDialled) {
  serve_text(answer("200 OK", ""));
  const std::string url = url_;
  TearDown();
  const auto carrier = hook_carriers(options_)(url);
  ASSERT_TRUE(carrier);
  EXPECT_EQ((*carrier)->post(kPost).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(hook_carriers(options_)("ftp://a.example").error().code, ErrorCode::kInvalid);
}

// A server without TLS where TLS is expected: nothing is sent in the open.
TEST_F(HookCarrierTest, SendsNothingWithoutTlsWhereTheAddressSaysTls) {
  serve([this](int socket, int) {
    std::string bytes(200, '\0');
    const auto got = ::recv(socket, bytes.data(), bytes.size(), 0);
    body_ = bytes.substr(0, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    say(socket, answer("200 OK", ""));
  });
  const auto carrier = hook_carriers(options_)("https" + url_.substr(4) + "/hook");
  EXPECT_FALSE((*carrier)->post(kPost));
  TearDown();
  EXPECT_EQ(body_.find("chg_"), std::string::npos);
}

}  // namespace
}  // namespace dure::node
