// SPDX-License-Identifier: Apache-2.0
// Whatever fails, nothing is lost, nothing comes out of order, and nobody is asked too often.
#include <gmock/gmock.h>

#include "webhooks_fixture.h"

namespace dure::node {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

NextAnswer status_of(int status, int wait = 0) { return {Fate::kTaken, {status, seconds(wait)}}; }

TEST_F(WebhooksTest, APostThatDidNotArriveComesAgain) {
  receiver().will({{Fate::kLost, {}}});
  changes_.add("a");
  const auto due = settle();
  ASSERT_TRUE(due);
  EXPECT_THAT(receiver().told(), testing::IsEmpty());
  EXPECT_EQ(status().state, HookState::kRetrying);
  EXPECT_EQ(status().error->text, "errors.webhook_unreachable");
  EXPECT_EQ(disk_.text, "3f2a-0 http://portal.example/dure\n");
  changes_.add("b");
  settle();
  EXPECT_EQ(receiver().asked(), 1) << "not before it is due, whatever comes";
  clock_ = *due;
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a", "b"));
  EXPECT_EQ(status().state, HookState::kIdle);
  EXPECT_FALSE(status().error);
  EXPECT_EQ(status().failing_since, 0);
}

TEST_F(WebhooksTest, APostWhoseAnswerWasLostIsTheSameAgainSoThatTheReceiverKnowsIt) {
  receiver().will({{Fate::kAnswerLost, {}}});
  changes_.add("a");
  changes_.add("b");
  clock_ = *settle();
  changes_.add("c");
  settle();
  const auto posts = receiver().posts();
  ASSERT_THAT(posts, SizeIs(3));
  EXPECT_EQ(posts[1].id, posts[0].id);
  EXPECT_EQ(posts[1].body, posts[0].body);
  EXPECT_NE(posts[1].timestamp, posts[0].timestamp);
  EXPECT_NE(posts[1].signature, posts[0].signature);
  EXPECT_THAT(told_in(posts[2]), ElementsAre("c"));
  EXPECT_NE(posts[2].id, posts[1].id);
}

TEST_F(WebhooksTest, WhatChangedBetweenTwoAttemptsIsNotSentAsItWas) {
  receiver().will({status_of(503)});
  changes_.add("erased");
  changes_.add("b");
  clock_ = *settle();
  changes_.add("erased");  // its tombstone, at a new place
  settle();
  const auto posts = receiver().posts();
  ASSERT_THAT(posts, SizeIs(3));
  EXPECT_THAT(told_in(posts[1]), ElementsAre("b"));
  EXPECT_NE(posts[1].id, posts[0].id) << "other content, so another message";
  EXPECT_THAT(told_in(posts[2]), ElementsAre("erased"));
}

TEST_F(WebhooksTest, EverythingInABatchMayHaveMovedOn) {
  receiver().will({status_of(503)});
  changes_.add("a");
  clock_ = *settle();
  changes_.add("a");
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a", "a"));
  EXPECT_EQ(status().behind, 0U);
}

TEST_F(WebhooksTest, APlaceThatWasNotKeptIsToldAgainAfterACrash) {
  changes_.add("a");
  disk_.fail_next = FakeDisk::Failure::kBefore;
  hooks_->serve(0);
  EXPECT_THAT(receiver().told(), ElementsAre("a"));
  ASSERT_TRUE(status().error);
  EXPECT_EQ(status().error->code, ErrorCode::kStorage);
  start({kUrl});
  settle();
  const auto posts = receiver().posts();
  ASSERT_THAT(posts, SizeIs(2));
  EXPECT_EQ(posts[0].id, posts[1].id);
}

TEST_F(WebhooksTest, APlaceThatWasNotKeptIsKeptWhenTheDiskIsBack) {
  changes_.add("a");
  disk_.fail_next = FakeDisk::Failure::kBefore;
  hooks_->serve(0);
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a")) << "a running node does not tell it twice";
  EXPECT_EQ(disk_.text, "3f2a-1 http://portal.example/dure\n");
  EXPECT_FALSE(status().error);
}

TEST_F(WebhooksTest, APlaceThatWasKeptWithoutAnAnswerIsNotToldAgain) {
  changes_.add("a");
  disk_.fail_next = FakeDisk::Failure::kAfter;
  hooks_->serve(0);
  EXPECT_TRUE(status().error);
  start({kUrl});
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a"));
}

TEST_F(WebhooksTest, APlaceThatCannotBeKeptAtTheStartIsKeptLater) {
  disk_ = {};
  changes_.add("before");
  disk_.fail_next = FakeDisk::Failure::kBefore;
  start({kUrl});
  EXPECT_EQ(disk_.text, "");
  settle();
  EXPECT_EQ(disk_.text, "3f2a-1 http://portal.example/dure\n");
}

TEST_F(WebhooksTest, DamagedPlacesMeanEverythingAgainRatherThanALoss) {
  changes_.add("a");
  settle();
  for (const bool unreadable : {false, true}) {
    receiver().forget();
    disk_.unreadable = unreadable;
    if (!unreadable) disk_.text = "3f2a-1 http://portal.example/du";
    start({kUrl});
    EXPECT_TRUE(status().error);
    settle();
    EXPECT_THAT(receiver().told(), ElementsAre("a"));
    EXPECT_EQ(disk_.text, "3f2a-1 http://portal.example/dure\n");
    EXPECT_FALSE(status().error);
  }
  EXPECT_THAT(logged_, SizeIs(2));
}

TEST_F(WebhooksTest, ACatalogueThatCannotBeReadIsNotTheReceiversFault) {
  changes_.add("a");
  changes_.broken = true;
  settle();
  EXPECT_EQ(status().failures, 0U);
  EXPECT_EQ(status().error->code, ErrorCode::kStorage);
  EXPECT_EQ(status().failing_since, 0);
  changes_.broken = false;
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a"));
  EXPECT_FALSE(status().error);
}

TEST_F(WebhooksTest, ACatalogueThatCannotBeReadAtTheStartIsAskedAgain) {
  disk_ = {};
  changes_.broken = true;
  start({kUrl});
  EXPECT_TRUE(status().error);
  EXPECT_FALSE(status().place);
  changes_.broken = false;
  changes_.add("meanwhile");
  settle();
  ASSERT_TRUE(status().place);
  changes_.add("a");
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a"));
}

TEST_F(WebhooksTest, WaitsLongerEachTimeButNotForEver) {
  receiver().always(500);
  changes_.add("a");
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 12; ++i) {
    const auto due = settle();
    ASSERT_TRUE(due);
    waits.push_back(std::chrono::duration_cast<milliseconds>(*due - clock_).count());
    EXPECT_EQ(status().retry_in, *due - clock_);
    clock_ = *due;
  }
  // The least that jitter leaves, because random is 0: half of 5, 10, 20 … 3600 seconds.
  EXPECT_THAT(waits, ElementsAre(2500, 5000, 10'000, 20'000, 40'000, 80'000, 160'000, 320'000,
                                 640'000, 1'280'000, 1'800'000, 1'800'000));
  EXPECT_EQ(receiver().asked(), 12);
  random_ = UINT64_MAX;
  const auto due = settle();
  EXPECT_LE(*due - clock_, seconds(3600));
  EXPECT_THAT(logged_, ElementsAre("HTTP 500")) << "one line for one outage";
}

TEST_F(WebhooksTest, WaitsAsLongAsTheReceiverAsksWithinReason) {
  receiver().will({status_of(429, 600), status_of(503, 10'000'000)});
  changes_.add("a");
  auto due = settle();
  EXPECT_EQ(*due - clock_, seconds(600));
  clock_ = *due;
  due = settle();
  EXPECT_EQ(*due - clock_, hours(24));
}

TEST_F(WebhooksTest, GoneStopsAtOnceUntilSomebodyWantsItAgain) {
  receiver().will({status_of(410)});
  changes_.add("a");
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(status().state, HookState::kStopped);
  EXPECT_EQ(status().error->text, "errors.webhook_gone");
  EXPECT_EQ(status().behind, 1U);
  changes_.add("b");
  hooks_->wake();
  pass(hours(1000));
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(receiver().asked(), 1);
  receiver().forget();
  hooks_->resume();
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a", "b"));
  EXPECT_EQ(status().state, HookState::kIdle);
}

TEST_F(WebhooksTest, ARestartTakesUpWhatWasStopped) {
  receiver().will({status_of(410)});
  changes_.add("a");
  settle();
  receiver().forget();
  start({kUrl});
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a"));
}

TEST_F(WebhooksTest, ThreeDaysOfFailuresStopIt) {
  receiver().always(404);
  changes_.add("a");
  std::optional<Webhooks::Time> due;
  const auto begin = clock_;
  while ((due = settle())) clock_ = *due;
  EXPECT_GE(clock_ - begin, hours(72));
  EXPECT_LE(clock_ - begin, hours(74));
  EXPECT_EQ(status().state, HookState::kStopped);
  EXPECT_EQ(status().error->text, "errors.webhook_not_there");
  EXPECT_EQ(status().failing_since, posix_ + 1000);
  EXPECT_THAT(logged_, SizeIs(2)) << "that it began, and that it was given up";
  receiver().always(200);
  receiver().forget();
  hooks_->resume();
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a"));
}

TEST_F(WebhooksTest, ASuccessForgivesEarlierFailures) {
  for (int day = 0; day < 5; ++day) {
    receiver().will({status_of(500)});
    changes_.add("r" + std::to_string(day));
    clock_ = *settle();
    settle();
    pass(hours(20));
  }
  EXPECT_EQ(status().state, HookState::kIdle);
  EXPECT_EQ(status().failures, 5U);
}

TEST_F(WebhooksTest, SaysWhatARefusalMeans) {
  const std::vector<std::pair<int, std::string>> meanings = {
      {301, "errors.webhook_redirects"}, {308, "errors.webhook_redirects"},
      {401, "errors.webhook_refused"},   {403, "errors.webhook_refused"},
      {404, "errors.webhook_not_there"}, {400, "errors.webhook_status"},
      {429, "errors.webhook_busy"},      {502, "errors.webhook_busy"}};
  for (const auto& [code, text] : meanings) {
    receiver().will({status_of(code)});
    changes_.add("a");
    clock_ = *settle();
    EXPECT_EQ(status().error->text, text) << code;
    settle();
  }
  for (const int code : {200, 201, 202, 204, 299}) {
    receiver().will({status_of(code)});
    changes_.add("a");
    settle();
    EXPECT_EQ(status().state, HookState::kIdle) << code;
  }
}

TEST_F(WebhooksTest, APostThatIsCutByTheEndOfTheNodeIsNobodysFault) {
  receiver().will({{Fate::kLost, {}}});
  changes_.add("a");
  stopping_ = true;
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(status().failures, 0U);
  EXPECT_TRUE(logged_.empty());
}

}  // namespace
}  // namespace dure::node
