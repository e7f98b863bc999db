// SPDX-License-Identifier: Apache-2.0
#include "links/link_rules.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

constexpr std::int64_t kDay = 86'400, kStart = 1'700'000'000 / kDay * kDay;
const LinkAnswer kOk{LinkFinding::kAnswers, 200}, kGoneAnswer{LinkFinding::kGone, 404},
    kNobody{LinkFinding::kSilent, 0}, kForbidden{LinkFinding::kUnclear, 403},
    kPrivate{LinkFinding::kRefused, 0};

KnownLink after(const std::vector<std::pair<std::int64_t, LinkAnswer>>& answers,
                bool heard = true) {
  KnownLink state;
  for (const auto& [when, answer] : answers)
    state = after_answer(state, answer, kStart + when, heard, {});
  return state;
}

TEST(LinkRulesTest, ThreeFailuresOnDifferentDaysMakeALinkDead) {
  EXPECT_EQ(after({{0, kGoneAnswer}, {7 * kDay, kGoneAnswer}}).dead_since, 0);
  const KnownLink dead = after({{0, kGoneAnswer}, {7 * kDay, kNobody}, {14 * kDay, kGoneAnswer}});
  EXPECT_EQ(dead.dead_since, kStart + 14 * kDay);
  EXPECT_EQ(dead.dead_status, 404);
  EXPECT_EQ(dead.failures, 3U);
  const KnownLink later =
      after_answer(dead, {LinkFinding::kGone, 410}, kStart + 21 * kDay, true, {});
  EXPECT_EQ(later.dead_since, dead.dead_since) << "since then";
  EXPECT_EQ(later.dead_status, 404) << "a notice is not revised each week";
}

TEST(LinkRulesTest, FailuresOfOneDayAreOne) {
  EXPECT_EQ(after({{0, kGoneAnswer}, {10, kGoneAnswer}, {kDay - 1, kGoneAnswer}}).failures, 1U);
  EXPECT_EQ(after({{0, kGoneAnswer}, {10, kGoneAnswer}, {kDay, kGoneAnswer}}).failures, 2U);
  EXPECT_EQ(after({{0, kOk}, {10, kGoneAnswer}}).failures, 1U);
}

TEST(LinkRulesTest, AnyAnswerBeginsAnew) {
  for (const LinkAnswer& answer : {kOk, kForbidden}) {
    const KnownLink state = after(
        {{0, kGoneAnswer}, {7 * kDay, kGoneAnswer}, {14 * kDay, kGoneAnswer}, {21 * kDay, answer}});
    EXPECT_EQ(state.failures, 0U);
    EXPECT_EQ(state.dead_since, 0);
    EXPECT_EQ(state.dead_status, 0);
  }
}

TEST(LinkRulesTest, ASilenceCountsOnlyWhileOthersAreHeard) {
  const KnownLink state =
      after({{0, kNobody}, {7 * kDay, kNobody}, {14 * kDay, kNobody}}, /*heard=*/false);
  EXPECT_EQ(state.failures, 0U);
  EXPECT_EQ(state.next_at, kStart + 15 * kDay) << "tomorrow the network may be back";
  EXPECT_EQ(after({{0, kGoneAnswer}}, /*heard=*/false).failures, 1U) << "404 is an answer";
}

TEST(LinkRulesTest, WhatIsNotAskedIsNeverDead) {
  const KnownLink state = after({{0, kPrivate}, {7 * kDay, kPrivate}, {14 * kDay, kPrivate}});
  EXPECT_EQ(state.failures, 0U);
  EXPECT_EQ(state.finding, LinkFinding::kRefused);
}

TEST(LinkRulesTest, AnAddressIsAskedOnceInAnInterval) {
  for (const LinkAnswer& answer : {kOk, kGoneAnswer, kNobody, kForbidden, kPrivate})
    EXPECT_EQ(after({{5, answer}}).next_at, kStart + 5 + 7 * kDay);
  LinkRules hasty;
  hasty.interval = 1;
  EXPECT_EQ(after_answer({}, kOk, kStart, true, hasty).next_at, kStart + kDay);
  LinkAnswer busy{LinkFinding::kUnclear, 429, static_cast<std::uint64_t>(10 * kDay)};
  EXPECT_EQ(after({{0, busy}}).next_at, kStart + 10 * kDay);
  busy.retry_after = UINT64_MAX;
  EXPECT_EQ(after({{0, busy}}).next_at, kStart + 30 * kDay);
}

}  // namespace
}  // namespace dure::node
