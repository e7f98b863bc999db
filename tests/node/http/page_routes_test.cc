// SPDX-License-Identifier: Apache-2.0
// The pages as answers to requests: status, headers, language, and failures as pages for browsers.
#include "http/routes/page_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dure/checkpoint.h"
#include "http/routes/accessibility_page.h"
#include "http/routes/page_language.h"

namespace dure::node::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kId[] = "mfrggzdfmztwq2lkmfrggzdfmy";

std::string_view header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class PageRoutesTest : public testing::Test {
 protected:
  PageRoutesTest() {
    record_.item.origin = "suwon.go.kr/dure/1";
    record_.item.id = kId;
    record_.leaf.type = "service";
    record_.leaf.time = "2026-11-22T09:05:00Z";
    record_.body =
        R"({"title":{"ko":"방문 건강관리","en":"Home visits"},"regions":[{"scheme":"bjd","code":"4111000000"}]})";
    record_.publisher = "수원시";
    claims_.resize(2);
    claims_[0].origin = "suwon.go.kr/dure/1";
    claims_[1].origin = "seongnam.go.kr/dure/1";

    PagePorts ports;
    ports.own.name = "안양시";
    ports.own.origin = "anyang.go.kr/dure/1";
    ports.regions = &RegionTable::built_in();
    ports.search = [this](const SearchRequest& request) -> Result<SearchAnswer> {
      asked_ = request;
      if (failure_ != ErrorCode::kInternal) return Error{failure_, "no"};
      return answer_;
    };
    ports.claims = [this](std::string_view) -> Result<std::vector<CatalogueItem>> {
      return claims_;
    };
    ports.record = [this](std::string_view, std::string_view) -> Result<RecordView> {
      if (failure_ != ErrorCode::kInternal) return Error{failure_, "no"};
      return record_;
    };
    ports.publisher = [](std::string_view origin) { return std::string(origin); };
    ports.logs = []() -> Result<std::vector<LogView>> { return std::vector<LogView>{}; };
    FreshAnswerOptions keep;
    keep.version = [this] { return keeps_ ? 7 : ++version_; };
    add_page_routes(router_, std::move(ports), std::move(keep));
  }

  Response get(std::string path, std::vector<std::pair<std::string, std::string>> query = {},
               std::vector<std::pair<std::string, std::string>> headers = {}) const {
    Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    request.headers = std::move(headers);
    return router_.handle(request);
  }

  Router router_;
  RecordView record_;
  SearchAnswer answer_;
  std::vector<CatalogueItem> claims_;
  bool keeps_ = false;  // whether nothing is stored between two requests
  std::uint64_t version_ = 100;
  mutable SearchRequest asked_;
  ErrorCode failure_ = ErrorCode::kInternal;
};

TEST_F(PageRoutesTest, AnErasedEntryShowsItsReasonAndNoTitle) {
  record_.erased = ErasedView{"personal-data", 9};
  for (const bool body_is_here : {true, false}) {
    if (!body_is_here) record_.body.reset();
    const Response page = get(std::string("/e/") + kId);
    EXPECT_EQ(page.status, 410);
    EXPECT_THAT(*page.body, HasSubstr("삭제된 항목입니다"));
    EXPECT_THAT(*page.body, HasSubstr("개인정보"));
    EXPECT_THAT(*page.body, Not(HasSubstr("방문 건강관리")));
  }
  record_.erased->reason = "<script>";  // of a log that does not keep to the list
  EXPECT_THAT(*get(std::string("/e/") + kId).body, Not(HasSubstr("script>")));
}

TEST_F(PageRoutesTest, MakesAPageOnceForEachLanguageUntilSomethingIsStored) {
  keeps_ = true;
  const std::string path = std::string("/e/") + kId;
  const std::string korean = *get(path, {}, {{"accept-language", "ko"}}).body;
  const std::string english = *get(path, {}, {{"accept-language", "en"}}).body;
  EXPECT_NE(korean, english);
  record_.body = R"({"title":{"ko":"새 이름","en":"New name"}})";
  EXPECT_EQ(*get(path, {}, {{"accept-language", "ko"}}).body, korean);
  EXPECT_EQ(*get(path, {}, {{"accept-language", "en"}}).body, english);
  EXPECT_NE(*get(path, {{"lang", "en"}}, {{"accept-language", "ko"}}).body, korean);
  keeps_ = false;
  EXPECT_THAT(*get(path, {}, {{"accept-language", "ko"}}).body, HasSubstr("새 이름"));
}

