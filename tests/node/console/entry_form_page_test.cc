// SPDX-License-Identifier: Apache-2.0
// The page of the form: every field has a name, a label and words; every fault leads to a field.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "console/form_shape.h"
#include "node/console/form_fixture.h"
#include "web/texts.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

void expect_well_made(const HtmlForm& page, const std::string& what) {
  EXPECT_THAT(page.mistakes, IsEmpty()) << what;
  std::set<std::string> ids;
  for (const std::string& id : page.ids) EXPECT_TRUE(ids.insert(id).second) << what << " " << id;
  for (const HtmlControl& control : page.controls) {
    EXPECT_THAT(control.name, Not(IsEmpty())) << what << " " << control.id;
    if (control.type == "hidden") continue;
    EXPECT_TRUE(control.labelled) << what << " " << control.name;
    EXPECT_TRUE(ids.contains(control.id)) << what << " " << control.name;
    for (const std::string& id : control.described_by)
      EXPECT_TRUE(ids.contains(id)) << what << " " << control.name << " " << id;
  }
  for (const std::string& label : page.labels_for) EXPECT_TRUE(ids.contains(label)) << label;
  for (const std::string& link : page.links)
    EXPECT_TRUE(link.starts_with('#') && ids.contains(link.substr(1))) << what << " " << link;
}

TEST(EntryFormPageTest, IsWellMadeForEveryTypeAndExample) {
  auto entries = example_of_each_type();
  for (const std::string& type : written_types()) entries.emplace_back(type, "{}");
  for (const auto& [type, body] : entries) {
    for (const Language language : {Language::kKo, Language::kEn})
      expect_well_made(page_of(type, body, language), type);
  }
}

TEST(EntryFormPageTest, EveryFaultLeadsToAFieldAndIsSaidThere) {
  const auto validator = *EntryValidator::create();
  const std::vector<std::string> bodies = {
      "{}",
      R"({"title":5,"summary":{},"links":[{"url":"x"},3],"fee":{"amount":"많이"},"fields":["99"],
        "keywords":["a","a"],"unheard of":[],"status":{"code":"ended"},"contact":{"phone":"010-1234-5678"},
        "outcomes":[{"value":"x"}],"decision":7,"channels":[{"kind":"online"}],"practice":{"id":"x"}})"};
  for (const std::string& type : written_types()) {
    for (const std::string& body : bodies) {
      const auto faults = validator->check(type, body);
      ASSERT_THAT(faults, Not(IsEmpty()));
      const FormView view = make_entry_form(type, body, faults, Language::kKo, some_regions());
      const HtmlForm page = page_of(view);
      expect_well_made(page, type);
      EXPECT_EQ(view.faults.size(), faults.size());
      EXPECT_EQ(page.links.size(), faults.size());
      for (const FormFault& fault : view.faults) {
        EXPECT_THAT(fault.words, Not(HasSubstr("schema."))) << type;
        EXPECT_THAT(page.words, HasSubstr(fault.words));
      }
    }
  }
}

/// Pointers of what is folded away.
std::vector<std::string> folded(const FormView& view) {
  std::vector<std::string> pointers;
  for (const FormSection& section : view.sections) {
    for (const FormPart& part : section.folded) pointers.push_back(part.pointer);
  }
  return pointers;
}

TEST(EntryFormPageTest, WhatMayStayEmptyAndIsFoldsAway) {
  const FormView blank = make_entry_form("practice", "{}", {}, Language::kKo, {});
  EXPECT_THAT(folded(blank), Contains("/keywords"));
  EXPECT_THAT(folded(blank), Not(Contains("/title")));
  for (const FormSection& section : blank.sections) {
    for (const FormPart& part : section.folded) EXPECT_FALSE(part.required) << part.pointer;
  }
  const FormView written =
      make_entry_form("practice", R"({"keywords":["주차"]})", {}, Language::kKo, {});
  EXPECT_THAT(folded(written), Not(Contains("/keywords")));
  EXPECT_EQ(folded(written).size() + 1, folded(blank).size());
  const FormView faulty = make_entry_form(
      "practice", "{}",
      {{FaultSeverity::kWarning, "/keywords", "", "schema.warning.online-only", {}}}, Language::kKo,
      {});
  EXPECT_THAT(folded(faulty), Not(Contains("/keywords")));
  const FormView asked = make_entry_form("practice", "{}", {}, Language::kKo, {}, "/keywords");
  EXPECT_THAT(folded(asked), Not(Contains("/keywords")));
}

TEST(EntryFormPageTest, HelpOfARegionStandsAtRegionsOnly) {
  for (const std::string& type : written_types()) {
    const FormView view = make_entry_form(type, "{}", {}, Language::kKo, {});
    const auto check = [&](const auto& self, const std::vector<FormPart>& parts) -> void {
      for (const FormPart& part : parts) {
        const bool region = part.pointer.find("region") != std::string::npos;
        EXPECT_TRUE(region || part.help.find("법정동") == std::string::npos) << part.pointer;
        self(self, part.parts);
      }
    };
    for (const FormSection& section : view.sections) {
      check(check, section.parts);
      check(check, section.folded);
    }
  }
}

