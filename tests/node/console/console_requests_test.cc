// SPDX-License-Identifier: Apache-2.0
// Withdrawing at the console: what is asked, what is said before it is done, who does it.
#include "node/console/console_routes_fixture.h"

namespace dure::node::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ConsoleRequestsTest : public ConsoleRoutesTest {
 protected:
  void SetUp() override {
    add("kim", "author");
    add("lee", "approver");
  }
  std::string seen_version() { return std::to_string(drafts_.find(1)->version); }
};

TEST_F(ConsoleRequestsTest, AnEntryIsWithdrawnByTwoPeople) {
  sign_in("kim");
  const Response form = get("/admin/withdraw", {{"id", kKnownId}});
  EXPECT_EQ(form.status, 200);
  EXPECT_THAT(*form.body, HasSubstr("거둬들이기: 골목 &lt;b&gt;주차"));
  EXPECT_THAT(*form.body, HasSubstr("누구나 읽을 수 있습니다")) << "that history stays readable";
  EXPECT_THAT(*form.body, HasSubstr("거둬들였다는 안내")) << "and what the public sees";
  const Response asked =
      post("/admin/withdraw", {{"id", kKnownId}, {"reason", "<script>끝난 일</script>"}});
  EXPECT_EQ(header(asked, "Location"), "/admin/?done=request.asked");
  EXPECT_THAT(*get("/admin/", {{"done", "request.asked"}}).body, HasSubstr("요청했습니다"));
  EXPECT_TRUE(published_.empty());
  const Response own = get("/admin/drafts/1/review");
  EXPECT_THAT(*own.body, Not(HasSubstr("value=\"approve\"")));
  EXPECT_THAT(*own.body, HasSubstr("value=\"take-back\""));

  sign_in("lee");
  EXPECT_THAT(*get("/admin/").body, HasSubstr("거둬들이기 요청"));
  const Response page = get("/admin/drafts/1/review");
  EXPECT_THAT(*page.body, HasSubstr("골목 &lt;b&gt;주차"));
  EXPECT_THAT(*page.body, HasSubstr("&lt;script&gt;끝난 일"));
  EXPECT_THAT(*page.body, Not(HasSubstr("<script>")));
  EXPECT_THAT(*page.body, HasSubstr("누구나 읽을 수 있습니다"));
  const Response done =
      post("/admin/drafts/1/review", {{"do", "approve"}, {"version", seen_version()}});
  EXPECT_EQ(header(done, "Location"), "/admin/?done=request.done");
  ASSERT_EQ(published_.size(), 1U);
  EXPECT_EQ(published_[0].type, "withdraw");
  EXPECT_EQ(published_[0].id, kKnownId);
  EXPECT_EQ(post("/admin/drafts/1/review", {{"do", "approve"}, {"version", seen_version()}}).status,
            422);
  EXPECT_EQ(published_.size(), 1U) << "a second click does nothing";
  EXPECT_THAT(*get("/admin/drafts/1/review").body, Not(HasSubstr("name=\"do\"")));
}