TEST_F(PageRoutesTest, AsksTheCatalogueForWhatTheReaderTyped) {
  EXPECT_EQ(get("/", {{"q", "주차"},
                      {"type", "practice"},
                      {"region", "41110"},
                      {"sort", "modified"},
                      {"cursor", "c"}})
                .status,
            200);
  EXPECT_EQ(asked_.words, "주차");
  EXPECT_EQ(asked_.type, "practice");
  EXPECT_EQ(asked_.region, "41110");
  EXPECT_EQ(asked_.cursor, "c");
  EXPECT_TRUE(asked_.newest_first);
}

TEST_F(PageRoutesTest, OffersEveryValidRegion) {
  const auto page = get("/", {{"type", "service"}});
  EXPECT_THAT(*page.body, HasSubstr("<optgroup label=\"경기도\">"));
  EXPECT_THAT(*page.body, HasSubstr("<option value=\"41110\">"));
}

TEST_F(PageRoutesTest, EveryPageLeadsToTheAccessibilityStatement) {
  NodeCard own;
  own.origin = "suwon.example/dure/1";
  own.name = "수원시 <b>";
  own.url = "https://suwon.example";
  add_accessibility_page(router_, own, "9.8.7-test");
  for (const std::string path : {"/", "/about", "/accessibility"})
    EXPECT_THAT(*get(path).body, HasSubstr("<a href=\"/accessibility\">접근성 안내</a>"));
  const auto page = get("/accessibility", {{"lang", "en"}});
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(*page.body, HasSubstr("<h1>Accessibility statement</h1>"));
  EXPECT_THAT(*page.body, HasSubstr("<dd>9.8.7-test</dd>"));
  EXPECT_THAT(*page.body, HasSubstr("<dd>https://suwon.example</dd>"));
  EXPECT_THAT(*page.body, HasSubstr("/m/" + origin_hash(own.origin) + "?lang=en\""));
  EXPECT_THAT(*page.body, Not(HasSubstr("<b>")));
  own.url.clear();  // an operator need not have set one
  Router without;
  add_accessibility_page(without, own, "1");
  Request request;
  request.method = "GET";
  request.path = "/accessibility";
  EXPECT_THAT(*without.handle(request).body, Not(HasSubstr("이 노드의 주소")));
}

TEST_F(PageRoutesTest, SendsAStrictSecurityPolicyWithEveryPage) {
  for (const char* path : {"/", "/e/mfrggzdfmztwq2lkmfrggzdfmy", "/about"}) {
    const auto page = get(path);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(std::string(header(page, "Content-Security-Policy")),
                HasSubstr("default-src 'none'"));
    EXPECT_FALSE(header(page, "ETag").empty());
    EXPECT_TRUE(header(page, "Set-Cookie").empty());
  }
}

TEST_F(PageRoutesTest, ChangesTheEntityTagWithTheContents) {
  const auto before = get("/e/" + std::string(kId));
  EXPECT_EQ(header(before, "ETag"), header(get("/e/" + std::string(kId)), "ETag"));
  record_.index = 1;
  EXPECT_NE(header(before, "ETag"), header(get("/e/" + std::string(kId)), "ETag"));
}

TEST_F(PageRoutesTest, ShowsAnEntryWithItsRegionByName) {
  const auto page = get("/e/" + std::string(kId));
  EXPECT_THAT(*page.body, HasSubstr("<h1>방문 건강관리</h1>"));
  EXPECT_THAT(*page.body, HasSubstr("수원시"));
  EXPECT_THAT(*page.body, Not(HasSubstr("4111000000")));
}

TEST_F(PageRoutesTest, LeadsToWhatAnEntryNamesInTheNewestLogOfThatMember) {
  record_.body =
      R"({"title":{"ko":"가"},"addresses":[{"origin":"suwon.go.kr/dure/1","id":"mfrggzdfmztwq2lkmfrggzdfmy"}]})";
  for (CatalogueItem& item : claims_) {
    item.type = "problem";
    item.title = item.origin.substr(0, 5) + " 문제";
  }
  CatalogueItem next = claims_[0];
  next.origin = "suwon.go.kr/dure/2";
  next.title = "새 기록의 문제";
  claims_[0].superseded = true;
  claims_.push_back(next);
  const auto page = *get("/e/" + std::string(kId)).body;
  EXPECT_THAT(page, HasSubstr("?origin=suwon.go.kr%2Fdure%2F2\">새 기록의 문제"));
  EXPECT_THAT(page, Not(HasSubstr("seong")));
  claims_.back().withdrawn = true;
  EXPECT_THAT(*get("/e/" + std::string(kId)).body, HasSubstr("이 노드에 없는 항목"));
}

