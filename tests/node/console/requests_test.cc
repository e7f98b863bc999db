// SPDX-License-Identifier: Apache-2.0
// Requests to withdraw an entry: asked by one person, done once by another.
#include <algorithm>

#include "node/console/drafts_fixture.h"

namespace dure::node {
namespace {

class RequestsTest : public DraftsTest {
 protected:
  Draft asked(const std::string& author = "kim") {
    auto request = drafts_.ask_to_withdraw(author, "known", " 폐지된 제도입니다\n");
    EXPECT_TRUE(request);
    return *request;
  }
  bool was_noted(std::string_view act) {
    const auto lines = store_.acts(1, 100);
    return std::any_of(lines->begin(), lines->end(),
                       [&](const AuditLine& line) { return line.act.act == act; });
  }
};

TEST_F(RequestsTest, OnePersonAsksAnotherWithdraws) {
  const Draft request = asked();
  EXPECT_EQ(request.state, DraftState::kReview);
  EXPECT_EQ(request_reason(request), "폐지된 제도입니다");
  EXPECT_TRUE(log_.empty()) << "asking changes nothing";
  EXPECT_EQ(drafts_.approve("kim", request.number, request.version).error().text,
            "errors.console_own_work");
  const auto done = drafts_.approve("lee", request.number, request.version);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->state, DraftState::kPublished);
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_EQ(log_[0].type, "withdraw");
  EXPECT_EQ(log_[0].id, "known");
  EXPECT_EQ(log_[0].body, R"({"reason":"폐지된 제도입니다"})");
  EXPECT_EQ(submitted_.expected_rev, 4U) << "what was read is what is withdrawn";
  EXPECT_TRUE(was_noted("withdraw.ask") && was_noted("draft.approve") &&
              was_noted("withdraw.done"));
}

TEST_F(RequestsTest, WhoIsAloneMayAndTheBookSaysSo) {
  alone_ = true;
  const Draft request = asked();
  EXPECT_TRUE(drafts_.approve("kim", request.number, request.version));
  EXPECT_TRUE(was_noted("draft.approve-own"));
}

TEST_F(RequestsTest, NeedAReasonThatCanBePublished) {
  for (const std::string& bad :
       {std::string(), std::string(" \n\t"), std::string("\xFF"), std::string(1001, 'a')})
    EXPECT_EQ(drafts_.ask_to_withdraw("kim", "known", bad).error().text,
              "errors.console_withdraw_reason");
  EXPECT_TRUE(drafts_.list()->empty());
}

TEST_F(RequestsTest, AreForEntriesThatAreThere) {
  EXPECT_EQ(drafts_.ask_to_withdraw("kim", "unknown", "왜").error().code, ErrorCode::kNotFound);
  standing_.withdrawn = true;
  EXPECT_EQ(drafts_.ask_to_withdraw("kim", "known", "왜").error().code, ErrorCode::kGone);
  standing_ = {4, false, /*readable=*/false};
  EXPECT_EQ(drafts_.ask_to_withdraw("kim", "known", "왜").error().code, ErrorCode::kGone);
}

TEST_F(RequestsTest, ASecondClickAsksOnce) {
  const Draft first = asked();
  EXPECT_EQ(asked().number, first.number);
  EXPECT_EQ(drafts_.ask_to_withdraw("lee", "known", "다른 까닭").error().text,
            "errors.console_asked");
  EXPECT_EQ(drafts_.list()->size(), 1U);
}

TEST_F(RequestsTest, AskingFailsTwiceAndAsksOnce) {
  std::size_t requests = 0;
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    store_.fail.arm(failure);
    EXPECT_EQ(drafts_.ask_to_withdraw("kim", "known", "왜").error().code, ErrorCode::kStorage);
    const auto again = drafts_.ask_to_withdraw("kim", "known", "왜");
    ASSERT_TRUE(again);
    EXPECT_EQ(drafts_.list()->size(), ++requests);
    ASSERT_TRUE(drafts_.take_back("kim", again->number, again->version));
  }
}

TEST_F(RequestsTest, AreNeverEditedAndEndForGood) {
  Draft request = asked();
  EXPECT_FALSE(drafts_.save("kim", request.number, request.version, R"({"reason":"다른"})"));
  EXPECT_FALSE(drafts_.submit("kim", request.number, request.version));
  EXPECT_FALSE(drafts_.drop("kim", request.number, request.version));
  auto refused = drafts_.give_back("lee", request.number, request.version, "아직 합니다");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->state, DraftState::kDropped);
  EXPECT_EQ(refused->reason, "아직 합니다");
  EXPECT_FALSE(drafts_.take_back("kim", request.number, refused->version));
  EXPECT_FALSE(drafts_.approve("lee", request.number, refused->version));
  request = asked();
  EXPECT_NE(request.number, refused->number) << "but may be asked for anew";
  const auto dropped = drafts_.take_back("kim", request.number, request.version);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->state, DraftState::kDropped);
  EXPECT_TRUE(log_.empty());
}

