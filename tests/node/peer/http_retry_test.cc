// SPDX-License-Identifier: Apache-2.0
// A peer that asks us to wait: how long, how often, and by whose clock. No test waits: the pause is
// counted.
#include <gtest/gtest.h>

#include <atomic>
#include <numeric>

#include "peer/http_source.h"
#include "replication/backoff.h"
#include "support/scripted_server.h"

namespace dure::node {
namespace {

using std::chrono::seconds;

constexpr const char* kBusy = "429 Too Many Requests\r\nRetry-After: ";

class HttpRetryTest : public testing::Test {
 protected:
  HttpRetryTest() {
    options_.pause = [this](seconds time, const std::stop_token&) {
      pauses_.push_back(time.count());
      return go_on_;
    };
  }
  void TearDown() override {
    source_.reset();
    server_.reset();
  }
  /// Answers the n-th request with the n-th text, the last one for ever.
  void serve(std::vector<std::string> texts) {
    TearDown();
    asked_ = 0;
    int port = 0;
    const int listener = listen_tcp(port);
    server_ = std::make_unique<ScriptedServer>(
        listener, [this, texts = std::move(texts)](int socket, int) {
          while (!hear(socket).empty())
            say(socket, texts[std::min<std::size_t>(asked_++, texts.size() - 1)]);
        });
    url_ = "http://127.0.0.1:" + std::to_string(port);
    source_ = *open_http_source(url_, options_);
  }
  Result<FetchResponse> fetch() {
    return source_->fetch({.path = "/log/checkpoint", .max_bytes = 1000});
  }
  /// What a refused fetch says about waiting, when nobody waits for it.
  std::int64_t asked_to_wait(const std::string& head) {
    options_.patience = seconds{0};
    serve({answer(head, "")});
    const auto response = fetch();
    EXPECT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
    return retry_after(response.error()).count();
  }
  std::int64_t date_in(const std::string& fields) {
    serve({answer("200 OK" + fields, "x")});
    const auto response = fetch();
    EXPECT_TRUE(response);
    return response ? response->date : -1;
  }