TEST_F(PageRoutesTest, AnswersGoneWithTheTombstoneOfAWithdrawnRecord) {
  record_.item.withdrawn = true;
  record_.leaf.type = "withdraw";
  record_.body = R"({"reason":"사업이 끝났습니다"})";
  const auto page = get("/e/" + std::string(kId));
  EXPECT_EQ(page.status, 410);
  EXPECT_THAT(*page.body, HasSubstr("사업이 끝났습니다"));
  EXPECT_THAT(*page.body, Not(HasSubstr("방문 건강관리")));
}

TEST_F(PageRoutesTest, AnswersGoneWhenTheBodyIsNotHere) {
  record_.body.reset();
  EXPECT_EQ(get("/e/" + std::string(kId)).status, 410);
}

TEST_F(PageRoutesTest, LetsTheReaderChooseBetweenSeveralLogs) {
  failure_ = ErrorCode::kConflict;
  const auto page = get("/e/" + std::string(kId));
  EXPECT_EQ(page.status, 300);
  EXPECT_THAT(*page.body, HasSubstr("?origin=seongnam.go.kr%2Fdure%2F1"));
}

TEST_F(PageRoutesTest, AnswersNotFoundForIdsThatLeadNowhere) {
  failure_ = ErrorCode::kInvalid;
  EXPECT_EQ(get("/e/x").status, 404);
  failure_ = ErrorCode::kNotFound;
  EXPECT_EQ(get("/e/" + std::string(kId)).status, 404);
}

TEST_F(PageRoutesTest, KeepsTheFormWhenASearchIsWrong) {
  failure_ = ErrorCode::kInvalid;
  const auto page = get("/", {{"q", "주차"}, {"cursor", "bad"}});
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(*page.body, HasSubstr("value=\"주차\""));
}

TEST_F(PageRoutesTest, ShowsAPageWithoutDetailsWhenTheStoreFails) {
  failure_ = ErrorCode::kStorage;
  const auto page = get("/");
  EXPECT_EQ(page.status, 500);
  EXPECT_THAT(*page.body, Not(HasSubstr("no</")));
}

TEST_F(PageRoutesTest, PrefersLangThenAcceptLanguageThenKorean) {
  EXPECT_THAT(*get("/").body, HasSubstr("<html lang=\"ko\">"));
  EXPECT_THAT(*get("/", {}, {{"accept-language", "en-GB,en;q=0.9"}}).body,
              HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(*get("/", {{"lang", "ko"}}, {{"accept-language", "en"}}).body,
              HasSubstr("<html lang=\"ko\">"));
  EXPECT_THAT(std::string(header(get("/"), "Vary")), HasSubstr("Accept-Language"));
}

TEST_F(PageRoutesTest, ServesTheStyleSheetWithATag) {
  const auto style = get("/style.css");
  EXPECT_EQ(style.status, 200);
  EXPECT_EQ(style.content_type, "text/css; charset=utf-8");
  EXPECT_FALSE(header(style, "ETag").empty());
  EXPECT_EQ(get("/icon.svg").status, 200);
}

TEST_F(PageRoutesTest, TurnsProblemsIntoPagesForBrowsersOnly) {
  NodeCard own;
  own.name = "안양시";
  Request program, browser;
  browser.headers = {{"accept", "text/html,application/xhtml+xml"}};
  Response busy = make_problem(429, "refused", "Too Many Requests", "slow down");
  busy.headers.emplace_back("Retry-After", "3");

  EXPECT_EQ(problem_as_page(program, busy, own).content_type, "application/problem+json");
  const auto page = problem_as_page(browser, busy, own);
  EXPECT_EQ(page.status, 429);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(header(page, "Retry-After"), "3");
  EXPECT_THAT(*page.body, HasSubstr("잠시 뒤에 다시 시도해 주세요"));
  EXPECT_EQ(problem_as_page(browser, make_response(200, "text/html", "ok"), own).status, 200);
}

TEST(PageLanguageTest, WeighsAcceptLanguage) {
  EXPECT_EQ(accepted_language(""), Language::kKo);
  EXPECT_EQ(accepted_language("fr, de;q=0.5"), Language::kKo);
  EXPECT_EQ(accepted_language("en;q=0.3, ko-KR;q=0.8"), Language::kKo);
  EXPECT_EQ(accepted_language("ko;q=0.3 , EN-us ; q=0.31"), Language::kEn);
  EXPECT_EQ(accepted_language("en;q=0"), Language::kKo);
  EXPECT_EQ(accepted_language(",;q=,en;q=abc"), Language::kKo);
}

}  // namespace
}  // namespace dure::node::http
