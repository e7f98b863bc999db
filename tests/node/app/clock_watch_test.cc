// SPDX-License-Identifier: Apache-2.0
#include "app/clock_watch.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "peer/http_source.h"
#include "support/scripted_server.h"

namespace dure::node {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;
constexpr const char* kUrl = "http://127.0.0.1:1";

class ClockWatchTest : public testing::Test {
 protected:
  std::vector<std::int64_t> reports_;
  std::shared_ptr<ClockWatch> watch_ =
      std::make_shared<ClockWatch>([] { return kNow; },
                                   [this](const std::string& url, std::int64_t ahead) {
                                     EXPECT_EQ(url, kUrl);
                                     reports_.push_back(ahead);
                                   });
};

TEST_F(ClockWatchTest, ReportsAnHourOnceAndTheReturn) {
  watch_->note(kUrl, kNow + 3600);
  watch_->note(kUrl, kNow + 3601);
  EXPECT_EQ(watch_->ahead(kUrl), 3601);
  watch_->note(kUrl, kNow - ClockWatch::kTolerance);
  EXPECT_EQ(watch_->ahead(kUrl), 0);
  watch_->note(kUrl, kNow - 3600);
  EXPECT_EQ(watch_->ahead(kUrl), -3600);
  EXPECT_EQ(reports_, (std::vector<std::int64_t>{3600, 0, -3600}));
}

class DatedSource final : public Source {
 public:
  explicit DatedSource(std::int64_t date) : date_(date) {}
  Result<FetchResponse> fetch(const FetchRequest&) override {
    FetchResponse response;
    response.date = date_;
    return response;
  }

 private:
  std::int64_t date_;
};

TEST_F(ClockWatchTest, SeesEveryAnswerThatHasADate) {
  std::int64_t date = 0;
  const OpenSource open = watching_clocks(
      [&date](const std::string&) -> Result<std::unique_ptr<Source>> {
        return std::unique_ptr<Source>(std::make_unique<DatedSource>(date));
      },
      watch_);
  ASSERT_TRUE((*open(kUrl))->fetch({}));
  EXPECT_EQ(watch_->ahead(kUrl), 0);
  date = kNow + 7200;
  ASSERT_TRUE((*open(kUrl))->fetch({}));
  EXPECT_EQ(watch_->ahead(kUrl), 7200);
}

TEST_F(ClockWatchTest, ReadsThePeersClockFromTheDateOfItsAnswers) {
  const std::pair<const char*, std::int64_t> dates[] = {{"Tue, 14 Nov 2023 23:13:20 GMT", 3600},
                                                        {"Tue, 14 Nov 2023 22:20:00 GMT", 0},
                                                        {"Tue, 14 Nov 2023 21:13:20 GMT", -3600},
                                                        {"an hour ago", 0}};
  for (const auto& [date, ahead] : dates) {
    int port = 0;
    const int listener = listen_tcp(port);
    const ScriptedServer server(listener, [&date = date](int socket, int) {
      hear(socket);
      say(socket, answer(std::string("200 OK\r\nDate: ") + date, "x"));
    });
    const auto url = "http://127.0.0.1:" + std::to_string(port);
    const auto watch = std::make_shared<ClockWatch>([] { return kNow; }, nullptr);
    ASSERT_TRUE(
        (*watching_clocks(http_opener(), watch)(url))->fetch({.path = "/", .max_bytes = 9}));
    EXPECT_EQ(watch->ahead(url), ahead) << date;
  }
}

}  // namespace
}  // namespace dure::node
