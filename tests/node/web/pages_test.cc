// SPDX-License-Identifier: Apache-2.0
// The pages: everything escaped, every word there in both languages, every field of a body shown.
#include "web/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "dure/entry_types.h"
#include "web/wording.h"

namespace dure::node {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

constexpr char kId[] = "mfrggzdfmztwq2lkmfrggzdfmy";

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::filesystem::path source(const std::string& path) {
  return std::filesystem::path(DURE_SOURCE_DIR) / path;
}

PageFrame frame(Language language = Language::kKo) {
  PageFrame made;
  made.language = language;
  made.node_name = "안양시";
  return made;
}

EntryPageView entry(std::string_view body, Language language = Language::kKo) {
  EntryPageView view;
  view.entry = *make_entry_view("service", body, language, {});
  view.provenance = {"수원시", "suwon.go.kr/dure/1", "2026-11-22T15:05:00Z", kId, 70012, 3};
  return view;
}

TEST(PagesTest, EscapesWhateverPublishersAndReadersWrite) {
  SearchView search;
  search.query = "<script>alert(1)</script>\"'";
  search.results.push_back({kId, "service", "<b>굵게</b>", "",
                            "<i>\xEE\x80\x80주차\xEE\x80\x81</i>", "<수원>", "", "x\"y"});
  const std::string found = render_search(frame(), search);
  EXPECT_THAT(found, Not(HasSubstr("<script")));
  EXPECT_THAT(found, Not(HasSubstr("<b>")));
  EXPECT_THAT(found, HasSubstr("&lt;i&gt;<mark>주차</mark>&lt;/i&gt;"));

  const std::string shown = render_entry(
      frame(),
      entry(
          R"({"title":{"ko":"<img src=x>"},"benefits":{"ko":"{{title}} </dd><script>"},"<b>":"</main>"})"));
  EXPECT_THAT(shown, Not(HasSubstr("<img src=x")));
  EXPECT_THAT(shown, Not(HasSubstr("<script>")));
  EXPECT_THAT(shown, HasSubstr("{{title}}"));
}

TEST(PagesTest, FollowsOnlyWebAddresses) {
  const std::string page = render_entry(frame(), entry(R"json({"title":{"ko":"가"},
          "contact":{"page":"javascript:alert(1)","phone":"031-228-2114","email":"a@b.example"}})json"));
  EXPECT_THAT(page, Not(HasSubstr("href=\"javascript")));
  EXPECT_THAT(page, HasSubstr("href=\"tel:0312282114\""));
  EXPECT_THAT(page, HasSubstr("href=\"mailto:a@b.example\""));
}

TEST(PagesTest, HasEveryTextInBothLanguages) {
  const std::regex used("\\{\\{#t\\}\\}([^{]*)\\{\\{/t\\}\\}");
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(source("node/web/templates"))) {
    const std::string html = read_file(file.path());
    for (std::sregex_iterator at(html.begin(), html.end(), used), end; at != end; ++at, ++count) {
      EXPECT_TRUE(has_text(Language::kKo, (*at)[1].str())) << file.path() << " " << (*at)[1];
      EXPECT_TRUE(has_text(Language::kEn, (*at)[1].str())) << file.path() << " " << (*at)[1];
    }
  }
  EXPECT_GT(count, 40U);
  for (const std::string_view key : text_keys(Language::kKo)) {
    EXPECT_TRUE(!key.starts_with("pages.") || has_text(Language::kEn, key)) << key;
  }
  for (const std::string_view key : text_keys(Language::kEn)) {
    EXPECT_TRUE(!key.starts_with("pages.") || has_text(Language::kKo, key)) << key;
  }
}

