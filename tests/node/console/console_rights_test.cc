// SPDX-License-Identifier: Apache-2.0
// Every role at every route, forms from elsewhere, sessions, passwords.
#include <algorithm>
#include <map>

#include "node/console/console_routes_fixture.h"

namespace dure::node::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What each route needs, one of them; nothing: anybody who is signed in.
const std::map<std::pair<std::string, std::string>, std::vector<StaffRole>> kRoutes = {
    {{"GET", "/admin/"}, {}},
    {{"GET", "/admin/password"}, {}},
    {{"POST", "/admin/password"}, {}},
    {{"POST", "/admin/sign-out"}, {}},
    {{"GET", "/admin/drafts/new"}, {StaffRole::kAuthor}},
    {{"POST", "/admin/drafts/new"}, {StaffRole::kAuthor}},
    {{"POST", "/admin/drafts/revise"}, {StaffRole::kAuthor}},
    {{"GET", "/admin/drafts/1"}, {StaffRole::kAuthor}},
    {{"POST", "/admin/drafts/1"}, {StaffRole::kAuthor}},
    {{"GET", "/admin/drafts/1/review"}, {}},
    {{"POST", "/admin/drafts/1/review"}, {}},  // by what is decided; tested below
    {{"GET", "/admin/entries"}, {StaffRole::kAuthor}},
    {{"GET", "/admin/adopt"}, {StaffRole::kAuthor}},
    {{"POST", "/admin/adopt"}, {StaffRole::kAuthor}},
    {{"GET", "/admin/inbox"}, {StaffRole::kAuthor, StaffRole::kApprover}},
    {{"GET", "/admin/inbox/1"}, {StaffRole::kAuthor, StaffRole::kApprover}},
    {{"POST", "/admin/inbox/1"}, {StaffRole::kAuthor, StaffRole::kApprover}},  // likewise
    {{"GET", "/admin/withdraw"}, {StaffRole::kAuthor}},
    {{"POST", "/admin/withdraw"}, {StaffRole::kAuthor}},
    {{"GET", "/admin/erase"}, {StaffRole::kAuthor}},
    {{"POST", "/admin/erase"}, {StaffRole::kAuthor}},
    {{"GET", "/admin/erasures"}, {}},
    {{"GET", "/admin/accounts"}, {StaffRole::kOperator}},
    {{"POST", "/admin/accounts"}, {StaffRole::kOperator}},
    {{"GET", "/admin/node"}, {StaffRole::kOperator}},
    {{"POST", "/admin/node"}, {StaffRole::kOperator}},
    {{"GET", "/admin/audit"}, {StaffRole::kAuditor}},
    {{"GET", "/admin/audit.jsonl"}, {StaffRole::kAuditor}}};

TEST_F(ConsoleRoutesTest, TheTableOfRightsHoldsEveryRoute) {
  std::size_t open = 0;
  for (const std::string& line : router_.routes()) {
    if (line.find("sign-in") != std::string::npos || line.find("set-up") != std::string::npos)
      ++open;
  }
  EXPECT_EQ(open, 4U);
  EXPECT_EQ(router_.routes().size(), kRoutes.size() + open);
}

TEST_F(ConsoleRoutesTest, EveryRoleAtEveryRoute) {
  waiting_draft();
  for (const StaffRole role : kRoles) {
    const std::string name = "only-" + std::string(role_word(role));
    add(name, std::string(role_word(role)));
    for (const auto& [route, needed] : kRoutes) {
      sign_in(name);
      const auto& [method, path] = route;
      const Response answer = method == "GET" ? get(path) : post(path, {});
      const bool may =
          needed.empty() || std::find(needed.begin(), needed.end(), role) != needed.end();
      const bool decides =
          (path.ends_with("/review") || path == "/admin/inbox/1") && method == "POST";
      const bool refused =
          answer.body && answer.body->find("이 계정으로는 할 수 없습니다") != std::string::npos;
      EXPECT_EQ(refused, !may || decides) << name << ' ' << method << ' ' << path;
      if (refused) {
        EXPECT_EQ(answer.status, 403);
      }
    }
  }
  EXPECT_TRUE(published_.empty());
}

