// SPDX-License-Identifier: Apache-2.0
// A draft's way from the first word to publication, accounts and the audit log, hostile text.
#include <algorithm>

#include "node/console/console_routes_fixture.h"

namespace dure::node::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ConsoleRoutesTest, ADraftGoesFromTheFirstWordToPublication) {
  add("kim", "author");
  add("lee", "approver");
  sign_in("kim");
  const Response begun = post("/admin/drafts/new", {{"type", "practice"}});
  ASSERT_EQ(begun.status, 303);
  EXPECT_EQ(header(begun, "Location"), "/admin/drafts/1");
  const Response form = get("/admin/drafts/1");
  EXPECT_THAT(*form.body, HasSubstr("name=\"/title/ko\""));
  const Response saved =
      post("/admin/drafts/1",
           {{"do", "save"}, {"version", "1"}, {"/title/ko", "골목 주차 <i>공유</i>"}});
  EXPECT_EQ(saved.status, 200);
  EXPECT_THAT(*saved.body, HasSubstr("저장했습니다"));
  EXPECT_THAT(*saved.body, HasSubstr("name=\"version\" value=\"2\""));
  EXPECT_THAT(*saved.body, Not(HasSubstr("<i>공유")));
  EXPECT_EQ(
      post("/admin/drafts/1", {{"do", "save"}, {"version", "1"}, {"/title/ko", "늦음"}}).status,
      409);
  EXPECT_EQ(post("/admin/drafts/1",
                 {{"do", "submit"}, {"version", "2"}, {"/title/ko", "골목 주차 <i>공유</i>"}})
                .status,
            303);
  EXPECT_EQ(header(get("/admin/drafts/1"), "Location"), "/admin/drafts/1/review");
  sign_in("lee");
  EXPECT_THAT(*get("/admin/").body, HasSubstr("골목 주차 &lt;i&gt;공유"));
  const Response review = get("/admin/drafts/1/review");
  EXPECT_THAT(*review.body, HasSubstr("골목 주차 &lt;i&gt;공유"));
  EXPECT_THAT(*review.body, HasSubstr("value=\"approve\""));
  const auto version = std::to_string(drafts_.find(1)->version);
  const Response done = post("/admin/drafts/1/review", {{"do", "approve"}, {"version", version}});
  EXPECT_EQ(done.status, 303);
  ASSERT_EQ(published_.size(), 1U);
  EXPECT_THAT(published_[0].body, HasSubstr("골목 주차 <i>공유</i>"));
  EXPECT_THAT(*get("/admin/", {{"done", "review.published"}}).body, HasSubstr("발행했습니다"));
  EXPECT_THAT(*get("/admin/", {{"done", "<script>"}}).body, Not(HasSubstr("<script>")));
}

TEST_F(ConsoleRoutesTest, WhoIsSecondSeesTheOtherBeforeItIsOverwritten) {
  add("kim", "author");
  sign_in("kim");
  post("/admin/drafts/new", {{"type", "practice"}});
  ASSERT_TRUE(drafts_.save("lee", 1, 1, R"({"title":{"ko":"다른 사람의 글"}})"));
  const Response second =
      post("/admin/drafts/1", {{"do", "save"}, {"version", "1"}, {"/title/ko", "내 글"}});
  EXPECT_EQ(second.status, 409);
  EXPECT_THAT(*second.body, HasSubstr("내 글"));
  EXPECT_THAT(*second.body, HasSubstr("<a href=\"/admin/drafts/1\">그사이 저장된 것 보기"));
  EXPECT_THAT(*get("/admin/drafts/1").body, Not(HasSubstr("그사이 저장된 것")));
}

TEST_F(ConsoleRoutesTest, AFailingCatalogueIsNotTakenForAnEmptyOne) {
  add("kim", "author");
  sign_in("kim");
  search_fails_ = true;
  const Response page = get("/admin/entries");
  EXPECT_THAT(*page.body, HasSubstr("role=\"alert\""));
}

TEST_F(ConsoleRoutesTest, WhatWasTypedSurvivesASessionThatEnded) {
  add("kim", "author");
  sign_in("kim");
  post("/admin/drafts/new", {{"type", "practice"}});
  const Response answer =
      post("/admin/drafts/1",
           {{"do", "save"}, {"version", "1"}, {"/title/ko", "오래 쓴 글"}, {"form_token", "old"}},
           /*with_token=*/false);
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(*answer.body, HasSubstr("오래 쓴 글"));
  EXPECT_THAT(*answer.body, HasSubstr(form_token_));
  EXPECT_EQ(drafts_.find(1)->version, 1U) << "and nothing was done";
}