TEST(PagesTest, LeavesNoKeyOrPlaceholderOnThePage) {
  SearchView search;
  search.indexed = 1;
  search.stored = 2;
  search.relaxed = true;
  search.later_page = true;
  search.next_cursor = "c";
  const std::regex leftover(">[^<]*(pages\\.[a-z]|\\{[a-z]+\\})");
  for (const Language language : {Language::kKo, Language::kEn}) {
    const PageFrame in = frame(language);
    for (const std::string& page :
         {render_search(in, search),
          render_entry(in, entry(R"({"title":{"ko":"가"},"fee":{"amount":1000}})", language)),
          render_tombstone(in, {entry("{}").provenance, {"까닭", ""}}),
          render_claims(in, {{"/e/x", "수원시", "a/1"}}),
          render_about(in, {"a/1",
                            "vkey",
                            "ab",
                            {{"수원시", "town", "a/1", "/log/checkpoint", 3, true}},
                            1,
                            1,
                            2})}) {
      EXPECT_FALSE(std::regex_search(page, leftover)) << page;
    }
  }
}

TEST(PagesTest, SaysWhatWasSearchedInsteadAndLinksTheExactSearch) {
  SearchView search;
  search.query = "주<자장 수원";
  search.type = "service";
  search.corrected = {{"주<자장", "주차장"}};
  search.places = {"경기도 수원시"};
  search.results = {ResultView{}};
  search.relaxed = true;
  const std::string korean = render_search(frame(), search);
  EXPECT_NE(korean.find("‘주차장’(으)로 찾은 결과입니다"), std::string::npos);
  EXPECT_NE(korean.find("주&lt;자장"), std::string::npos);
  EXPECT_NE(korean.find("경기도 수원시의 항목에서"), std::string::npos);
  EXPECT_NE(korean.find("exact=true"), std::string::npos);
  const std::string english = render_search(frame(Language::kEn), search);
  EXPECT_NE(english.find("These are results for “주차장”"), std::string::npos);
  EXPECT_NE(english.find("These hold most of them"), std::string::npos);
  search.corrected.clear();
  search.places.clear();
  search.relaxed = false;
  EXPECT_EQ(render_search(frame(), search).find("exact=true"), std::string::npos);
}

TEST(PagesTest, SaysPlainlyWhatIsWithheldAndLinksTheProof) {
  const std::vector<WithheldView> withheld = {{"<수원시>", 1234, "/federation/forks/ab"},
                                              {"안동시", 0, "/federation/forks/cd"}};
  SearchView search;
  search.withheld = withheld;
  AboutView about;
  about.withheld = withheld;
  EntryPageView shown = entry(R"({"title":{"ko":"가"}})");
  shown.provenance.withheld = withheld;
  const std::regex leftover(">[^<]*(pages\\.[a-z]|\\{[a-z]+\\})");
  for (const std::string& page :
       {render_search(frame(), search), render_about(frame(), about), render_entry(frame(), shown),
        render_tombstone(frame(), {shown.provenance, {}})}) {
    EXPECT_THAT(page, HasSubstr("&lt;수원시&gt;의 발행 기록이 두 가지로"));
    EXPECT_THAT(page, HasSubstr("항목 1,234개까지만"));
    EXPECT_THAT(page, HasSubstr("href=\"/federation/forks/ab\""));
    EXPECT_THAT(page, HasSubstr("이 기관의 항목은 보여 드리지 않습니다"));
    EXPECT_FALSE(std::regex_search(page, leftover)) << page;
  }
}