TEST_F(ConsoleRoutesTest, WhoIsNotSignedInIsLedToSignIn) {
  for (const auto& [route, needed] : kRoutes) {
    const auto& [method, path] = route;
    const Response answer = method == "GET" ? get(path) : post(path, {});
    EXPECT_EQ(answer.status, 303) << path;
    EXPECT_EQ(header(answer, "Location"), "/admin/sign-in");
  }
  EXPECT_EQ(get("/admin/sign-in").status, 200);
}

TEST_F(ConsoleRoutesTest, DecidingNeedsTheRoleForIt) {
  add("author", "author");
  add("approver", "approver");
  const Draft draft = waiting_draft();
  const std::string path = "/admin/drafts/1/review", version = std::to_string(draft.version);
  sign_in("author");
  EXPECT_THAT(*get(path).body, Not(HasSubstr("value=\"approve\"")));
  for (const char* act : {"approve", "return", "", "publish"})
    EXPECT_EQ(post(path, {{"do", act}, {"version", version}, {"reason", "왜"}}).status, 403) << act;
  sign_in("approver");
  EXPECT_THAT(*get(path).body, Not(HasSubstr("value=\"take-back\"")));
  EXPECT_EQ(post(path, {{"do", "take-back"}, {"version", version}}).status, 403);
  EXPECT_EQ(post(path, {{"do", "approve"}, {"version", version}}).status, 303);
  EXPECT_EQ(published_.size(), 1U);
}

TEST_F(ConsoleRoutesTest, AFormFromElsewhereDoesNothing) {
  add("kim", "author,approver,operator,auditor");
  sign_in("kim");
  for (const auto& [route, needed] : kRoutes) {
    const auto& [method, path] = route;
    if (method != "POST") continue;
    EXPECT_EQ(post(path, {{"type", "practice"}}, /*with_token=*/false).status,
              path == "/admin/drafts/1" ? 404 : 403)
        << path;
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"sec-fetch-site", "cross-site"},
             {"sec-fetch-site", "same-site"},
             {"origin", "https://evil.example"},
             {"origin", "https://node.example.evil.example"}}) {
      Request asked = request("POST", path);
      asked.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
      asked.headers.emplace_back(name, value);
      asked.body = format_form({{"form_token", form_token_}, {"type", "practice"}});
      EXPECT_EQ(router_.handle(asked).status, 403) << path << ' ' << value;
    }
  }
  EXPECT_TRUE(drafts_.list()->empty());
  Request sign_in_from_elsewhere = request("POST", "/admin/sign-in");
  sign_in_from_elsewhere.headers.emplace_back("sec-fetch-site", "cross-site");
  EXPECT_EQ(router_.handle(sign_in_from_elsewhere).status, 403);
}

TEST_F(ConsoleRoutesTest, AFormOfOurOwnPageIsTaken) {
  add("kim", "author");
  for (const char* origin : {"http://node.example", "https://node.example", "null"}) {
    sign_in("kim");
    Request asked = request("POST", "/admin/drafts/new");
    asked.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    asked.headers.emplace_back("sec-fetch-site", "same-origin");
    asked.headers.emplace_back("origin", origin);
    asked.body = format_form({{"form_token", form_token_}, {"type", "practice"}});
    EXPECT_EQ(router_.handle(asked).status, 303) << origin;
  }
}

TEST_F(ConsoleRoutesTest, SigningInGivesANewTokenAndNeverTakesOne) {
  add("kim", "author");
  cookie_ = "dure-console=chosen-by-somebody-else";
  const Response answer = post("/admin/sign-in", {{"name", "kim"}, {"password", kPassword}}, false);
  ASSERT_EQ(answer.status, 303);
  EXPECT_EQ(header(answer, "Location"), "/admin/");
  const std::string set = header(answer, "Set-Cookie");
  EXPECT_THAT(set, HasSubstr("dure-console="));
  EXPECT_THAT(set, Not(HasSubstr("chosen-by-somebody-else")));
  EXPECT_THAT(set, HasSubstr("HttpOnly"));
  EXPECT_THAT(set, HasSubstr("SameSite=Strict"));
  EXPECT_EQ(get("/admin/").status, 303) << "the chosen token opens nothing";
  cookie_ = set.substr(0, set.find(';'));
  EXPECT_EQ(get("/admin/").status, 200);
}

