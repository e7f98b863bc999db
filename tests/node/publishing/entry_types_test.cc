// SPDX-License-Identifier: Apache-2.0
// docs/entry-types.md is what schemas, labels and examples say, and every example obeys its schema.
#include "dure/entry_types.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "publishing/embedded_schemas.h"
#include "publishing/entry_document.h"
#include "publishing/entry_validation.h"
#include "web/entry_view.h"
#include "web/texts.h"

namespace dure::node {
namespace {

using Json = nlohmann::ordered_json;

std::string read_file(const std::string& path) {
  std::stringstream contents;
  contents << std::ifstream(path).rdbuf();
  return contents.str();
}

std::string source(const std::string& path) { return std::string(DURE_SOURCE_DIR) + '/' + path; }

Json schema_of(std::string_view type) {
  for (const EmbeddedFile& file : embedded_schemas()) {
    if (file.name == std::string(type) + ".schema.json") return Json::parse(file.contents);
  }
  return {};
}

std::string label(Language language, const std::string& member) {
  for (const char* group : {"pages.field.", "schema.field."}) {
    if (has_text(language, group + member)) return text(language, group + member);
  }
  return {};
}

/// "longText", or what the schema says in place.
std::string form_of(const Json& schema) {
  if (schema.contains("$ref")) {
    const auto reference = schema["$ref"].get<std::string>();
    return reference.substr(reference.rfind('/') + 1);
  }
  if (schema.contains("enum")) {
    std::string list;
    for (const auto& value : schema["enum"])
      list += (list.empty() ? "" : ", ") + value.get<std::string>();
    return list;
  }
  std::string form = schema.value("type", "");
  if (form == "array") {
    const std::string item = form_of(schema["items"]);
    return "list of " + (item == "object" ? "objects" : item);
  }
  return form;
}

std::string describe(std::string_view type) {
  const Json schema = schema_of(type);
  const std::string name(type);
  std::string out = "\n## " + name + " · " + text(Language::kKo, "pages.type." + name) + " · " +
                    text(Language::kEn, "pages.type." + name) + "\n\n" +
                    schema["description"].get<std::string>() + "\n\n" +
                    "| member | 한국어 | English | required | form |\n|---|---|---|---|---|\n";
  for (const auto& [member, value] : schema["properties"].items()) {
    bool required = false;
    for (const auto& needed : schema["required"]) required = required || needed == member;
    out += "| `" + member + "` | " + label(Language::kKo, member) + " | " +
           label(Language::kEn, member) + " | " + (required ? "yes" : "") + " | " + form_of(value) +
           " |\n";
  }
  const auto example = read_file(source("examples/data/entry-types/" + name + ".json"));
  return out + "\n```json\n" + example + "```\n";
}

std::string guide() {
  std::string out =
      "# Entry types · 항목의 종류\n\n"
      "What the body of each type holds. The rules are the JSON Schemas in "
      "`federation-protocol/schemas` and PROTOCOL.md §5.6; this page is made from them by a test. "
      "Forms such as `longText` or `references` stand in `common.schema.json`. Every text is "
      "written `{\"ko\": \"…\", \"en\": \"…\"}`, in one language or both.\n\n"
      "종류마다 본문에 무엇을 적는지 보여 줍니다. 규칙은 `federation-protocol/schemas`의 JSON "
      "스키마와 "
      "PROTOCOL.md 5.6절입니다. 이 문서는 거기에서 만들어집니다.\n";
  for (const std::string_view type : kShownTypes) out += describe(type);
  return out;
}

TEST(EntryTypesTest, EveryTypeHasASchemaAWordAndLabels) {
  for (const std::string_view type : kShownTypes) {
    const Json schema = schema_of(type);
    ASSERT_FALSE(schema.is_null()) << type;
    for (const auto language : {Language::kKo, Language::kEn}) {
      EXPECT_TRUE(has_text(language, "pages.type." + std::string(type))) << type;
      for (const auto& [member, value] : schema["properties"].items())
        EXPECT_FALSE(label(language, member).empty()) << type << ' ' << member;
    }
  }
}

TEST(EntryTypesTest, WhoErrsIsToldAllTypes) {
  const auto validator = EntryValidator::create([](std::string_view) { return true; });
  ASSERT_TRUE(validator);
  const EntryFault fault = (*validator)->check("practise", "{}").at(0);
  std::istringstream lines(R"({"title":{"ko":"가"}})");
  TextArguments missing;
  ASSERT_TRUE(read_entry_documents(lines, [&](const ReadEntry& entry) {
    EXPECT_EQ(entry.document.error().text, "schema.entry.type-missing");
    missing = entry.document.error().args;
    return true;
  }));
  for (const auto language : {Language::kKo, Language::kEn}) {
    for (const std::string& said : {text(language, fault.text, fault.args),
                                    text(language, "schema.entry.type-missing", missing)}) {
      for (const std::string_view type : kShownTypes)
        EXPECT_NE(said.find(type), std::string::npos) << said;
      EXPECT_EQ(said.find('{'), std::string::npos) << said;
    }
  }
}

TEST(EntryTypesTest, WordsForTypesAreNeverKeys) {
  for (const auto language : {Language::kKo, Language::kEn}) {
    std::set<std::string> words;
    for (const std::string_view type : kShownTypes) words.insert(type_in_words(type, language));
    for (const char* type : {"withdraw", "erase", "later-type"})
      words.insert(type_in_words(type, language));
    EXPECT_EQ(words.size(), kShownTypes.size() + 3);
    for (const std::string& word : words) EXPECT_EQ(word.find("pages."), std::string::npos) << word;
  }
}

TEST(EntryTypesTest, EveryExampleIsValidAndIsShownWithoutALeftover) {
  const auto validator = EntryValidator::create([](std::string_view) { return true; });
  ASSERT_TRUE(validator);
  for (const std::string_view type : kShownTypes) {
    const auto body = read_file(source("examples/data/entry-types/" + std::string(type) + ".json"));
    for (const EntryFault& fault : (*validator)->check(type, body))
      ADD_FAILURE() << type << fault.pointer << ' ' << fault.text;
    for (const auto language : {Language::kKo, Language::kEn}) {
      const auto view = make_entry_view(type, body, language, {});
      ASSERT_TRUE(view) << type;
      for (const SectionView& section : view->sections)
        EXPECT_NE(section.title, text(language, "pages.section.other")) << type;
    }
  }
}

TEST(EntryTypesTest, TheGuideIsWhatTheSchemasSay) {
  const std::string path = source("docs/entry-types.md");
  const std::string expected = guide();
  if (std::getenv("DURE_UPDATE_REFERENCE") != nullptr) std::ofstream(path) << expected;
  EXPECT_EQ(read_file(path), expected)
      << "run this test with DURE_UPDATE_REFERENCE=1 to write the guide anew";
}

}  // namespace
}  // namespace dure::node