TEST(PagesTest, MarksTextsThatAreInTheOtherLanguage) {
  const std::string english =
      render_entry(frame(Language::kEn), entry(R"({"title":{"ko":"가"}})", Language::kEn));
  EXPECT_THAT(english, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(english, HasSubstr("<h1 lang=\"ko\">가</h1>"));
  const std::string korean = render_entry(frame(), entry(R"({"title":{"ko":"가","en":"A"}})"));
  EXPECT_THAT(korean, HasSubstr("<h1>가</h1>"));
}

TEST(PagesTest, KeepsAChosenLanguageInEveryLinkAndOffersTheOther) {
  PageFrame chosen = frame(Language::kEn);
  chosen.language_chosen = true;
  chosen.query = {{"q", "주차 a&b"}};
  SearchView search;
  search.query = "주차 a&b";
  search.results.push_back({kId, "service", "가", "", "", "", "", ""});
  const std::string page = render_search(chosen, search);
  EXPECT_THAT(page, HasSubstr(std::string("href=\"/e/") + kId + "?lang=en\""));
  EXPECT_THAT(page, HasSubstr("name=\"lang\" value=\"en\""));
  EXPECT_THAT(page, HasSubstr("href=\"/?q=%EC%A3%BC%EC%B0%A8%20a%26b&amp;lang=ko\""));
  EXPECT_THAT(render_search(frame(Language::kEn), search), Not(HasSubstr("name=\"lang\"")));
}

TEST(PagesTest, NothingFoundIsNoEmptyList) {
  SearchView search;
  search.query = "없는말";
  EXPECT_THAT(render_search(frame(), search), Not(HasSubstr("class=\"results\"")));
  search.results.push_back({kId, "service", "가", "", "", "", "", ""});
  EXPECT_THAT(render_search(frame(), search), HasSubstr("class=\"results\""));
}

TEST(PagesTest, KeepsQueryAndFiltersWhenPaging) {
  SearchView search;
  search.query = "주차";
  search.type = "practice";
  search.region = "41110";
  search.regions = {{"경기도", {{"41110", "수원시"}}}};
  search.newest_first = true;
  search.next_cursor = "c/1";
  search.results.push_back({kId, "practice", "가", "", "", "", "", ""});
  const std::string page = render_search(frame(), search);
  EXPECT_THAT(page, HasSubstr("href=\"/"
                              "?q=%EC%A3%BC%EC%B0%A8&amp;type=practice&amp;region=41110&amp;sort="
                              "modified&amp;cursor=c%2F1\""));
  EXPECT_THAT(page, HasSubstr("<option value=\"41110\" selected>수원시</option>"));
  EXPECT_THAT(page, HasSubstr("<option value=\"practice\" selected>"));
}

TEST(PagesTest, OffersFacetsAndTellsWhatIsChosen) {
  SearchView search;
  search.query = "주차";
  search.next_cursor = "c";
  search.results.push_back({kId, "service", "가", "", "", "", "", ""});
  search.facets = {{"field", "분야", {{"2", "교통", 12, true}, {"5", "방범·방재", 3, false}}},
                   {"status", "상태", {{"running", "운영", 7, false}}}};
  const std::string page = render_search(frame(), search);
  EXPECT_THAT(page, HasSubstr("href=\"/?q=%EC%A3%BC%EC%B0%A8\"><span>분야: 교통</span>"))
      << "taken back";
  EXPECT_THAT(page, HasSubstr("field=2%2C5\">방범·방재 <span class=\"count\">3</span>"));
  EXPECT_THAT(page, HasSubstr("field=2&amp;status=running\">운영"));
  EXPECT_THAT(page, HasSubstr("<input type=\"hidden\" name=\"field\" value=\"2\">"));
  EXPECT_THAT(page, HasSubstr("field=2&amp;cursor=c\""));
  EXPECT_THAT(page, HasSubstr("<details class=\"facets\" open>"));
}

TEST(PagesTest, SaysWhoPublishedWhereAndHowToVerify) {
  const std::string page = render_entry(frame(), entry(R"({"title":{"ko":"가"}})"));
  EXPECT_THAT(page,
              HasSubstr("수원시에서 2026년 11월 23일 00:05 (한국 시각)에 발행했습니다. 발행 기록의 "
                        "70,012번 자리에 있으며, 이 사본은 안양시 노드에서 보관합니다."));
  EXPECT_THAT(page, HasSubstr(std::string("dure verify ") + kId + ".proof " + kId +
                              ".json --policy dure.policy"));
  EXPECT_THAT(page, HasSubstr(std::string("href=\"/api/v1/entries/") + kId + "/proof\""));
}

TEST(PagesTest, NamesTheOriginInLinksWhenSeveralClaimTheId) {
  EntryPageView view = entry(R"({"title":{"ko":"가"}})");
  view.provenance.several_origins = true;
  EXPECT_THAT(render_entry(frame(), view), HasSubstr("/proof?origin=suwon.go.kr%2Fdure%2F1"));
}

TEST(PagesTest, SaysHowFarTheCatalogueIsOnlyWhenItIsBehind) {
  SearchView search;
  search.indexed = search.stored = 5;
  EXPECT_THAT(render_search(frame(), search), Not(HasSubstr("목록에 넣고 있습니다")));
  search.stored = 1000000;
  EXPECT_THAT(render_search(frame(), search), HasSubstr("받은 항목 1,000,000건 가운데 5건까지"));
}

TEST(PagesTest, NeedsNoScriptAndNothingFromElsewhere) {
  const std::string page = render_search(frame(), {});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("style=")));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page_asset("style.css"), Not(HasSubstr("url(")));
  EXPECT_TRUE(page_asset("layout.html").empty());
}