TEST_F(ConsoleRoutesTest, BehindHttpsTheCookieIsBoundToIt) {
  build("https://dure.andong.example");
  add("kim", "author");
  const Response answer = post("/admin/sign-in", {{"name", "kim"}, {"password", kPassword}}, false);
  EXPECT_TRUE(header(answer, "Set-Cookie").starts_with("__Host-dure="));
  EXPECT_THAT(header(answer, "Set-Cookie"), HasSubstr("Secure"));
}

TEST_F(ConsoleRoutesTest, AWrongPasswordSaysNotWhatWasWrong) {
  add("kim", "author");
  const auto refused = [&](const std::string& name) {
    const Response answer =
        post("/admin/sign-in", {{"name", name}, {"password", "wrong password"}}, false);
    EXPECT_EQ(answer.status, 403);
    EXPECT_TRUE(header(answer, "Set-Cookie").empty());
    return answer.body->find("이름이나 비밀번호가 다릅니다") != std::string::npos;
  };
  EXPECT_TRUE(refused("kim"));
  EXPECT_TRUE(refused("nobody"));
  const Response hostile =
      post("/admin/sign-in", {{"name", "\"><script>x"}, {"password", "y"}}, false);
  EXPECT_THAT(*hostile.body, Not(HasSubstr("<script>")));
}

TEST_F(ConsoleRoutesTest, ManyTriesOfOneClientAreSlowedDown) {
  int refused = 0;
  for (int i = 0; i < 30; ++i) {
    Request asked = request("POST", "/admin/sign-in");
    asked.client = "203.0.113.9";
    asked.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    asked.body = format_form({{"name", "name" + std::to_string(i)}, {"password", "x"}});
    if (router_.handle(asked).status == 429) ++refused;
  }
  EXPECT_EQ(refused, 20);
}

TEST_F(ConsoleRoutesTest, ALinkSetsAnAccountUpOnce) {
  const auto code = accounts_.invite("-", "kim", *parse_roles("author"));
  const Response form = get("/admin/set-up", {{"code", *code}});
  EXPECT_EQ(form.status, 200);
  EXPECT_THAT(*form.body, HasSubstr("kim"));
  EXPECT_EQ(header(form, "Cache-Control"), "no-store");
  EXPECT_EQ(post("/admin/set-up", {{"code", *code}, {"password", kPassword}, {"again", "x"}}, false)
                .status,
            422);
  EXPECT_EQ(
      post("/admin/set-up", {{"code", *code}, {"password", "short"}, {"again", "short"}}, false)
          .status,
      422);
  EXPECT_EQ(
      post("/admin/set-up", {{"code", *code}, {"password", kPassword}, {"again", kPassword}}, false)
          .status,
      200);
  EXPECT_EQ(get("/admin/set-up", {{"code", *code}}).status, 404);
  EXPECT_EQ(get("/admin/set-up").status, 404);
  EXPECT_TRUE(accounts_.sign_in("kim", kPassword));
}

TEST_F(ConsoleRoutesTest, NoPageIsCachedOrIndexed) {
  add("kim", "author,approver,operator,auditor");
  sign_in("kim");
  for (const auto& [route, needed] : kRoutes) {
    if (route.first != "GET") continue;
    const Response page = get(route.second);
    EXPECT_EQ(header(page, "Cache-Control"), "no-store") << route.second;
    EXPECT_FALSE(page.allow_gzip) << "sizes would tell of a token";
    EXPECT_TRUE(header(page, "ETag").empty());
  }
}

}  // namespace
}  // namespace dure::node::http
