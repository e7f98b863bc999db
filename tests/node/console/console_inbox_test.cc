// SPDX-License-Identifier: Apache-2.0
// What citizens tell, at the console: read, answered, declined, made a proposal of, by who may.
#include <algorithm>

#include "inbox/proposal.h"
#include "node/console/console_routes_fixture.h"

namespace dure::node::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kText[] = "밤에도 여는 <script>약국</script>이 필요합니다";

class ConsoleInboxTest : public ConsoleRoutesTest {
 protected:
  void SetUp() override {
    add("kim", "author");
    add("lee", "approver");
    ASSERT_TRUE(inbox_.tell({TellingKind::kNeed, "", kText}, "mfrggzdfmztwq2lkmfrggzdfmy"));
  }
  bool is_noted(std::string_view act) {
    const auto lines = store_.acts(1, 100);
    return std::any_of(lines->begin(), lines->end(),
                       [&](const AuditLine& line) { return line.act.act == act; });
  }
};

TEST_F(ConsoleInboxTest, IsReadInThreeLists) {
  ASSERT_TRUE(inbox_.tell({TellingKind::kWrong, kKnownId, "전화번호가 \"틀립니다<b>"},
                          "mfrggzdfmztwq2lkmfrggzdfmz"));
  ASSERT_TRUE(inbox_.answer(2, "고쳤습니다 <i>"));
  sign_in("kim");
  const Response waiting = get("/admin/inbox");
  EXPECT_THAT(*waiting.body, HasSubstr("href=\"/admin/inbox/1\""));
  EXPECT_THAT(*waiting.body, Not(HasSubstr("href=\"/admin/inbox/2\"")));
  EXPECT_THAT(*waiting.body, Not(HasSubstr("<script>")));
  EXPECT_THAT(*get("/admin/inbox", {{"show", "answered"}}).body,
              HasSubstr("href=\"/admin/inbox/2\""));
  const Response declined = get("/admin/inbox", {{"show", "declined"}});
  EXPECT_THAT(*declined.body, HasSubstr("없습니다."));
  const Response one = get("/admin/inbox/2");
  EXPECT_THAT(*one.body, HasSubstr("고쳤습니다 &lt;i&gt;"));
  EXPECT_THAT(*one.body, HasSubstr("틀립니다&lt;b&gt;"));
  EXPECT_THAT(*one.body, HasSubstr(std::string("/e/") + kKnownId));
  EXPECT_THAT(*one.body, Not(HasSubstr("name=\"do\""))) << "it is decided";
  EXPECT_EQ(get("/admin/inbox/3").status, 404);
  EXPECT_EQ(get("/admin/inbox/x").status, 404);
  EXPECT_THAT(*get("/admin/inbox", {{"done", "<script>"}, {"show", "\"><script>"}}).body,
              Not(HasSubstr("<script>")));
  EXPECT_THAT(*get("/admin/").body, HasSubstr("href=\"/admin/inbox\""));
}

TEST_F(ConsoleInboxTest, ApproversAnswerAndDecline) {
  ASSERT_TRUE(
      inbox_.tell({TellingKind::kNeed, "", "둘째 글이 필요합니다"}, "mfrggzdfmztwq2lkmfrggzdfmz"));
  sign_in("kim");
  for (const char* act : {"answer", "decline", "", "publish"})
    EXPECT_EQ(post("/admin/inbox/1", {{"do", act}, {"text", "있습니다"}}).status, 403) << act;
  EXPECT_EQ(inbox_.waiting()->count, 2U);
  sign_in("lee");
  EXPECT_THAT(*get("/admin/inbox/1").body, Not(HasSubstr("value=\"propose\"")));
  EXPECT_EQ(post("/admin/inbox/1", {{"do", "propose"}}).status, 403);
  const Response empty = post("/admin/inbox/1", {{"do", "answer"}, {"text", " "}});
  EXPECT_EQ(empty.status, 422);
  EXPECT_THAT(*empty.body, HasSubstr("<a href=\"#text\">"));
  EXPECT_FALSE(is_noted("inbox.answer")) << "nothing was answered";
  const FormFields answer = {{"do", "answer"}, {"text", "달빛약국을 <b>보십시오"}};
  EXPECT_EQ(header(post("/admin/inbox/1", answer), "Location"), "/admin/inbox?done=answered");
  EXPECT_EQ(inbox_.message(1)->answer, "달빛약국을 <b>보십시오");
  EXPECT_EQ(post("/admin/inbox/1", answer).status, 303) << "the same again is the same";
  const Response other = post("/admin/inbox/1", {{"do", "decline"}, {"text", "\"><script>"}});
  EXPECT_EQ(other.status, 409);
  EXPECT_THAT(*other.body, Not(HasSubstr("<script>")));
  EXPECT_EQ(
      header(post("/admin/inbox/2", {{"do", "decline"}, {"text", "도청의 일입니다"}}), "Location"),
      "/admin/inbox?done=declined");
  EXPECT_EQ(inbox_.message(2)->state, MessageState::kDeclined);
  EXPECT_TRUE(is_noted("inbox.answer") && is_noted("inbox.decline"));
  const auto acts = store_.acts(1, 100);
  for (const AuditLine& line : *acts)
    EXPECT_EQ(line.act.note.find("약국"), std::string::npos)
        << "messages are deleted, the audit log is not";
}