// What an entry names is shown with its title here; what is not known, or of another type, as such.
TEST(EntryViewTest, ShowsWhatItNames) {
  const RecordLookup records = [](std::string_view origin, std::string_view id,
                                  Language language) -> std::optional<RecordTarget> {
    if (id != kId) return std::nullopt;
    EXPECT_EQ(origin, "suwon.go.kr/dure/1");
    EXPECT_EQ(language, Language::kKo);
    return RecordTarget{"problem", {"불법주차", {}}, "수원시", "/e/" + std::string(kId)};
  };
  const auto value_of = [&](const std::string& reference) {
    const auto view = make_entry_view("practice", R"({"title":{"ko":"가"},)" + reference + "}",
                                      Language::kKo, {}, {}, records);
    return view->sections.at(0).fields.at(0).values.at(0);
  };
  const std::string known = R"({"origin":"suwon.go.kr/dure/1","id":")" + std::string(kId) + R"("})";
  const auto problem = value_of(R"("addresses":[)" + known + "]");
  EXPECT_EQ(problem.text.text, "불법주차 (수원시)");
  EXPECT_EQ(problem.href, "/e/" + std::string(kId));
  EXPECT_THAT(value_of(R"("services":[)" + known + "]").text.text, HasSubstr("종류가 다른 항목"));
  const auto unknown =
      value_of(R"("addresses":[{"origin":"x/1","id":"other","title":{"ko":"교통"}}])");
  EXPECT_EQ(unknown.text.text, "교통 (이 노드에 없는 항목)");
  EXPECT_EQ(unknown.href, "");
}

// Every member of a schema must have a name in both languages, or a citizen reads "whatWasDone".
TEST(EntryViewTest, NamesEveryMemberOfTheSchemas) {
  const std::set<std::string> shown_otherwise = {"title", "summary", "description", "cost"};
  for (const std::string_view type : kShownTypes) {
    const auto schema = Json::parse(
        read_file(source("federation-protocol/schemas/" + std::string(type) + ".schema.json")));
    for (const auto& [member, rules] : schema["properties"].items()) {
      if (shown_otherwise.contains(member)) continue;
      for (const Language language : {Language::kKo, Language::kEn}) {
        EXPECT_TRUE(has_text(language, "pages.field." + member)) << member;
      }
    }
  }
}

// ... and every code a word.
TEST(EntryViewTest, NamesEveryCodeOfTheSchemas) {
  const auto common = Json::parse(
      read_file(source("federation-protocol/schemas/common.schema.json")))["definitions"];
  const auto expect_words = [](const std::string& list, const Json& codes) {
    for (const Json& code : codes) {
      EXPECT_TRUE(has_text(Language::kKo, "pages.value." + list + "." + code.get<std::string>()))
          << list << " " << code;
    }
  };
  expect_words("fields", common["fields"]["items"]["enum"]);
  expect_words("audiences", common["audiences"]["items"]["enum"]);
  expect_words("scale", common["scale"]["enum"]);
  expect_words("status", common["status"]["properties"]["code"]["enum"]);
  expect_words("licence", common["licence"]["enum"]);
  expect_words("rel", common["links"]["items"]["properties"]["rel"]["enum"]);
}

