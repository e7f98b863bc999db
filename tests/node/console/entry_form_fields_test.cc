// SPDX-License-Identifier: Apache-2.0
// Each kind of field, from the body to the page and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/console/form_fixture.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Json back(const std::string& type, const FormFields& fields, const Json& previous = {}) {
  const auto body = body_from_form(type, fields, previous.is_null() ? "" : previous.dump());
  if (!body) return body.error().detail;
  return Json::parse(*body);
}

std::string shown(const std::string& type, const Json& body, const std::string& name) {
  const HtmlForm form = page_of(type, body.dump());
  const HtmlControl* control = control_named(form, name);
  return control == nullptr ? "not there"
                            : control->tag + "|" + control->type + "|" + control->value;
}

TEST(EntryFormTest, ShowsTextsByTheirLength) {
  const Json body = {{"title", {{"ko", "안부 전화"}}},
                     {"summary", {{"en", "Daily call"}}},
                     {"operator", {{"ko", "두 줄\n이름"}}}};
  EXPECT_EQ(shown("service", body, "/title/ko"), "input|text|안부 전화");
  EXPECT_EQ(shown("service", body, "/title/en"), "input|text|");
  EXPECT_EQ(shown("service", body, "/summary/en"), "textarea||Daily call");
  EXPECT_EQ(shown("service", body, "/operator/ko"), "textarea||두 줄\n이름");
}

TEST(EntryFormTest, TakesTextsAndLeavesOutWhatIsEmpty) {
  EXPECT_EQ(back("service", {{"/title/ko", "안부"}, {"/title/en", ""}, {"/summary/ko", " \t"}}),
            Json({{"title", {{"ko", "안부"}}}}));
  EXPECT_EQ(back("service", {{"/benefits/ko", "한 줄\r\n두 줄"}, {"/contact/phone", ""}}),
            Json({{"benefits", {{"ko", "한 줄\n두 줄"}}}}));
  EXPECT_EQ(back("service", {}), Json::object());
}

TEST(EntryFormTest, ShowsNumbersAndTakesThemAsPeopleWriteThem) {
  EXPECT_EQ(shown("service", {{"fee", {{"amount", 1200.5}}}}, "/fee/amount"), "input|text|1200.5");
  EXPECT_EQ(shown("service", {{"fee", {{"amount", "많이"}}}}, "/fee/amount"), "input|text|많이");
  const std::vector<std::pair<std::string, Json>> typed = {
      {"0", 0},
      {"1200000", 1200000},
      {"1,200,000", 1200000},
      {" 12 ", 12},
      {"3.0", 3},
      {"1e3", 1000},
      {"-2.5", -2.5},
      {"12,34", "12,34"},
      {"많이", "많이"},
      {"01", "01"},
      {"1234,567", "1234,567"},
      {"[1]", "[1]"},
      {"99999999999999999999", "99999999999999999999"},
      {"1,200.5", 1200.5}};
  for (const auto& [text, value] : typed)
    EXPECT_EQ(back("service", {{"/fee/amount", text}}), Json({{"fee", {{"amount", value}}}}))
        << text;
  EXPECT_EQ(back("proposal", {{"/supporters", "141"}}).dump(), R"({"supporters":141})");
}

TEST(EntryFormTest, OffersChoicesInWordsAndKeepsAnUnknownOne) {
  EXPECT_EQ(shown("practice", {{"kind", "failure"}}, "/kind"), "select||failure");
  EXPECT_EQ(shown("practice", {{"kind", "unheard"}}, "/kind"), "select||unheard");
  EXPECT_EQ(shown("practice", {{"evidenceLevel", 2}}, "/evidenceLevel"), "select||2");
  EXPECT_THAT(page_of("practice", "{}").words, HasSubstr("실패"));
  EXPECT_THAT(page_of("practice", "{}", Language::kEn).words, HasSubstr("2: before and after"));
  EXPECT_EQ(back("practice", {{"/kind", "failure"}, {"/evidenceLevel", "2"}, {"/scale", ""}}),
            Json({{"kind", "failure"}, {"evidenceLevel", 2}}));
}

