// SPDX-License-Identifier: Apache-2.0
// Witnesses beside the charter's: what they say is kept and shown, and nobody waits for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "node/witnessing/independent_fixture.h"

namespace dure::node {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(IndependentWitnessesTest, CosignAHeadThatAPolicyNamingThemAccepts) {
  alone();
  sign(10);
  EXPECT_EQ(ask_them(), 3);
  EXPECT_TRUE(satisfies("all"));
  EXPECT_EQ(independent_->report()[1].size, 10U);
  EXPECT_EQ(independent_->report()[1].time, static_cast<std::uint64_t>(now_));
  EXPECT_EQ(cosigning_->final_size(), 0U) << "they make nothing final";
  // Served with the head that they cosigned and no other.
  const std::string plain = format_note(log_.sign(log_.head(10)));
  EXPECT_TRUE(verify_checkpoint(independent_->with_cosignatures(plain), policy("all")));
  const std::string other_head = format_note(log_.sign(log_.head(11)));
  EXPECT_EQ(independent_->with_cosignatures(other_head), other_head);
  // Each grows from where it is.
  sign(40);
  EXPECT_EQ(ask_them(), 3);
  EXPECT_THAT(other(0).posted.back(), HasSubstr("old 10\n"));
  EXPECT_THAT(other(0).posted.back(), Not(HasSubstr("w1.example"))) << "only our own signature";
  EXPECT_TRUE(satisfies("all"));
}

TEST_F(IndependentWitnessesTest, AreAskedAboutWhatIsFinalAndCarryTheChartersCosignaturesToo) {
  sign(20);
  EXPECT_EQ(ask_them(), 0) << "it may become final any moment";
  for (int i = 2; i <= 5; ++i) neighbour(i).mirror(20);
  ask_around();
  pass(kSoon);
  ask_around();
  ASSERT_EQ(cosigning_->final_size(), 20U);
  sign(25);
  EXPECT_EQ(ask_them(), 3);
  EXPECT_EQ(cosigned_size(), 20U) << "the final one, not the newest";
  EXPECT_TRUE(satisfies("all"));
  EXPECT_TRUE(verify_checkpoint(*independent_->note(), *policy_for(charter_, log_.origin())));
  EXPECT_TRUE(cosigning_->has_quorum(*independent_->note()));
}

TEST_F(IndependentWitnessesTest, AreAskedAllTheSameIfNothingBecomesFinal) {
  for (int i = 2; i <= 5; ++i) neighbour(i).down = true;
  sign(20);
  ask_around();
  EXPECT_EQ(ask_them(), 0);
  ASSERT_TRUE(independent_->next_due());
  pass(std::chrono::seconds(5));
  EXPECT_EQ(ask_them(), 3);
  EXPECT_TRUE(satisfies("all"));
  EXPECT_FALSE(cosigning_->has_quorum(*independent_->note()));
}

TEST_F(IndependentWitnessesTest, NeverCountForTheCharter) {
  // Three of four voices are needed; two of the charter's and three others are not three.
  neighbour(4).down = neighbour(5).down = true;
  for (int i = 2; i <= 3; ++i) neighbour(i).mirror(20);
  sign(20);
  ask_around();
  pass(std::chrono::seconds(5));
  EXPECT_EQ(ask_them(), 3);
  ask_around();
  EXPECT_TRUE(satisfies("all"));
  EXPECT_EQ(cosigning_->final_size(), 0U);
  EXPECT_FALSE(cosigning_->quorum_head());
  EXPECT_FALSE(cosigning_->has_quorum(*independent_->note()));
}

TEST_F(IndependentWitnessesTest, ASilentOneHoldsBackNobody) {
  alone();
  other(1).fails = Error{ErrorCode::kUnavailable, "no answer in time"};
  sign(10);
  ask_them();
  EXPECT_TRUE(satisfies("2"));
  EXPECT_EQ(why(1), "no answer in time");
  // Left alone for a while; the others get the next head at once.
  sign(20);
  EXPECT_EQ(ask_them(), 2);
  EXPECT_EQ(cosigned_size(), 20U);
  other(1).fails.reset();
  pass(std::chrono::seconds(2));
  EXPECT_EQ(ask_them(), 1);
  EXPECT_TRUE(satisfies("all"));
  EXPECT_EQ(why(1), "");
}

TEST_F(IndependentWitnessesTest, WhatWasCosignedByMoreIsShownUntilTheNextHasAllItWillGet) {
  alone();
  sign(10);
  ask_them();
  sign(20);
  const auto first = independent_->take();
  ASSERT_TRUE(first);
  independent_->ask(*first);
  EXPECT_EQ(cosigned_size(), 10U) << "one cosignature takes not the place of three";
  EXPECT_TRUE(satisfies("all"));
  other(1).fails = other(2).fails = Error{ErrorCode::kUnavailable, "gone"};
  ask_them();
  EXPECT_EQ(cosigned_size(), 20U) << "the others will not come";
  EXPECT_TRUE(satisfies("1"));
}

TEST_F(IndependentWitnessesTest, AFullHeadMakesRoomForANewerOneAfterAWhile) {
  alone();
  sign(10);
  const auto slow = independent_->take();  // and does not come back
  ASSERT_TRUE(slow);
  EXPECT_EQ(ask_them(), 2);
  sign(20);
  EXPECT_EQ(ask_them(), 0);
  pass(std::chrono::seconds(5));
  EXPECT_EQ(ask_them(), 2);
  EXPECT_EQ(cosigned_size(), 20U);
}

TEST_F(IndependentWitnessesTest, EveryFlippedByteIsRefused) {
  alone();
  sign(10);
  ask_them();
  std::string good;
  other(0).tamper = [&](FetchResponse& response) { good = response.body; };
  sign(20);
  ask_them();
  ASSERT_FALSE(good.empty());
  for (std::size_t i = 0; i < good.size(); ++i) {
    pass(std::chrono::minutes(30));  // time to say it again
    other(0).tamper = [&](FetchResponse& response) {
      response.body = good;
      response.body[i] = static_cast<char>(response.body[i] ^ 1);
    };
    ask_them();
    EXPECT_NE(why(0), "") << i;
    EXPECT_NE(independent_->report()[0].time, static_cast<std::uint64_t>(now_));
  }
  EXPECT_TRUE(satisfies("all")) << "what verified before stays";
}

TEST_F(IndependentWitnessesTest, AWrongKeyIsSaidInWordsForThisFile) {
  alone();
  const auto stranger = testing::signer("w0.example", KeyType::kCosignatureV1, 77);
  other(0).tamper = [&](FetchResponse& response) {
    response.body = format_signature(
        *cosign(format_checkpoint(log_.head(10)), *stranger, static_cast<std::uint64_t>(now_)));
  };
  other(1).fails = Error{ErrorCode::kNotFound, "HTTP 404"};
  sign(10);
  ask_them();
  EXPECT_EQ(why(0), "independent.other-key");
  EXPECT_EQ(why(1), "independent.not-listed");
  EXPECT_TRUE(satisfies("1"));
  EXPECT_FALSE(satisfies("2"));
}

TEST_F(IndependentWitnessesTest, AConflictIsAnsweredFromTheSizeItNames) {
  alone();
  ASSERT_TRUE(other(0).witness->add_checkpoint(log_.body(0, 7)));
  sign(10);
  EXPECT_EQ(ask_them(), 3);
  ASSERT_EQ(other(0).posted.size(), 2U);
  EXPECT_THAT(other(0).posted[0], HasSubstr("old 0\n"));
  EXPECT_THAT(other(0).posted[1], HasSubstr("old 7\n"));
  EXPECT_TRUE(satisfies("all"));
}

TEST_F(IndependentWitnessesTest, ANewerHeadThatSomebodyElseShowedItIsAskedAbout) {
  for (int i = 2; i <= 5; ++i) neighbour(i).mirror(10);
  sign(10);
  ask_around();
  pass(kSoon);
  ask_around();
  ASSERT_EQ(cosigning_->final_size(), 10U);
  ASSERT_TRUE(other(0).witness->add_checkpoint(log_.body(0, 12)));
  for (int i = 2; i <= 5; ++i) neighbour(i).down = true;
  sign(12);
  ask_them();
  pass(std::chrono::seconds(2));
  ask_them();
  EXPECT_EQ(cosigned_size(), 12U);
  EXPECT_TRUE(satisfies("all"));
}

TEST_F(IndependentWitnessesTest, OneThatNamesASizeWeNeverSignedIsAskedToShowIt) {
  alone();
  other(0).tamper = [](FetchResponse& response) {
    response.conflict = true;
    response.body = "30\n";
  };
  other(0).shown = "a claim";
  sign(10);
  ask_them();
  EXPECT_EQ(why(0), "finality.ahead");
  ASSERT_EQ(shown_.size(), 1U);
  EXPECT_EQ(shown_[0].second, "a claim") << "whoever judges it verifies the signature";
  EXPECT_TRUE(satisfies("2"));
}

TEST_F(IndependentWitnessesTest, OneThatWasSetBackIsNotBelieved) {
  alone();
  sign(10);
  ask_them();
  other(0).begin_anew();
  sign(20);
  ask_them();
  EXPECT_EQ(why(0), "independent.went-back");
  EXPECT_EQ(independent_->report()[0].size, 10U);
  pass(std::chrono::minutes(10));
  ask_them();
  EXPECT_EQ(why(0), "independent.went-back");
}

TEST_F(IndependentWitnessesTest, WhatTheyCosignedOutlivesTheProcess) {
  alone();
  sign(10);
  ask_them();
  begin();
  EXPECT_TRUE(satisfies("all"));
  EXPECT_EQ(independent_->report()[2].size, 10U);
  EXPECT_NE(independent_->report()[2].time, 0U);
  sign(20);
  ask_them();
  EXPECT_THAT(other(0).posted.back(), HasSubstr("old 10\n")) << "where it is, is known";
}

TEST_F(IndependentWitnessesTest, NothingIsShownThatIsNotStored) {
  alone();
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    sign(failure == Failure::kBeforeWrite ? 10 : 20);
    const auto before = independent_->note();
    stored_.fail_next.arm(failure);
    std::optional<std::size_t> which;
    while (stored_.fail_next.armed()) {
      which = independent_->take();
      ASSERT_TRUE(which);
      independent_->ask(*which);
    }
    EXPECT_EQ(independent_->note(), before);
    EXPECT_TRUE(independent_->report()[*which].error);
    ask_them();
    pass(std::chrono::seconds(2));
    EXPECT_EQ(ask_them(), 1) << "asked again, and stored this time";
    EXPECT_TRUE(satisfies("all"));
    EXPECT_EQ(*stored_.independent_head(), independent_->note());
  }
}