TEST_F(RequestsTest, WaitForADecisionAgainIfTheEntryWasRevisedMeanwhile) {
  const Draft request = asked();
  refuse_ = ErrorCode::kConflict;
  EXPECT_EQ(drafts_.approve("lee", request.number, request.version).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(drafts_.find(request.number)->state, DraftState::kReview);
}

TEST_F(RequestsTest, NothingIsWithdrawnTwiceWhateverFails) {
  for (int what = 0; what < 5; ++what) {
    log_.clear();
    const Draft request = asked();
    if (what == 4) lose_answer_ = true;
    if (what == 0) store_.fail.arm(Failure::kBeforeWrite);
    if (what == 1) store_.fail.arm(Failure::kAfterWrite);
    if (what == 2) store_.fail.arm(Failure::kBeforeWrite, 1);
    if (what == 3) store_.fail.arm(Failure::kAfterWrite, 1);
    EXPECT_EQ(drafts_.approve("lee", request.number, request.version).error().code,
              ErrorCode::kStorage)
        << what;
    const auto now = drafts_.find(request.number);
    if (now->state != DraftState::kPublished) {
      ASSERT_TRUE(drafts_.approve("lee", now->number, now->version)) << what;
    }
    EXPECT_EQ(log_.size(), 1U) << what;
  }
}

TEST_F(RequestsTest, OnePersonAsksAnotherErases) {
  const auto request = drafts_.ask_to_erase("kim", "known", "personal-data", " 골목 주차 ");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->state, DraftState::kReview);
  EXPECT_EQ(request_reason(*request), "personal-data");
  EXPECT_EQ(drafts_.approve("kim", 1, request->version, "known").error().text,
            "errors.console_own_work");
  for (const char* typed : {"", "골목", "골목 주차장", "other"})
    EXPECT_EQ(drafts_.approve("lee", 1, request->version, typed).error().text,
              "errors.console_confirm");
  EXPECT_EQ(erase_calls_, 0);
  const auto done = drafts_.approve("lee", 1, request->version, "Alley parking");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->state, DraftState::kPublished);
  EXPECT_EQ(erase_calls_, 1);
  EXPECT_EQ(wish_.id, "known");
  EXPECT_EQ(wish_.rev, 4U) << "no revision that nobody looked at is erased";
  EXPECT_EQ(wish_.reason, "personal-data");
  EXPECT_EQ(wish_.account, "lee");
  EXPECT_TRUE(log_.empty());
  EXPECT_TRUE(was_noted("erase.ask") && was_noted("draft.approve") && was_noted("erase.done"));
  const auto acts = store_.acts(1, 100);
  for (const AuditLine& line : *acts)
    EXPECT_EQ((line.act.subject + line.act.note).find("주차"), std::string::npos)
        << "the audit log stays: no title is in it";
}

TEST_F(RequestsTest, ToEraseNeedAKnownReasonAndTheTitleOrTheId) {
  EXPECT_EQ(drafts_.ask_to_erase("kim", "known", "왜", "known").error().text,
            "errors.console_erase_reason");
  EXPECT_EQ(drafts_.ask_to_erase("kim", "known", "mistake", "주차").error().text,
            "errors.console_confirm");
  EXPECT_EQ(drafts_.ask_to_erase("kim", "unknown", "mistake", "unknown").error().code,
            ErrorCode::kNotFound);
  standing_ = {5, /*withdrawn=*/true, /*readable=*/false};
  EXPECT_TRUE(drafts_.ask_to_erase("kim", "known", "mistake", "known"))
      << "why it was withdrawn may have to go, too";
  standing_.erased = true;
  EXPECT_EQ(drafts_.ask_to_erase("kim", "known", "mistake", "known").error().code,
            ErrorCode::kGone);
}

TEST_F(RequestsTest, ToWithdrawAndToEraseOneEntryMayBothWait) {
  ASSERT_TRUE(drafts_.ask_to_withdraw("kim", "known", "왜"));
  ASSERT_TRUE(drafts_.ask_to_erase("kim", "known", "mistake", "known"));
  EXPECT_EQ(drafts_.ask_to_erase("lee", "known", "mistake", "known").error().text,
            "errors.console_asked");
}

TEST_F(RequestsTest, AnErasureIsFinishedWhateverFails) {
  for (int what = 0; what < 5; ++what) {
    standing_ = {4, false, true, false, {"골목 주차"}};
    const auto request = drafts_.ask_to_erase("kim", "known", "mistake", "known");
    ASSERT_TRUE(request);
    if (what == 4) lose_answer_ = true;
    if (what == 0) store_.fail.arm(Failure::kBeforeWrite);
    if (what == 1) store_.fail.arm(Failure::kAfterWrite);
    if (what == 2) store_.fail.arm(Failure::kBeforeWrite, 1);
    if (what == 3) store_.fail.arm(Failure::kAfterWrite, 1);
    EXPECT_EQ(drafts_.approve("lee", request->number, request->version, "known").error().code,
              ErrorCode::kStorage)
        << what;
    const auto now = drafts_.find(request->number);
    if (now->state != DraftState::kPublished) {
      const bool decided = now->state == DraftState::kApproved;
      const auto done = drafts_.approve("lee", now->number, now->version, decided ? "" : "known");
      ASSERT_TRUE(done) << what;
    }
    EXPECT_EQ(drafts_.find(request->number)->state, DraftState::kPublished);
    EXPECT_TRUE(standing_.erased);
  }
}

TEST_F(RequestsTest, ARevisionThatNobodyLookedAtIsNotErased) {
  const auto request = drafts_.ask_to_erase("kim", "known", "mistake", "known");
  refuse_ = ErrorCode::kConflict;
  EXPECT_EQ(drafts_.approve("lee", 1, request->version, "known").error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(drafts_.find(1)->state, DraftState::kReview);
}

TEST(RequestReasonTest, IsReadOfRequestsOnly) {
  Draft draft;
  draft.type = "practice";
  draft.body = R"({"reason":"x"})";
  EXPECT_EQ(request_reason(draft), "");
  draft.type = kWithdrawal;
  EXPECT_EQ(request_reason(draft), "x");
  for (const char* odd : {"", "{}", "[]", R"({"reason":1})", R"({"reason":"x","more":"y"})"}) {
    draft.body = odd;
    EXPECT_EQ(request_reason(draft), "") << odd;
  }
}

}  // namespace
}  // namespace dure::node