  HttpSourceOptions options_;
  std::vector<std::int64_t> pauses_;
  bool go_on_ = true;
  std::atomic<std::size_t> asked_{0};
  std::string url_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<Source> source_;
};

TEST_F(HttpRetryTest, WaitsAsLongAsABusyPeerAsksAndTriesAgain) {
  serve({answer(std::string(kBusy) + "7", ""), answer(std::string(kBusy) + "2", ""),
         answer("200 OK", "hello")});
  const auto response = fetch();
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(pauses_, (std::vector<std::int64_t>{7, 2}));
}

TEST_F(HttpRetryTest, LosesPatienceBeforeAnEndlessQueueDoes) {
  serve({answer(std::string(kBusy) + "7", "")});
  const auto response = fetch();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(retry_after(response.error()), seconds{7});
  EXPECT_LE(std::accumulate(pauses_.begin(), pauses_.end(), std::int64_t{0}),
            options_.patience.count());
  EXPECT_EQ(pauses_.size(), 8U);
  EXPECT_EQ(asked_, 9U);
}

TEST_F(HttpRetryTest, NeverWaitsLongerThanItsPatience) {
  for (const char* wait : {"61", "86400", "18446744073709551615", "99999999999999999999"}) {
    serve({answer(std::string(kBusy) + wait, "")});
    EXPECT_FALSE(fetch()) << wait;
    EXPECT_TRUE(pauses_.empty()) << wait;
    EXPECT_EQ(asked_, 1U) << wait;
  }
}

TEST_F(HttpRetryTest, DoesNotWaitForAPeerThatIsBrokenOrNamesNoTime) {
  for (const char* head : {"503 Service Unavailable\r\nRetry-After: 1", "429 Too Many Requests",
                           "429 Too Many Requests\r\nRetry-After: 0"}) {
    serve({answer(head, "")});
    EXPECT_FALSE(fetch()) << head;
    EXPECT_TRUE(pauses_.empty()) << head;
    EXPECT_EQ(asked_, 1U) << head;
  }
}

TEST_F(HttpRetryTest, EndsWhenStoppedInsideAPause) {
  go_on_ = false;
  serve({answer(std::string(kBusy) + "7", "")});
  EXPECT_FALSE(fetch());
  EXPECT_EQ(pauses_.size(), 1U);
  EXPECT_EQ(asked_, 1U);
}

TEST(PauseTest, IsEndedByAStopRequest) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(pause_for(std::chrono::hours{24}, stop.get_token()));
  EXPECT_TRUE(pause_for(seconds{0}, {}));
}

TEST_F(HttpRetryTest, ReadsBothFormsOfRetryAfter) {
  const std::string now = "\r\nDate: Sun, 22 Nov 2026 09:00:00 GMT";
  const std::pair<std::string, std::int64_t> cases[] = {
      {"Retry-After: 7", 7},
      {"Retry-After: 86400", 86'400},
      {"Retry-After: 86401", 86'400},  // a day is the longest
      {"Retry-After: 9223372036854775807", 86'400},
      {"Retry-After: Sun, 22 Nov 2026 09:00:30 GMT" + now, 30},
      {"Retry-After: Sun, 22 Nov 2026 09:00:00 GMT" + now, 0},
      {"Retry-After: Sun, 22 Nov 2026 08:59:00 GMT" + now, 0},  // has passed
      {"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT" + now, 86'400},
      {"Retry-After: Sun, 22 Nov 2026 09:00:30 GMT", 0},  // by which clock?
      {"Retry-After: Sun, 22 Nov 2026 09:00:30 GMT\r\nDate: soon", 0},
      {"Retry-After: Sun, 22 Nov 2026 09:00:30 KST" + now, 0},
      {"Retry-After: -1", 0},
      {"Retry-After: 1.5", 0},
      {"Retry-After: 07", 0},
      {"Retry-After: 99999999999999999999999", 0},  // no number at all
      {"Retry-After: ", 0}};
  for (const auto& [field, wait] : cases) {
    EXPECT_EQ(asked_to_wait("429 Too Many Requests\r\n" + field), wait) << field;
    EXPECT_EQ(asked_to_wait("503 Service Unavailable\r\n" + field), wait) << field;
  }
}

TEST_F(HttpRetryTest, ADateIsMeasuredByThePeersOwnClock) {
  // Its clock is years behind ours; it asks for ten seconds all the same.
  serve({answer(std::string(kBusy) +
                    "Thu, 01 Jan 1998 00:00:10 GMT\r\nDate: Thu, 01 Jan 1998 00:00:00 GMT",
                ""),
         answer("200 OK", "hello")});
  EXPECT_TRUE(fetch());
  EXPECT_EQ(pauses_, std::vector<std::int64_t>{10});
}

TEST_F(HttpRetryTest, ReadsTheDateOfAnAnswer) {
  constexpr std::int64_t kMoment = 1'795'338'000;
  EXPECT_EQ(date_in(""), 0);
  EXPECT_EQ(date_in("\r\nDate: Sun, 22 Nov 2026 09:00:00 GMT"), kMoment);
  EXPECT_EQ(date_in("\r\nDate: Sun, 22 Nov 2026 09:00:00 GMT\r\nAge: 90"), kMoment + 90);
  EXPECT_EQ(date_in("\r\nDate: Sun, 22 Nov 2026 09:00:00 GMT\r\nAge: old"), kMoment);
  EXPECT_EQ(date_in("\r\nAge: 90"), 0);
  for (const char* wrong :
       {"now", "Sun, 22 Nov 2026 09:00:00", "Sun, 22 Nov 2026 09:00:00 GMT+9",
        "Sunday, 22-Nov-26 09:00:00 GMT", "Sun Nov 22 09:00:00 2026",
        "Sun, 32 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 25:00:00 GMT", "2026-11-22T09:00:00Z"}) {
    EXPECT_EQ(date_in(std::string("\r\nDate: ") + wrong), 0) << wrong;
  }
}

}  // namespace
}  // namespace dure::node