TEST(EntryFormTest, TakesSeveralChoicesInTheOrderTheyHad) {
  const Json before = {{"audiences", {"students", "elderly", "students", "unheard"}}};
  const HtmlForm page = page_of("service", before.dump());
  std::vector<std::string> ticked;
  for (const auto& control : page.controls) {
    if (control.name == "/audiences" && control.checked) ticked.push_back(control.value);
  }
  EXPECT_THAT(ticked, ElementsAre("elderly", "students", "students", "unheard"));
  FormFields fields;
  for (const auto& code : ticked) fields.emplace_back("/audiences", code);
  EXPECT_EQ(back("service", fields, before), before);
  fields.insert(fields.begin(), {"/audiences", "children"});
  EXPECT_EQ(back("service", fields, before),
            Json({{"audiences", {"students", "elderly", "students", "unheard", "children"}}}));
  EXPECT_EQ(back("service", {{"/fields", "3"}, {"/fields", "1"}}), Json({{"fields", {"3", "1"}}}));
}

TEST(EntryFormTest, ShowsDaysWithTheBrowsersOwnFieldUnlessTheyAreNone) {
  EXPECT_EQ(shown("service", {{"modified", "2026-03-01"}}, "/modified"), "input|date|2026-03-01");
  EXPECT_EQ(shown("service", {{"modified", "2026-03-01T09:00:00+09:00"}}, "/modified"),
            "input|text|2026-03-01T09:00:00+09:00");
  EXPECT_EQ(shown("service", {{"reviewedAt", "2026-02-30"}}, "/reviewedAt"),
            "input|text|2026-02-30");
  EXPECT_EQ(shown("service", {{"reviewedAt", "2024-02-29"}}, "/reviewedAt"),
            "input|date|2024-02-29");
  EXPECT_EQ(shown("service", Json::object(), "/deadline/from"), "input|date|");
}

TEST(EntryFormTest, ShowsYesNoAndNothing) {
  EXPECT_EQ(shown("service", {{"deadline", {{"always", false}}}}, "/deadline/always"),
            "select||false");
  EXPECT_EQ(shown("service", Json::object(), "/deadline/always"), "select||");
  EXPECT_EQ(back("service", {{"/deadline/always", "false"}}),
            Json({{"deadline", {{"always", false}}}}));
  EXPECT_EQ(back("service", {{"/deadline/always", "maybe"}}),
            Json({{"deadline", {{"always", "maybe"}}}}));
}

TEST(EntryFormTest, SaysDurationsInWords) {
  EXPECT_EQ(shown("service", {{"processingTime", "P14D"}}, "/processingTime"), "input|text|14일");
  EXPECT_EQ(back("service", {{"/processingTime", "3 weeks"}}), Json({{"processingTime", "P3W"}}));
  EXPECT_EQ(back("service", {{"/processingTime", "곧"}}), Json({{"processingTime", "곧"}}));
}

TEST(EntryFormTest, OffersRegionsAndKeepsUnknownOnes) {
  const Json known = {{"regions", {{{"scheme", "bjd"}, {"code", "4111000000"}}}}};
  EXPECT_EQ(shown("service", known, "/regions/0/code"), "select||4111000000");
  EXPECT_EQ(shown("service", known, "/regions/0/scheme"), "not there");
  const Json unknown = {{"regions", {{{"scheme", "bjd"}, {"code", "9999900000"}}}}};
  EXPECT_EQ(shown("service", unknown, "/regions/0/code"), "select||9999900000");
  const Json foreign = {{"regions", {{{"scheme", "nuts"}, {"code", "DE21H"}}}}};
  EXPECT_EQ(shown("service", foreign, "/regions/0/scheme"), "select||nuts");
  EXPECT_EQ(back("service", {{"/regions/0/code", "4111000000"}, {"/regions/1/code", ""}}), known);
  EXPECT_EQ(back("service", {{"/regions/0/scheme", "bjd"}}), Json::object());
  // A form that has not been filled in invites to name the first one.
  EXPECT_EQ(shown("service", Json::object(), "/regions/0/code"), "select||");
}