TEST_F(IndependentWitnessesTest, AnIdleLogIsCosignedAgainWithALaterTime) {
  alone();
  sign(10);
  ask_them();
  EXPECT_EQ(ask_them(), 0);
  pass(std::chrono::minutes(15));
  EXPECT_EQ(ask_them(), 3);
  EXPECT_EQ(independent_->report()[0].time, static_cast<std::uint64_t>(now_));
  EXPECT_THAT(other(0).posted.back(), HasSubstr("old 10\n\n"));
}

TEST_F(IndependentWitnessesTest, RetryAfterIsHonoured) {
  alone();
  other(0).fails =
      with_retry_after(Error{ErrorCode::kUnavailable, "HTTP 429"}, std::chrono::seconds(600));
  sign(10);
  ask_them();
  other(0).fails.reset();
  pass(std::chrono::seconds(599));
  EXPECT_EQ(ask_them(), 0);
  pass(std::chrono::seconds(1));
  EXPECT_EQ(ask_them(), 1);
  EXPECT_TRUE(satisfies("all"));
}

TEST_F(IndependentWitnessesTest, NobodyIsAskedOnceSigningHasStopped) {
  alone();
  stopped_ = true;
  sign(10);
  EXPECT_EQ(ask_them(), 0);
  EXPECT_TRUE(independent_->next_due());
  stopped_ = false;
  EXPECT_EQ(ask_them(), 3);
}

TEST_F(IndependentWitnessesTest, ThreadsAskUntilTheyAreStopped) {
  alone();
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < independent_->count(); ++i)
    threads.emplace_back([&](const std::stop_token& stop) { independent_->work(stop); });
  sign(10);
  independent_->wake();
  while (!satisfies("all")) std::this_thread::yield();
  threads.clear();  // stops and joins
}

}  // namespace
}  // namespace dure::node