TEST_F(ConsoleRoutesTest, MoreRowsAreShownAndNothingIsStored) {
  add("kim", "author");
  sign_in("kim");
  post("/admin/drafts/new", {{"type", "practice"}});
  const Response more =
      post("/admin/drafts/1", {{"version", "1"}, {"/title/ko", "가"}, {"add", "/outcomes"}});
  EXPECT_EQ(more.status, 200);
  EXPECT_THAT(*more.body, HasSubstr("/outcomes/0/"));
  EXPECT_THAT(*more.body, HasSubstr("value=\"가\""));
  EXPECT_EQ(drafts_.find(1)->version, 1U);
}

TEST_F(ConsoleRoutesTest, NobodyApprovesTheirOwnWorkUnlessAlone) {
  add("kim", "author,approver");
  const Draft draft = waiting_draft("kim");
  sign_in("kim");
  EXPECT_THAT(*get("/admin/drafts/1/review").body, HasSubstr("계정이 하나뿐"));
  add("lee", "approver");
  EXPECT_THAT(*get("/admin/drafts/1/review").body, Not(HasSubstr("value=\"approve\"")));
  const Response tried = post("/admin/drafts/1/review",
                              {{"do", "approve"}, {"version", std::to_string(draft.version)}});
  EXPECT_EQ(tried.status, 422);
  EXPECT_THAT(*tried.body, HasSubstr("다른 사람이 승인해야 합니다"));
  EXPECT_TRUE(published_.empty());
}

TEST_F(ConsoleRoutesTest, OperatorsLookAfterAccounts) {
  add("kim", "operator");
  sign_in("kim");
  const Response invited =
      post("/admin/accounts",
           {{"do", "invite"}, {"name", "lee"}, {"role", "author"}, {"role", "approver"}});
  EXPECT_EQ(invited.status, 200);
  EXPECT_THAT(*invited.body, HasSubstr("http://127.0.0.1/admin/set-up?code="));
  EXPECT_EQ(format_roles((**store_.account("lee")).roles), "author,approver");
  EXPECT_THAT(*get("/admin/accounts").body, Not(HasSubstr("set-up?code="))) << "shown once";
  for (const FormFields& bad :
       std::vector<FormFields>{{{"do", "invite"}, {"name", "Lee <b>"}, {"role", "author"}},
                               {{"do", "invite"}, {"name", "park"}},
                               {{"do", "roles"}, {"name", "lee"}, {"role", "king"}},
                               {{"do", "roles"}, {"name", "kim"}, {"role", "author"}},
                               {{"do", "disable"}, {"name", "kim"}}})
    EXPECT_GE(post("/admin/accounts", bad).status, 400);
  EXPECT_EQ(post("/admin/accounts", {{"do", "disable"}, {"name", "lee"}}).status, 200);
  EXPECT_TRUE((**store_.account("lee")).disabled);
}

TEST_F(ConsoleRoutesTest, AuditorsReadAndDownloadTheBook) {
  add("kim", "auditor");
  sign_in("kim");
  const Response page = get("/admin/audit");
  EXPECT_THAT(*page.body, HasSubstr("처음부터 끝까지 이어집니다"));
  EXPECT_THAT(*page.body, HasSubstr("들어옴"));
  for (int i = 0; i < 250; ++i)
    ASSERT_TRUE(store_.note({"kim", "draft.return", "1", "<script>", now_}));
  EXPECT_THAT(*get("/admin/audit").body, Not(HasSubstr("<script>")));
  EXPECT_THAT(*get("/admin/audit").body, HasSubstr("더 오래된 것"));
  EXPECT_THAT(*get("/admin/audit", {{"until", "50"}}).body, Not(HasSubstr("더 오래된 것")));
  store_.lines()[2].act.note += "x";
  EXPECT_THAT(*get("/admin/audit").body, HasSubstr("3번째 줄이 바뀌었거나"))
      << "also where the page does not show that line";
  const Response all = get("/admin/audit.jsonl");
  EXPECT_EQ(std::count(all.body->begin(), all.body->end(), '\n'), 253);
}

TEST_F(ConsoleRoutesTest, SigningOutEndsTheSession) {
  add("kim", "author");
  sign_in("kim");
  const Response out = post("/admin/sign-out", {});
  EXPECT_THAT(header(out, "Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(get("/admin/").status, 303);
}

}  // namespace
}  // namespace dure::node::http
