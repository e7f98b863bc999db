// SPDX-License-Identifier: Apache-2.0
// Whoever sends fields that no form has, or very many, gets a refusal and costs little.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/console/form_fixture.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ErrorCode refusal(const FormFields& fields) {
  const auto body = body_from_form("service", fields, "{}");
  return body ? ErrorCode::kInternal : body.error().code;
}

TEST(EntryFormHostileTest, RefusesFieldsThatNoFormHas) {
  for (const char* name : {"/",
                           "//",
                           "/nothing",
                           "/title",
                           "/title/fr",
                           "/title/ko/x",
                           "/fee",
                           "/fee/amount/0",
                           "/links",
                           "/links/url",
                           "/links/-1/url",
                           "/links/01/url",
                           "/links/1000000000/url",
                           "/links/1000/url",
                           "/links/99999999999999999999/url",
                           "/links/0",
                           "/links/0/0/url",
                           "/keywords/0",
                           "/audiences/0",
                           "/title/~",
                           "/title/ko~2",
                           "/regions/0/code/x",
                           "kept:",
                           "kept:x",
                           "kept:/title/ko/x/y",
                           "kept:/links/x"})
    EXPECT_EQ(refusal({{name, "x"}}), ErrorCode::kInvalid) << name;
}

TEST(EntryFormHostileTest, RefusesAFieldTwiceUnlessItCanBeTicked) {
  EXPECT_EQ(refusal({{"/title/ko", "a"}, {"/title/ko", "a"}}), ErrorCode::kInvalid);
  EXPECT_EQ(refusal({{"/keywords", "a"}, {"/keywords", "b"}}), ErrorCode::kInvalid);
  EXPECT_EQ(refusal({{"kept:/x", "1"}, {"kept:/x", "1"}}), ErrorCode::kInvalid);
  EXPECT_EQ(refusal({{"/fields", "1"}, {"/fields", "1"}}), ErrorCode::kInternal);
}

TEST(EntryFormHostileTest, RefusesDeepPointersAndDeepValues) {
  std::string pointer;
  for (int i = 0; i < 1000; ++i) pointer += "/a";
  EXPECT_EQ(refusal({{pointer, "x"}}), ErrorCode::kInvalid);
  EXPECT_EQ(refusal({{"kept:" + pointer, "1"}}), ErrorCode::kInvalid);
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(refusal({{"kept:/x", deep}}), ErrorCode::kInvalid);
  EXPECT_EQ(refusal({{"kept:/x", "no json"}}), ErrorCode::kInvalid);
  EXPECT_TRUE(body_from_form("service", {}, deep));
  EXPECT_THAT(make_entry_form("service", deep, {}, Language::kKo, {}).sections, Not(IsEmpty()));
}

TEST(EntryFormHostileTest, BoundsHowMuchItTakes) {
  FormFields many(10'000, {"/audiences", "elderly"});
  EXPECT_EQ(refusal(many), ErrorCode::kTooLarge);
  EXPECT_EQ(refusal({{"/description/ko", std::string(kMaxBodyBytes, 'a')}}), ErrorCode::kTooLarge);
  EXPECT_EQ(refusal({{"/description/ko", std::string(kMaxDocumentBytes, 'a')}}),
            ErrorCode::kTooLarge);
  EXPECT_EQ(refusal({{"token", std::string(kMaxDocumentBytes, 'a')}}), ErrorCode::kTooLarge);
  many.resize(kMaxEntryFormFields);
  EXPECT_EQ(refusal(many), ErrorCode::kInternal);
  // What is too long to be a body can still be shown, so that it can be shortened.
  EXPECT_TRUE(change_form("service", {{"/description/ko", std::string(kMaxBodyBytes, 'a')}}, "{}"));
}

TEST(EntryFormHostileTest, RefusesWhatIsNoText) {
  using namespace std::string_literals;
  for (const auto& bytes : {"a\0b"s, "\x1b"s, "\x7f"s, "\xFF"s, "\xED\xA0\x80"s}) {
    EXPECT_EQ(refusal({{"/title/ko", bytes}}), ErrorCode::kMalformed);
    EXPECT_EQ(refusal({{"/title/" + bytes, "x"}}), ErrorCode::kMalformed);
  }
}

TEST(EntryFormHostileTest, EscapesHtmlInEveryField) {
  const std::string html = "\"'></textarea></select><script>alert(1)</script>";
  for (const std::string& type : written_types()) {
    // Whatever can be typed is this.
    FormFields fields;
    for (const HtmlControl& control : page_of(type, "{}").controls) {
      if (control.type != "hidden" && control.type != "checkbox")
        fields.emplace_back(control.name, html);
    }
    fields.emplace_back("kept:/<i>/" + std::string("x"), "1");
    const auto broken = body_from_form(type, fields, "{}");
    EXPECT_FALSE(broken);
    fields.back() = {"kept:/<i>", Json(html).dump()};
    const auto body = body_from_form(type, fields, "{}");
    ASSERT_TRUE(body) << body.error().detail;
    const auto faults = (*EntryValidator::create())->check(type, *body);
    PageFrame frame;
    const std::string page = render_entry_form(
        frame, make_entry_form(type, *body, faults, Language::kKo, {{html, {{"1", html}}}}));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<i>")));
    EXPECT_THAT(HtmlReader(page).read().mistakes, IsEmpty()) << type;
  }
}

}  // namespace
}  // namespace dure::node