TEST(EntryViewTest, ShowsMembersOfANewerSchemaUnderTheirOwnNames) {
  const auto view =
      make_entry_view("service", R"({"title":{"ko":"가"},"carbon":{"t":1}})", Language::kKo, {});
  ASSERT_TRUE(view);
  ASSERT_EQ(view->sections.size(), 1U);
  EXPECT_EQ(view->sections[0].fields.at(0).label, "carbon");
  EXPECT_EQ(view->sections[0].fields.at(0).values.at(0).text.text, R"({"t":1})");
}

TEST(EntryViewTest, SurvivesBodiesOfAnyShape) {
  for (const char* member :
       {"eligibility", "contact",     "channels", "deadline", "fee",    "regions",
        "status",      "identifiers", "partners", "cost",     "staff",  "outcomes",
        "period",      "keywords",    "benefits", "problems", "fields", "evidenceLevel",
        "modified",    "reviewEvery", "links"}) {
    for (const char* value :
         {"null", "1", "-1.5", "true", "\"\"", "\"P\"", "[]", "[1,null,\"a\",[],{}]", "{}",
          R"({"code":1,"ko":2,"amount":"x","always":"y","share":[],"period":3,"accessibility":4})",
          R"([{"accessibility":{"a":1},"kind":7,"title":[],"code":"x"}])"}) {
      const std::string body = std::string("{\"") + member + "\":" + value + "}";
      EXPECT_TRUE(make_entry_view("practice", body, Language::kEn, {})) << body;
    }
  }
}

TEST(EntryViewTest, RefusesWhatIsNoObjectOrTooDeep) {
  EXPECT_EQ(make_entry_view("service", "[]", Language::kKo, {}).error().code,
            ErrorCode::kMalformed);
  EXPECT_EQ(make_entry_view("service", "{\"a\":", Language::kKo, {}).error().code,
            ErrorCode::kMalformed);
  const std::string deep = "{\"a\":" + std::string(30000, '[') + std::string(30000, ']') + "}";
  EXPECT_EQ(make_entry_view("service", deep, Language::kKo, {}).error().code,
            ErrorCode::kMalformed);
}

TEST(EntryViewTest, PutsOutcomesIntoATableWithUnits) {
  const auto view = make_entry_view(
      "practice",
      R"({"outcomes":[{"indicator":{"ko":"신고"},"baseline":1240,"value":-85.5,"unit":"건"}]})",
      Language::kKo, {});
  ASSERT_TRUE(view);
  const TableView& table = view->sections.at(0).tables.at(0);
  EXPECT_EQ(table.rows.at(0).at(1).text, "1,240 건");
  EXPECT_EQ(table.rows.at(0).at(2).text, "-85.5 건");
}

TEST(WordingTest, WritesNumbersDatesAndTimes) {
  EXPECT_EQ(number_in_words(0), "0");
  EXPECT_EQ(number_in_words(1234567), "1,234,567");
  EXPECT_EQ(date_in_words(Language::kKo, "2024-05-01"), "2024년 5월 1일");
  EXPECT_EQ(date_in_words(Language::kEn, "2024-12-31T20:00:00Z"), "1 January 2025");
  EXPECT_EQ(time_in_words(Language::kEn, "2026-11-22T09:05:00Z"),
            "22 November 2026, 18:05 (Korean time)");
  EXPECT_EQ(date_in_words(Language::kKo, "2026-01-05T10:15:00+09:00"), "2026년 1월 5일");
  EXPECT_EQ(time_in_words(Language::kKo, "2026-01-05T22:15:00.25-03:30"),
            "2026년 1월 6일 10:45 (한국 시각)");
  for (const char* wrong :
       {"2026-01-05T10:15:00", "2026-01-05T10:15:00.Z", "2026-01-05T10:15:00+0900",
        "2026-01-05T10:15:00+09:60", "2026-01-05T10:15:00+24:00", "2026-01-05T10:15:00.5"}) {
    EXPECT_EQ(date_in_words(Language::kKo, wrong), wrong);
  }
  EXPECT_EQ(date_in_words(Language::kKo, "2024-02-30"), "2024-02-30");
  EXPECT_EQ(time_in_words(Language::kKo, "soon"), "soon");
}

}  // namespace
}  // namespace dure::node
