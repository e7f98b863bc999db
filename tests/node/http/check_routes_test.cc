// SPDX-License-Identifier: Apache-2.0
// The page that verifies in the browser, as an answer to requests: what it may do, what it links
// to, and that its script stays short and asks nobody but the node.
#include "http/routes/check_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace dure::node::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kId[] = "mfrggzdfmztwq2lkmfrggzdfmy";
constexpr char kPage[] = "/e/mfrggzdfmztwq2lkmfrggzdfmy/check";

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class CheckRoutesTest : public testing::Test {
 protected:
  CheckRoutesTest() {
    record_.item.id = kId;
    record_.item.title = "방문 <건강>관리";
    record_.item.title_en = "Home visits";
    record_.origin = "suwon.go.kr/dure/1";
    record_.leaf.rev = 3;
    record_.body = "{}";
    record_.publisher = "수원시";
    CheckPorts ports;
    ports.own.name = "안양시";
    ports.record = [this](std::string_view, std::string_view origin) -> Result<RecordView> {
      asked_ = origin;
      if (failure_ != ErrorCode::kInternal) return Error{failure_, "no"};
      return record_;
    };
    ports.policy_href = [](std::string_view origin) { return "/policy-of/" + std::string(origin); };
    add_check_routes(router_, std::move(ports));
  }

  Response get(std::string path, std::vector<std::pair<std::string, std::string>> query = {}) {
    Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    return router_.handle(request);
  }

  Router router_;
  RecordView record_;
  std::string asked_;
  ErrorCode failure_ = ErrorCode::kInternal;
};

TEST_F(CheckRoutesTest, RunsTheNodesOwnScriptAndNoOther) {
  for (const char* path : {kPage, "/check"}) {
    const auto page = get(path);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(header(page, "Content-Security-Policy"),
              std::string(kContentSecurityPolicy) + "; script-src 'self'; connect-src 'self'");
    EXPECT_FALSE(header(page, "ETag").empty());
    std::string html = *page.body;
    const std::string tag = "<script src=\"/check.js\" defer></script>";
    ASSERT_THAT(html, HasSubstr(tag));
    html.erase(html.find(tag), tag.size());
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    for (const char* handler : {" onclick=", " onload=", " onsubmit=", " style=", "javascript:"})
      EXPECT_THAT(html, Not(HasSubstr(handler)));
  }
}

TEST_F(CheckRoutesTest, NamesLogAndRevisionInEverythingItLinksTo) {
  const std::string html = *get(kPage).body;
  const std::string query = "?origin=suwon.go.kr%2Fdure%2F1&amp;rev=3\"";
  for (const char* tail : {"/proof", "/body"}) {
    const std::string address = std::string("=\"/api/v1/entries/") + kId + tail + query;
    EXPECT_THAT(html, HasSubstr("data-href" + address));
    EXPECT_THAT(html, HasSubstr("<a href" + address)) << "for readers without JavaScript";
  }
  EXPECT_THAT(html, HasSubstr("data-href=\"/policy-of/suwon.go.kr/dure/1\""));
  EXPECT_THAT(html, HasSubstr("<a href=\"/policy-of/suwon.go.kr/dure/1\" download"));
  EXPECT_THAT(html, HasSubstr(std::string("data-id=\"") + kId + "\" data-rev=\"3\""));
  EXPECT_THAT(html, HasSubstr("방문 &lt;건강&gt;관리"));
}

TEST_F(CheckRoutesTest, SaysHowToVerifyWithoutJavaScript) {
  const std::string html = *get(kPage, {{"lang", "en"}}).body;
  EXPECT_THAT(html, HasSubstr("<noscript>"));
  EXPECT_THAT(html, HasSubstr(std::string("dure verify ") + kId + ".proof"));
  EXPECT_THAT(html, HasSubstr("Home visits"));
  EXPECT_THAT(html, HasSubstr("<html lang=\"en\">"));
}

TEST_F(CheckRoutesTest, CarriesEveryWordInTheLanguageOfThePage) {
  for (const Language language : {Language::kKo, Language::kEn}) {
    const std::string html = *get("/check", {{"lang", std::string(language_name(language))}}).body;
    std::size_t words = 0;
    for (const auto key : text_keys(language)) {
      constexpr std::string_view kPrefix = "pages.check.word.";
      if (!key.starts_with(kPrefix)) continue;
      ++words;
      const std::string tag =
          "<li id=\"check-word-" + std::string(key.substr(kPrefix.size())) + "\">";
      EXPECT_THAT(html, HasSubstr(tag + text(language, key).substr(0, 8))) << key;
    }
    EXPECT_GE(words, 40U);
  }
}

TEST_F(CheckRoutesTest, TakesOnlyChosenFilesWhereNoEntryIsNamed) {
  const std::string html = *get("/check").body;
  EXPECT_THAT(html, Not(HasSubstr("data-href")));
  EXPECT_THAT(html, Not(HasSubstr("data-id")));
}

TEST_F(CheckRoutesTest, LeavesToTheEntrysPageWhatCannotBeVerified) {
  const auto leads_to_the_entry = [this] {
    const auto answer = get(kPage, {{"origin", "suwon.go.kr/dure/1"}});
    EXPECT_EQ(asked_, "suwon.go.kr/dure/1");
    return answer.status == 303 && header(answer, "Location") ==
                                       std::string("/e/") + kId + "?origin=suwon.go.kr%2Fdure%2F1";
  };
  record_.body.reset();
  EXPECT_TRUE(leads_to_the_entry()) << "the body is not here";
  record_.body = "{}";
  record_.erased = ErasedView{"personal-data", 9};
  EXPECT_TRUE(leads_to_the_entry()) << "erased";
  record_.erased.reset();
  record_.item.withdrawn = true;
  EXPECT_TRUE(leads_to_the_entry()) << "withdrawn";
  failure_ = ErrorCode::kConflict;
  EXPECT_TRUE(leads_to_the_entry()) << "several logs claim it";
}

TEST_F(CheckRoutesTest, HasNoPageForARecordThatIsNotHere) {
  failure_ = ErrorCode::kNotFound;
  EXPECT_EQ(get(kPage).status, 404);
  failure_ = ErrorCode::kInvalid;
  EXPECT_EQ(get(kPage).status, 404);
  failure_ = ErrorCode::kStorage;
  EXPECT_EQ(get(kPage).status, 500);
  EXPECT_EQ(header(get(kPage), "Content-Security-Policy"), kContentSecurityPolicy);
}

TEST_F(CheckRoutesTest, ServesAScriptOfTwoHundredLinesThatDependsOnNothing) {
  const auto script = get("/check.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(header(script, "Cache-Control"), "no-cache");
  std::istringstream lines(*script.body);
  std::size_t count = 0, longest = 0;
  for (std::string line; std::getline(lines, line); ++count)
    longest = std::max(longest, line.size());
  EXPECT_GE(count, 100U);
  EXPECT_LE(count, 200U);
  EXPECT_LE(longest, 140U) << "or the number of lines would say nothing";
  for (const char* never : {"import {", "import(", "require(", "eval(", "Function(", "innerHTML",
                            "XMLHttpRequest", "sendBeacon", "WebSocket", "localStorage", "://"})
    EXPECT_THAT(*script.body, Not(HasSubstr(never)));
}

}  // namespace
}  // namespace dure::node::http
