// SPDX-License-Identifier: Apache-2.0
// Drafts over a store and a publisher that fail in both ways: nothing is published twice, and
// nobody approves their own work while there are others.
#include <algorithm>

#include "node/console/drafts_fixture.h"

namespace dure::node {
namespace {

TEST_F(DraftsTest, OnePersonWritesAnotherPublishes) {
  now_ = 1'780'000'000;  // 28 May 2026, 20:26 UTC: the next day in Korea
  auto draft = drafts_.begin("kim", "practice");
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->body, R"({"modified":"2026-05-29"})");
  EXPECT_EQ(drafts_.submit("kim", draft->number, draft->version).error().code, ErrorCode::kInvalid);
  draft = drafts_.save("kim", draft->number, draft->version, kBody);
  ASSERT_TRUE(draft);
  draft = drafts_.submit("kim", draft->number, draft->version);
  ASSERT_TRUE(draft);
  EXPECT_EQ(drafts_.save("kim", draft->number, draft->version, "{}").error().text,
            "errors.console_not_open")
      << "what is being read does not change";
  EXPECT_EQ(drafts_.approve("kim", draft->number, draft->version).error().text,
            "errors.console_own_work");
  draft = drafts_.approve("lee", draft->number, draft->version);
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->state, DraftState::kPublished);
  EXPECT_EQ(draft->record, "new0");
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_EQ(log_[0].body, kBody);
  EXPECT_EQ(drafts_.approve("lee", draft->number, draft->version).error().text,
            "errors.console_not_in_review");
}

TEST_F(DraftsTest, WhoChangedItLastDoesNotApproveEither) {
  auto draft = drafts_.begin("kim", "practice", kBody);
  draft = drafts_.save("lee", draft->number, draft->version, R"({"title":{"ko":"다른"}})");
  draft = drafts_.submit("kim", draft->number, draft->version);
  ASSERT_TRUE(draft);
  for (const char* name : {"kim", "lee"})
    EXPECT_EQ(drafts_.approve(name, draft->number, draft->version).error().text,
              "errors.console_own_work");
  EXPECT_TRUE(drafts_.approve("park", draft->number, draft->version));
}

TEST_F(DraftsTest, WhoIsAloneApprovesAndTheBookSaysSo) {
  const Draft draft = in_review();
  alone_ = true;
  ASSERT_TRUE(drafts_.approve("kim", draft.number, draft.version));
  const auto lines = store_.acts(1, 100);
  const bool said = std::any_of(lines->begin(), lines->end(), [](const AuditLine& line) {
    return line.act.act == "draft.approve-own";
  });
  EXPECT_TRUE(said);
}

TEST_F(DraftsTest, IsReturnedWithAReasonAndSentAgain) {
  Draft draft = in_review();
  for (const std::string& bad :
       {std::string(), std::string(" \n"), std::string("\xFF"), std::string(kMaxReason + 1, 'a')})
    EXPECT_EQ(drafts_.give_back("lee", draft.number, draft.version, bad).error().code,
              ErrorCode::kInvalid);
  auto returned = drafts_.give_back("lee", draft.number, draft.version, "비용이 빠졌습니다");
  ASSERT_TRUE(returned);
  EXPECT_EQ(returned->reason, "비용이 빠졌습니다");
  returned = drafts_.save("kim", returned->number, returned->version, R"({"title":{"ko":"새"}})");
  returned = drafts_.submit("kim", returned->number, returned->version);
  ASSERT_TRUE(returned);
  EXPECT_TRUE(returned->reason.empty());
  EXPECT_TRUE(drafts_.approve("lee", returned->number, returned->version));
}

TEST_F(DraftsTest, ARevisionSaysFromWhichOneItBegan) {
  EXPECT_EQ(drafts_.revise("kim", "unknown").error().code, ErrorCode::kNotFound);
  auto draft = drafts_.revise("kim", "known");
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->body, kBody);
  draft = drafts_.submit("kim", draft->number, draft->version);
  ASSERT_TRUE(drafts_.approve("lee", draft->number, draft->version));
  EXPECT_EQ(submitted_.id, "known");
  EXPECT_EQ(submitted_.expected_rev, 4U);
}