TEST(EntryFormPageTest, SaysFaultsInTheWordsOfTheForm) {
  const FormView view = make_entry_form(
      "service", R"({"links":[{"url":"https://a.example/"},{"rel":"law","url":"x"}]})",
      {{FaultSeverity::kError, "/links/1/url", "", "schema.pattern.url", {}},
       {FaultSeverity::kError, "/title", "", "schema.fault.missing", {}},
       {FaultSeverity::kWarning, "/channels", "", "schema.warning.online-only", {}},
       {FaultSeverity::kError, "", "", "schema.fault.wrong-type", {}}},
      Language::kKo, {});
  // In the order of the page.
  ASSERT_EQ(view.faults.size(), 4U);
  EXPECT_EQ(view.faults[0].id, "");
  EXPECT_THAT(view.faults[1].words, HasSubstr("제목: 꼭 채워야 합니다."));
  EXPECT_EQ(view.faults[1].id, "f-title-ko");
  EXPECT_TRUE(view.faults[2].warning);
  EXPECT_THAT(view.faults[3].words, HasSubstr("관련 주소 2 › 주소: "));
  EXPECT_EQ(view.faults[3].id, "f-links-1-url");
  const HtmlForm page = page_of(view);
  const HtmlControl* url = control_named(page, "/links/1/url");
  ASSERT_NE(url, nullptr);
  EXPECT_THAT(url->described_by, testing::Contains("f-links-1-url.fault"));
}

TEST(EntryFormPageTest, HasALabelAndAWordForEverythingInBothLanguages) {
  std::set<std::string> wordless;
  const auto check = [&](const auto& self, const std::vector<FormPart>& parts) -> void {
    for (const FormPart& part : parts) {
      const std::string token = part.pointer.substr(part.pointer.rfind('/') + 1);
      if (part.label == token && token != "SHA-256") wordless.insert(part.pointer);
      for (const auto& option : part.options)
        if (!option.value.empty() && option.label == option.value)
          wordless.insert(part.pointer + "=" + option.value);
      self(self, part.parts);
    }
  };
  for (const auto& [type, body] : example_of_each_type()) {
    for (const Language language : {Language::kKo, Language::kEn}) {
      const FormView view = make_entry_form(type, body, {}, language, {});
      for (const FormSection& section : view.sections) {
        check(check, section.parts);
        check(check, section.folded);
      }
    }
  }
  EXPECT_THAT(wordless, IsEmpty());
}

// A help text for a field that does not exist is one that nobody reads.
TEST(EntryFormPageTest, UsesEveryTextOfItsArea) {
  std::string said;
  const auto note = [&](const auto& self, const std::vector<FormPart>& parts) -> void {
    for (const FormPart& part : parts) {
      said += part.label + "\n" + part.help + "\n";
      self(self, part.parts);
    }
  };
  auto entries = example_of_each_type();
  for (const std::string& type : written_types()) entries.emplace_back(type, "{}");
  entries.emplace_back("service", R"({"processingTime":"x","modified":"x","links":[{"url":""}],
      "regions":[{"code":"x","scheme":"y"}],"reviewedAt":"x"})");
  entries.emplace_back("practice", R"({"sites":[{"region":{"scheme":"y","asOf":"x"}}]})");
  for (const auto& [type, body] : entries) {
    const FormView view = make_entry_form(type, body, {}, Language::kEn, {});
    for (const FormSection& section : view.sections) {
      note(note, section.parts);
      note(note, section.folded);
    }
  }
  for (const auto key : text_keys(Language::kEn)) {
    if (!key.starts_with("form.help.") && !key.starts_with("form.label.")) continue;
    EXPECT_THAT(said, HasSubstr(text(Language::kEn, key))) << key;
  }
}

TEST(EntryFormPageTest, SaysWhatIsRequiredAndInWhichLanguageOneWrites) {
  PageFrame frame;
  const std::string html =
      render_entry_form(frame, make_entry_form("service", "{}", {}, Language::kKo, some_regions()));
  EXPECT_THAT(html, HasSubstr("<legend>제목 <span class=\"must\">(필수)</span></legend>"));
  EXPECT_THAT(
      html,
      HasSubstr(
          "id=\"f-title-en\" name=\"/title/en\" value=\"\" autocomplete=\"off\" lang=\"en\""));
  EXPECT_THAT(html, HasSubstr("<legend>이용료</legend>"));
  // A field of a group that may be left out is not required.
  EXPECT_THAT(html, Not(HasSubstr("name=\"/fee/amount\" value=\"\" aria-required")));
  EXPECT_THAT(
      html, HasSubstr("<select id=\"f-status-code\" name=\"/status/code\" aria-required=\"true\""));
}

TEST(EntryFormPageTest, PressesNoButtonOfAListByTheEnterKey) {
  const HtmlForm page = page_of("service", "{}");
  ASSERT_THAT(page.buttons, Not(IsEmpty()));
  EXPECT_EQ(page.buttons.front(), "=");
}

TEST(EntryFormPageTest, UnknownTypesHaveNoForm) {
  EXPECT_THAT(make_entry_form("rumour", "{}", {}, Language::kKo, {}).sections, IsEmpty());
  EXPECT_EQ(body_from_form("rumour", {}, "{}").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(body_from_form("common", {}, "{}").error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace dure::node