TEST(EntryFormTest, ShowsFurtherRegionsWithoutTheWholeTableEachTime) {
  Json regions = Json::array();
  for (int i = 0; i < 300; ++i) regions.push_back({{"scheme", "bjd"}, {"code", "4111000000"}});
  const Json body = {{"regions", regions}};
  EXPECT_EQ(shown("service", body, "/regions/7/code"), "select||4111000000");
  EXPECT_EQ(shown("service", body, "/regions/299/code"), "input|text|4111000000");
  EXPECT_EQ(*trip("service", body.dump()), body.dump());
}

TEST(EntryFormTest, TakesPlainListsLineByLine) {
  EXPECT_EQ(shown("service", {{"keywords", {"노인", "경로 우대"}}}, "/keywords"),
            "textarea||노인\n경로 우대");
  EXPECT_EQ(back("service", {{"/keywords", "노인\r\n\r\n  \r\n경로 우대\r\n"}}),
            Json({{"keywords", {"노인", "경로 우대"}}}));
}

TEST(EntryFormTest, LeavesOutItemsThatAreWhollyEmpty) {
  EXPECT_EQ(
      back("service", {{"/links/0/rel", ""},
                       {"/links/0/url", ""},
                       {"/links/1/url", "https://a.example/"},
                       {"/links/7/title/ko", "일곱"},
                       {"/links/10/rel", "law"}}),
      Json({{"links",
             {{{"url", "https://a.example/"}}, {{"title", {{"ko", "일곱"}}}}, {{"rel", "law"}}}}}));
}

TEST(EntryFormTest, SaysThatNothingWasMeasuredByAnEmptyList) {
  const HtmlForm page = page_of("practice", "{}");
  ASSERT_NE(control_named(page, "kept:/outcomes"), nullptr);
  EXPECT_EQ(back("practice", sent_untouched(page)), Json({{"outcomes", Json::array()}}));
  EXPECT_EQ(back("practice", {{"kept:/outcomes", "[]"}, {"/outcomes/0/value", "3"}}),
            Json({{"outcomes", {{{"value", 3}}}}}));
}

TEST(EntryFormTest, KeepsWhatFieldsCannotHoldUntilItIsRemoved) {
  const Json body = {{"title", 5},
                     {"colour", {{"a/b", "red"}}},
                     {"contact", {{"fax", "1"}, {"phone", "120"}}},
                     {"links", {{{"url", "https://a.example/"}, {"x y", true}}, "text"}}};
  const HtmlForm page = page_of("service", body.dump());
  EXPECT_THAT(page.buttons,
              testing::IsSupersetOf({"remove=/title", "remove=/colour", "remove=/contact/fax",
                                     "remove=/links/0/x y", "remove=/links/1"}));
  EXPECT_EQ(back("service", sent_untouched(page)), body);
  FormFields fields = sent_untouched(page);
  fields.emplace_back("remove", "/title");
  const auto changed = change_form("service", fields, body.dump());
  ASSERT_TRUE(changed) << changed.error().detail;
  Json rest = body;
  rest.erase("title");
  rest["regions"] = Json::array({Json::object()});  // the page invites to name one
  EXPECT_EQ(Json::parse(changed->body), rest);
  EXPECT_EQ(shown("service", rest, "/title/ko"), "input|text|");
}

TEST(EntryFormTest, KeepsAttachmentsOfThePreviousBodyOnly) {
  const Json files = {{{"name", "계획.pdf"}, {"size", 3}}};
  const Json body = {{"attachments", files}, {"title", {{"ko", "가"}}}};
  EXPECT_THAT(page_of("service", body.dump()).words, HasSubstr("계획.pdf"));
  EXPECT_EQ(back("service", {{"/title/ko", "가"}}, body), body);
  for (const char* name : {"/attachments", "/attachments/0/name", "kept:/attachments"})
    EXPECT_FALSE(body_from_form("service", {{name, "[]"}}, "{}")) << name;
}