TEST_F(DraftsTest, WhoeverIsSecondIsTold) {
  const auto draft = drafts_.begin("kim", "practice", kBody);
  ASSERT_TRUE(drafts_.save("kim", draft->number, draft->version, "{}"));
  EXPECT_EQ(drafts_.save("lee", draft->number, draft->version, kBody).error().text,
            "errors.console_changed");
  EXPECT_EQ(drafts_.submit("lee", draft->number, draft->version).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(drafts_.drop("lee", draft->number, draft->version).error().code, ErrorCode::kConflict);
}

TEST_F(DraftsTest, TheSameSentTwiceIsThereOnce) {
  const auto draft = drafts_.begin("kim", "practice");
  const auto saved = drafts_.save("kim", draft->number, draft->version, kBody);
  ASSERT_TRUE(saved);
  const auto again = drafts_.save("kim", draft->number, draft->version, kBody);
  ASSERT_TRUE(again) << "a reload";
  EXPECT_EQ(again->version, saved->version);
}

TEST_F(DraftsTest, WhatCannotBePublishedAsItIsDoesNotWaitForReview) {
  const auto draft =
      drafts_.begin("kim", "practice", R"({"title":{"ko":"가"},"title":{"ko":"나"}})");
  EXPECT_EQ(drafts_.submit("kim", draft->number, draft->version).error().code,
            ErrorCode::kMalformed);
  EXPECT_EQ(drafts_.find(draft->number)->state, DraftState::kDraft);
}

TEST_F(DraftsTest, WhatWasDroppedIsTakenUpAgain) {
  auto draft = drafts_.begin("kim", "practice", kBody);
  draft = drafts_.drop("kim", draft->number, draft->version);
  ASSERT_TRUE(draft);
  EXPECT_FALSE(drafts_.save("kim", draft->number, draft->version, "{}"));
  draft = drafts_.take_back("lee", draft->number, draft->version);
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->body, kBody);
  EXPECT_TRUE(drafts_.submit("kim", draft->number, draft->version));
}

TEST_F(DraftsTest, WhatTheLogRefusesWaitsForADecisionAgain) {
  const Draft draft = in_review();
  refuse_ = ErrorCode::kConflict;
  EXPECT_EQ(drafts_.approve("lee", draft.number, draft.version).error().code, ErrorCode::kConflict);
  EXPECT_EQ(drafts_.find(draft.number)->state, DraftState::kReview);
  refuse_ = ErrorCode::kUnavailable;
  const auto again = drafts_.find(draft.number);
  EXPECT_EQ(drafts_.approve("lee", again->number, again->version).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(drafts_.find(draft.number)->state, DraftState::kApproved);
  refuse_.reset();
  EXPECT_TRUE(drafts_.approve("lee", draft.number, 0)) << "an approval is finished by whoever asks";
  EXPECT_EQ(log_.size(), 1U);
}

TEST_F(DraftsTest, NothingIsPublishedTwiceWhateverFails) {
  for (int what = 0; what < 5; ++what) {
    log_.clear();
    const Draft draft = in_review();
    if (what == 4) lose_answer_ = true;
    if (what == 0) store_.fail.arm(Failure::kBeforeWrite);
    if (what == 1) store_.fail.arm(Failure::kAfterWrite);
    if (what == 2) store_.fail.arm(Failure::kBeforeWrite, 1);
    if (what == 3) store_.fail.arm(Failure::kAfterWrite, 1);
    EXPECT_EQ(drafts_.approve("lee", draft.number, draft.version).error().code, ErrorCode::kStorage)
        << what;
    const auto now = drafts_.find(draft.number);
    if (now->state != DraftState::kPublished) {
      const auto done = drafts_.approve("lee", now->number, now->version);
      ASSERT_TRUE(done) << what;
      EXPECT_EQ(done->state, DraftState::kPublished);
    }
    EXPECT_EQ(log_.size(), 1U) << what;
    EXPECT_EQ(drafts_.find(draft.number)->record, "new0");
  }
}

TEST_F(DraftsTest, PublishesTheBytesThatTheCommandLineWould) {
  auto draft = drafts_.begin("kim", "practice", "{ \"title\" : {\"ko\":\"가\"}, \"cost\" : 1.0 }");
  draft = drafts_.submit("kim", draft->number, draft->version);
  ASSERT_TRUE(draft);
  ASSERT_TRUE(drafts_.approve("lee", draft->number, draft->version));
  EXPECT_EQ(log_[0].body, R"({"cost":1,"title":{"ko":"가"}})");
}

}  // namespace
}  // namespace dure::node