TEST_F(ConsoleInboxTest, WhatCannotBeWrittenDownIsNotDone) {
  sign_in("lee");
  store_.fail.arm(Failure::kBeforeWrite);
  EXPECT_GE(post("/admin/inbox/1", {{"do", "answer"}, {"text", "있습니다"}}).status, 400);
  EXPECT_EQ(inbox_.waiting()->count, 1U);
  messages_.fail.arm(Failure::kAfterWrite);
  EXPECT_GE(post("/admin/inbox/1", {{"do", "answer"}, {"text", "있습니다"}}).status, 400);
  EXPECT_EQ(post("/admin/inbox/1", {{"do", "answer"}, {"text", "있습니다"}}).status, 303)
      << "asked again, it is found to be done";
}

TEST_F(ConsoleInboxTest, AuthorsMakeAProposalThatIsPublishedOnce) {
  sign_in("kim");
  EXPECT_THAT(*get("/admin/inbox/1").body, Not(HasSubstr("value=\"answer\"")));
  const Response begun = post("/admin/inbox/1", {{"do", "propose"}});
  EXPECT_EQ(header(begun, "Location"), "/admin/drafts/1");
  const auto draft = drafts_.find(1);
  EXPECT_EQ(draft->type, "proposal");
  EXPECT_EQ(draft->body.find("약국"), std::string::npos) << "nothing that was told is copied";
  EXPECT_EQ(source_in(draft->body), proposal_source(inbox_.message(1)->mark));
  EXPECT_EQ(header(post("/admin/inbox/1", {{"do", "propose"}}), "Location"), "/admin/drafts/1")
      << "a second click finds the first draft";
  EXPECT_THAT(*get("/admin/inbox/1").body, HasSubstr("href=\"/admin/drafts/1\""));
  const auto submitted = drafts_.submit("kim", 1, draft->version);
  ASSERT_TRUE(submitted);
  ASSERT_TRUE(drafts_.approve("lee", 1, submitted->version));
  EXPECT_EQ(published_.size(), 1U);
  EXPECT_EQ(inbox_.message(1)->state, MessageState::kPublished);
  EXPECT_EQ(inbox_.message(1)->record, "record");
  EXPECT_EQ(post("/admin/inbox/1", {{"do", "propose"}}).status, 409) << "it is decided";
  EXPECT_EQ(published_.size(), 1U);
  EXPECT_TRUE(is_noted("inbox.propose"));
}

TEST_F(ConsoleInboxTest, AProposalOfAnAnsweredMessageWaitsForADecisionAgain) {
  sign_in("kim");
  post("/admin/inbox/1", {{"do", "propose"}});
  const auto submitted = drafts_.submit("kim", 1, drafts_.find(1)->version);
  ASSERT_TRUE(inbox_.answer(1, "있습니다"));
  EXPECT_EQ(drafts_.approve("lee", 1, submitted->version).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(published_.empty());
  EXPECT_EQ(drafts_.find(1)->state, DraftState::kReview);
}

TEST_F(ConsoleInboxTest, ANodeWithoutAnInboxSaysSo) {
  has_inbox_ = false;
  build("http://127.0.0.1");
  sign_in("kim");
  for (const char* path : {"/admin/inbox", "/admin/inbox/1"}) {
    const Response page = get(path);
    EXPECT_EQ(page.status, 404);
    EXPECT_THAT(*page.body, HasSubstr("inbox.enabled"));
  }
}

}  // namespace
}  // namespace dure::node::http
