// SPDX-License-Identifier: Apache-2.0
#include "web/api_guide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/openapi.h"

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

PageFrame frame(Language language) {
  PageFrame frame;
  frame.language = language;
  frame.node_name = "안양시";
  frame.path = "/api";
  return frame;
}

const ApiGuideView kView{"https://anyang.example", "mfrggzdfmztwq2lkmfrggzdfmy", "00ff"};

TEST(OpenApiWordsTest, TakesTheHalfOfALanguage) {
  EXPECT_THAT(openapi_words(Language::kKo, "찾기 · Search"), ElementsAre("찾기"));
  EXPECT_THAT(openapi_words(Language::kEn, "찾기 · Search"), ElementsAre("Search"));
  EXPECT_THAT(openapi_words(Language::kKo, "하나\n\n둘\n\none\n\ntwo"), ElementsAre("하나", "둘"));
  EXPECT_THAT(openapi_words(Language::kEn, "하나\n\n둘\n\none\n\ntwo"), ElementsAre("one", "two"));
  EXPECT_THAT(openapi_words(Language::kEn, "시·도\n\na province"), ElementsAre("a province"));
  EXPECT_THAT(openapi_words(Language::kEn, "only one"), ElementsAre("only one"));
}

TEST(ApiGuideTest, SaysTheDocumentInTheLanguageOfThePage) {
  const ApiGuide guide;
  const std::string korean = guide.render(frame(Language::kKo), kView);
  const std::string english = guide.render(frame(Language::kEn), kView);
  EXPECT_THAT(korean, HasSubstr("<h3 id=\"searchEntries\">항목 찾기</h3>"));
  EXPECT_THAT(english, HasSubstr("<h3 id=\"searchEntries\">Search the catalogue</h3>"));
  EXPECT_THAT(english, Not(HasSubstr("항목 찾기")));
  EXPECT_THAT(korean, Not(HasSubstr("Search the catalogue")));
  EXPECT_THAT(english, HasSubstr("Values: rank, modified"));
  EXPECT_THAT(english, HasSubstr("urn:dure:error:not-found"));
}

TEST(ApiGuideTest, ItsCommandsAskThisNodeForWhatIsHere) {
  const std::string page = ApiGuide().render(frame(Language::kEn), kView);
  EXPECT_THAT(
      page,
      HasSubstr(
          "curl &apos;https://anyang.example/api/v1/entries/mfrggzdfmztwq2lkmfrggzdfmy&apos;"));
  EXPECT_THAT(page, HasSubstr("&apos;https://anyang.example/mirror/00ff/checkpoint&apos;"));
  EXPECT_THAT(page, HasSubstr("<pre class=\"command\" lang=\"ko\"><code>curl --get"));
  EXPECT_THAT(page, Not(HasSubstr("\xEE\x80")));
}

TEST(ApiGuideTest, EscapesWhatItIsGiven) {
  const std::string page = ApiGuide().render(frame(Language::kKo), {"http://<b>", "<i>", "\"x"});
  EXPECT_THAT(page, Not(HasSubstr("http://<b>")));
  EXPECT_THAT(page, Not(HasSubstr("/<i>")));
}

TEST(ApiGuideTest, ShowsTheDocumentsExampleWhereThereIsNoEntry) {
  const std::string page = ApiGuide().render(frame(Language::kKo), {"http://x", "", "00"});
  EXPECT_THAT(page, Not(HasSubstr("/api/v1/entries/&apos;")));
  EXPECT_THAT(page, HasSubstr("http://x/api/v1/entries/tzu5x6thp7hnsupfhofhpokb7m"));
}

}  // namespace
}  // namespace dure::node
