// SPDX-License-Identifier: Apache-2.0
// The console over a store in memory: every role at every route, forms from elsewhere, sessions,
// hostile text, and a draft's way from the first word to publication.
#include "http/routes/console_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <map>

#include "support/memory_console.h"

namespace dure::node::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kPassword[] = "두레 하나 둘 셋 넷";
constexpr char kBody[] =
    R"({"department":{"ko":"교통과"},"title":{"ko":"골목 <b>주차</b>"},"summary":{"ko":"요약"}})";

class ConsoleRoutesTest : public testing::Test {
 protected:
  ConsoleRoutesTest() { build("http://127.0.0.1"); }
  void build(const std::string& url) {
    router_ = Router();
    ConsolePorts ports;
    ports.own.name = "안동시";
    ports.own.origin = "andong.example/dure/1";
    ports.own.url = url;
    ports.accounts = &accounts_;
    ports.drafts = &drafts_;
    ports.sessions = &sessions_;
    ports.store = &store_;
    ports.types = {"practice", "service"};
    ports.view = [](const Draft& draft, Language language) {
      return make_entry_view(draft.type, draft.body, language,
                             [](std::string_view, Language) { return std::string(); });
    };
    ports.search = [](const SearchRequest&) -> Result<SearchAnswer> { return SearchAnswer(); };
    ports.clock = [] { return std::chrono::steady_clock::time_point(); };
    add_console_routes(router_, std::move(ports));
  }
  DraftsPorts drafts_ports() {
    DraftsPorts ports;
    ports.store = &store_;
    ports.now = [this] { return now_; };
    ports.check = [](std::string_view, std::string_view) { return std::vector<EntryFault>(); };
    ports.record = [](std::string_view) -> Result<PresentRecord> {
      return PresentRecord{"practice", 1, kBody};
    };
    ports.publish = [this](const Submission& submission) -> Result<Receipt> {
      published_.push_back(submission);
      Receipt receipt;
      receipt.id = "record";
      receipt.rev = 1;
      return receipt;
    };
    ports.log_size = [] { return std::uint64_t{0}; };
    ports.entry = [](std::uint64_t) -> Result<LogEntry> { return LogEntry(); };
    ports.alone = [this] { return accounts_.alone(); };
    return ports;
  }

  void add(const std::string& name, const std::string& roles) {
    const auto code = accounts_.invite("-", name, *parse_roles(roles));
    ASSERT_TRUE(accounts_.set_up(*code, kPassword));
  }
  /// Signs in and remembers the cookie.
  void sign_in(const std::string& name) {
    const auto token = accounts_.sign_in(name, kPassword);
    ASSERT_TRUE(token);
    cookie_ = "dure-console=" + *token;
    form_token_ = sessions_.find(*token)->form_token;
  }
  void sign_out() { cookie_.clear(), form_token_.clear(); }
  Request request(const std::string& method, const std::string& path) const {
    Request request;
    request.method = method;
    request.path = path;
    request.client = "127.0.0.1";
    request.headers = {{"host", "node.example"}, {"accept-language", "ko"}};
    if (!cookie_.empty()) request.headers.emplace_back("cookie", "x=1; " + cookie_);
    return request;
  }
  Response get(const std::string& path,
               std::vector<std::pair<std::string, std::string>> query = {}) {
    Request asked = request("GET", path);
    asked.query = std::move(query);
    return router_.handle(asked);
  }
  Response post(const std::string& path, FormFields fields, bool with_token = true) {
    if (with_token) fields.emplace_back("form_token", form_token_);
    Request asked = request("POST", path);
    asked.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    asked.body = format_form(fields);
    return router_.handle(asked);
  }
  static std::string header(const Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  /// A draft of `author` that waits for review.
  Draft waiting_draft(const std::string& author = "kim") {
    auto draft = drafts_.begin(author, "practice", kBody);
    draft = drafts_.submit(author, draft->number, draft->version);
    EXPECT_TRUE(draft);
    return *draft;
  }

  std::int64_t now_ = 1'780'000'000;
  MemoryConsole store_;
  PasswordHasher hasher_{{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN}};
  Sessions sessions_{[this] { return now_; },
                     [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }};
  Accounts accounts_{
      {&store_, &hasher_, &sessions_, [this] { return now_; },
       [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }}};
  Drafts drafts_{drafts_ports()};
  std::vector<Submission> published_;
  Router router_;
  std::string cookie_, form_token_;
};

// What each route needs; nothing: anybody who is signed in.
const std::map<std::pair<std::string, std::string>, std::optional<StaffRole>> kRoutes = {
    {{"GET", "/admin/"}, std::nullopt},
    {{"GET", "/admin/password"}, std::nullopt},
    {{"POST", "/admin/password"}, std::nullopt},
    {{"POST", "/admin/sign-out"}, std::nullopt},
    {{"GET", "/admin/drafts/new"}, StaffRole::kAuthor},
    {{"POST", "/admin/drafts/new"}, StaffRole::kAuthor},
    {{"POST", "/admin/drafts/revise"}, StaffRole::kAuthor},
    {{"GET", "/admin/drafts/1"}, StaffRole::kAuthor},
    {{"POST", "/admin/drafts/1"}, StaffRole::kAuthor},
    {{"GET", "/admin/drafts/1/review"}, std::nullopt},
    {{"POST", "/admin/drafts/1/review"}, std::nullopt},  // by what is decided; tested below
    {{"GET", "/admin/entries"}, StaffRole::kAuthor},
    {{"GET", "/admin/accounts"}, StaffRole::kOperator},
    {{"POST", "/admin/accounts"}, StaffRole::kOperator},
    {{"GET", "/admin/acts"}, StaffRole::kAuditor},
    {{"GET", "/admin/acts.jsonl"}, StaffRole::kAuditor}};

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
      const bool may = !needed || *needed == role;
      const bool decides = path.ends_with("/review") && method == "POST";
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
  const Response page = get("/admin/acts");
  EXPECT_THAT(*page.body, HasSubstr("처음부터 끝까지 이어집니다"));
  EXPECT_THAT(*page.body, HasSubstr("들어옴"));
  for (int i = 0; i < 250; ++i)
    ASSERT_TRUE(store_.note({"kim", "draft.return", "1", "<script>", now_}));
  EXPECT_THAT(*get("/admin/acts").body, Not(HasSubstr("<script>")));
  EXPECT_THAT(*get("/admin/acts").body, HasSubstr("더 오래된 것"));
  EXPECT_THAT(*get("/admin/acts", {{"until", "50"}}).body, Not(HasSubstr("더 오래된 것")));
  const Response all = get("/admin/acts.jsonl");
  EXPECT_EQ(std::count(all.body->begin(), all.body->end(), '\n'), 253);
}

TEST_F(ConsoleRoutesTest, SigningOutEndsTheSession) {
  add("kim", "author");
  sign_in("kim");
  const Response out = post("/admin/sign-out", {});
  EXPECT_THAT(header(out, "Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(get("/admin/").status, 303);
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