TEST(EntryFormTest, AddsAnItemAndLosesNothing) {
  FormFields fields = {{"/title/ko", "가"},   {"/links/0/url", "https://a.example/"},
                       {"/links/1/url", ""},  {"/fee/amount", "곧"},
                       {"token", "not ours"}, {"add", "/links"}};
  ASSERT_TRUE(asks_for_change(fields));
  const auto changed = change_form("service", fields, "{}");
  ASSERT_TRUE(changed) << changed.error().detail;
  EXPECT_EQ(Json::parse(changed->body),
            Json({{"title", {{"ko", "가"}}},
                  {"fee", {{"amount", "곧"}}},
                  {"links", {{{"url", "https://a.example/"}}, Json::object(), Json::object()}}}));
  EXPECT_EQ(changed->focus, "/links/2");
  const HtmlForm page = page_of(
      make_entry_form("service", changed->body, {}, Language::kKo, some_regions(), changed->focus));
  EXPECT_EQ(page.autofocus, "f-links-2-rel");
  EXPECT_NE(control_named(page, "/links/2/url"), nullptr);
  EXPECT_EQ(control_named(page, "/links/3/url"), nullptr);
}

TEST(EntryFormTest, AddsTheFirstItemOfAListThatHasNone) {
  for (const char* list : {"/requiredDocuments", "/channels", "/uses", "/problems"}) {
    const auto changed = change_form("service", {{"add", list}}, "{}");
    ASSERT_TRUE(changed) << list;
    EXPECT_EQ(changed->focus, std::string(list) + "/0");
    const HtmlForm page =
        page_of(make_entry_form("service", changed->body, {}, Language::kKo, {}, changed->focus));
    EXPECT_TRUE(page.autofocus.starts_with("f-" + std::string(list + 1) + "-0")) << page.autofocus;
  }
  const auto measured =
      change_form("practice", {{"kept:/outcomes", "[]"}, {"add", "/outcomes"}}, "");
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->body, R"({"outcomes":[{}]})");
}

TEST(EntryFormTest, RemovesTheItemThatTheButtonStandsBeside) {
  const FormFields fields = {{"/links/0/rel", "about"},
                             {"/links/1/url", ""},
                             {"/links/2/rel", "law"},
                             {"/links/3/rel", "form"},
                             {"remove", "/links/2"}};
  const auto changed = change_form("service", fields, "{}");
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->body, R"({"links":[{"rel":"about"},{},{"rel":"form"}]})");
  EXPECT_EQ(changed->focus, "/links");
  const HtmlForm page =
      page_of(make_entry_form("service", changed->body, {}, Language::kKo, {}, changed->focus));
  EXPECT_EQ(page.autofocus, "f-links");
}

TEST(EntryFormTest, RefusesButtonsThatNoFormHas) {
  for (const char* list : {"/title", "/nothing", "/links/0", "", "x", "/keywords", "/attachments"})
    EXPECT_FALSE(change_form("service", {{"add", list}}, "{}")) << list;
  EXPECT_FALSE(change_form("service", {{"remove", "/links/0"}}, "{}"));
  EXPECT_FALSE(change_form("service", {{"add", "/links"}, {"add", "/links"}}, "{}"));
  EXPECT_FALSE(change_form("service", {{"add", "/links"}, {"remove", "/links/0"}}, "{}"));
}

TEST(EntryFormTest, ShowsWhatWasTypedWithoutAButtonToo) {
  const auto typed = change_form("service", {{"/title/ko", "가"}, {"/links/0/rel", ""}}, "{}");
  ASSERT_TRUE(typed);
  EXPECT_EQ(typed->body, R"({"links":[{}],"title":{"ko":"가"}})");
  EXPECT_EQ(typed->focus, "");
}

}  // namespace
}  // namespace dure::node