TEST_F(ConsoleRequestsTest, AFaultLeadsToItsField) {
  sign_in("kim");
  const Response empty = post("/admin/withdraw", {{"id", kKnownId}, {"reason", " "}});
  EXPECT_EQ(empty.status, 422);
  EXPECT_THAT(*empty.body, HasSubstr("<a href=\"#reason\">"));
  EXPECT_THAT(*empty.body, HasSubstr("aria-invalid=\"true\""));
  EXPECT_TRUE(drafts_.ask_to_withdraw("kim", kKnownId, "왜"));
  sign_in("lee");
  const Response refused =
      post("/admin/drafts/1/review", {{"do", "return"}, {"version", seen_version()}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(*refused.body, HasSubstr("<a href=\"#reason\">"));
  EXPECT_THAT(*refused.body, HasSubstr("aria-invalid=\"true\""));
}

TEST_F(ConsoleRequestsTest, AnUnknownEntryIsSaidToBeUnknown) {
  sign_in("kim");
  for (const char* id : {"", "x", "\"><script>"}) {
    const Response page = get("/admin/withdraw", {{"id", id}});
    EXPECT_EQ(page.status, 404) << id;
    EXPECT_THAT(*page.body, Not(HasSubstr("<script>")));
    EXPECT_EQ(post("/admin/withdraw", {{"id", id}, {"reason", "왜"}}).status, 404);
  }
}

TEST_F(ConsoleRequestsTest, ARequestIsRefusedOrDroppedAndSaysWhy) {
  ASSERT_TRUE(drafts_.ask_to_withdraw("kim", kKnownId, "왜"));
  sign_in("lee");
  const Response refused =
      post("/admin/drafts/1/review",
           {{"do", "return"}, {"version", seen_version()}, {"reason", "<b>안 됨"}});
  EXPECT_EQ(header(refused, "Location"), "/admin/?done=request.refused");
  sign_in("kim");
  EXPECT_THAT(*get("/admin/").body, HasSubstr("&lt;b&gt;안 됨"));
  EXPECT_THAT(*get("/admin/drafts/1/review").body, HasSubstr("&lt;b&gt;안 됨"));
  ASSERT_TRUE(drafts_.ask_to_withdraw("kim", kKnownId, "다시"));
  const auto version = std::to_string(drafts_.find(2)->version);
  const Response dropped =
      post("/admin/drafts/2/review", {{"do", "take-back"}, {"version", version}});
  EXPECT_EQ(header(dropped, "Location"), "/admin/?done=request.dropped");
  EXPECT_TRUE(published_.empty());
}

TEST_F(ConsoleRequestsTest, AnEntryIsErasedByTwoPeopleWhoWriteDownWhichOne) {
  sign_in("kim");
  const Response form =
      get("/admin/erase", {{"id", "https://node.example/e/" + std::string(kKnownId) + "?lang=ko"}});
  EXPECT_EQ(form.status, 200);
  EXPECT_THAT(*form.body, HasSubstr("되돌릴 수 없습니다"));
  EXPECT_THAT(*form.body, HasSubstr("확인서"));
  EXPECT_THAT(*form.body, HasSubstr("value=\"personal-data\""));
  const FormFields wish = {{"id", kKnownId}, {"reason", "personal-data"}};
  for (const auto& [reason, typed, place] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"personal-data", "\"><script>x", "#confirm"},
           {"\"><script>", kKnownId, "#reason"},
           {"", kKnownId, "#reason"}}) {
    const Response bad =
        post("/admin/erase", {{"id", kKnownId}, {"reason", reason}, {"confirm", typed}});
    EXPECT_EQ(bad.status, 422);
    EXPECT_THAT(*bad.body, HasSubstr("<a href=\"" + place + "\">"));
    EXPECT_THAT(*bad.body, HasSubstr("id=\"" + place.substr(1) + "\""));
    EXPECT_THAT(*bad.body, Not(HasSubstr("<script>")));
  }
  FormFields right = wish;
  right.emplace_back("confirm", "골목 <b>주차</b>");
  EXPECT_EQ(header(post("/admin/erase", right), "Location"), "/admin/?done=request.asked");

  sign_in("lee");
  const Response page = get("/admin/drafts/1/review");
  EXPECT_THAT(*page.body, HasSubstr("개인정보"));
  EXPECT_THAT(*page.body, HasSubstr("name=\"confirm\""));
  EXPECT_THAT(*page.body, HasSubstr("백업은 따로 지우십시오"));
  const Response unsure =
      post("/admin/drafts/1/review",
           {{"do", "approve"}, {"version", seen_version()}, {"confirm", "\"><script>"}});
  EXPECT_EQ(unsure.status, 422);
  EXPECT_THAT(*unsure.body, HasSubstr("<a href=\"#confirm\">"));
  EXPECT_THAT(*unsure.body, Not(HasSubstr("<script>")));
  EXPECT_TRUE(erased_.empty());
  const Response done =
      post("/admin/drafts/1/review",
           {{"do", "approve"}, {"version", seen_version()}, {"confirm", kKnownId}});
  EXPECT_EQ(header(done, "Location"), "/admin/?done=request.done");
  ASSERT_EQ(erased_.size(), 1U);
  EXPECT_EQ(erased_[0].id, kKnownId);
  EXPECT_TRUE(published_.empty());
}

TEST_F(ConsoleRequestsTest, WhoHasNotSentAReceiptIsSeen) {
  sign_in("kim");
  EXPECT_THAT(*get("/admin/erasures").body, HasSubstr("삭제하게 한 것이 없습니다"));
  ErasureRow row;
  row.id = kKnownId;
  row.rev = 3;
  row.reason = "court-order";
  row.time = "2026-11-01T00:00:00Z";
  row.answered = {"<i>수원시"};
  row.waiting = {{"<b>안양시", "2026-11-02T00:00:00Z"}, {"군포시", ""}};
  erasures_ = {row};
  const Response page = get("/admin/erasures");
  EXPECT_THAT(*page.body, HasSubstr("확인서 1/3"));
  EXPECT_THAT(*page.body, HasSubstr("법원 명령"));
  EXPECT_THAT(*page.body, HasSubstr("&lt;b&gt;안양시"));
  EXPECT_THAT(*page.body, HasSubstr("&lt;i&gt;수원시"));
  EXPECT_THAT(*page.body, HasSubstr("연결되지 않음"));
  EXPECT_THAT(*page.body, HasSubstr("지우는 중"));
  EXPECT_THAT(*page.body, HasSubstr("name=\"id\"")) << "and an author may ask for more";
  search_fails_ = true;
  EXPECT_EQ(get("/admin/erasures").status, 503);
  search_fails_ = false;
  sign_in("lee");
  EXPECT_THAT(*get("/admin/erasures").body, Not(HasSubstr("name=\"id\"")));
}

}  // namespace
}  // namespace dure::node::http
