// SPDX-License-Identifier: Apache-2.0
#include "importing/csv_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dure/entry_types.h"

namespace dure::node {
namespace {

using testing::ElementsAre;

class CsvMapTest : public testing::Test {
 protected:
  static const EntryValidator& validator() {
    static const auto made = *EntryValidator::create();
    return *made;
  }
  static std::string refusal(const std::string& text) {
    const auto map = parse_csv_map(text, validator());
    return map ? "accepted" : map.error().text;
  }
  /// A map in which only `columns` is of interest.
  static std::string with(const std::string& columns, const std::string& type = "service") {
    return "type = \"" + type + "\"\n[source]\nscheme = \"own\"\ncolumn = \"번호\"\n[columns]\n" +
           columns;
  }
};

TEST_F(CsvMapTest, ReadsMembersSplitsWordsAndConstants) {
  const auto map = parse_csv_map(
      "\xEF\xBB\xBF" + with("\"이름\" = \"title.ko\"\n"
                            "\"대상\" = {member = \"audiences.*\", split = \";\", "
                            "words = {\"노인\" = \"elderly\"}}\n"
                            "\"날\" = [\"modified\", \"reviewedAt\"]\n"
                            "[constants]\nstatus.code = \"running\"\nissued = 2026-03-01\n"),
      validator());
  ASSERT_TRUE(map) << map.error().detail;
  EXPECT_EQ(map->type, "service");
  EXPECT_EQ(map->scheme, "own");
  EXPECT_EQ(map->source_column, "번호");
  EXPECT_EQ(map->constants, R"({"issued":"2026-03-01","status":{"code":"running"}})");
  ASSERT_EQ(map->targets.size(), 4U);
  std::vector<std::string> members;
  for (const auto& target : map->targets) members.push_back(target.member);
  EXPECT_THAT(members,
              testing::UnorderedElementsAre("title.ko", "audiences.*", "modified", "reviewedAt"));
}

TEST_F(CsvMapTest, KnowsWhatTheSchemaWants) {
  using Kind = MemberShape::Kind;
  const auto kind = [](const char* type, const char* pointer) {
    const auto shape = validator().shape_at(type, pointer);
    return shape ? std::optional(shape->kind) : std::nullopt;
  };
  EXPECT_EQ(kind("service", "/modified"), Kind::kMoment);
  EXPECT_EQ(kind("service", "/reviewedAt"), Kind::kDate);
  EXPECT_EQ(kind("service", "/deadline/always"), Kind::kYesNo);
  EXPECT_EQ(kind("service", "/fee/amount"), Kind::kNumber);
  EXPECT_EQ(kind("practice", "/evidenceLevel"), Kind::kInteger);
  EXPECT_EQ(kind("service", "/channels"), Kind::kList);
  EXPECT_EQ(kind("service", "/title"), Kind::kObject);
  EXPECT_EQ(kind("service", "/title/fr"), std::nullopt);
  EXPECT_EQ(validator().shape_at("service", "/title/ko")->max_length, 120U);
}

TEST_F(CsvMapTest, EveryTypeThatAnImportCanFindAgainCanBeMapped) {
  for (const auto type : kShownTypes) {
    EXPECT_EQ(refusal(with("\"이름\" = \"title.ko\"\n", std::string(type))),
              type == "notice" ? "schema.map.no-identifiers" : "accepted")
        << type;
  }
}

TEST_F(CsvMapTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal("type ="), "schema.map.syntax");
  EXPECT_EQ(refusal("[=]"), "schema.map.syntax");
  EXPECT_EQ(refusal("a\xFF"), "schema.file.utf8");
  EXPECT_EQ(refusal(std::string(kMaxCsvMapBytes + 1, '#')), "schema.map.too-large");
  EXPECT_EQ(refusal("type = \"erase\""), "schema.map.type");
  EXPECT_EQ(refusal("type = \"service\"\ncolums = 1"), "schema.map.unknown");
  EXPECT_EQ(refusal("type = \"service\""), "schema.map.source");
  for (const auto* scheme :
       {"", "우리", "Own", "1own", "own list", "abcdefghijklmnopqrstuvwxyzabcdefg"})
    EXPECT_EQ(refusal("type = \"service\"\n[source]\nscheme = \"" + std::string(scheme) +
                      "\"\ncolumn = \"번호\"\n[columns]\n\"가\" = \"title.ko\""),
              "schema.map.source")
        << scheme;
  EXPECT_EQ(refusal(with("")), "schema.map.columns");
  EXPECT_EQ(refusal(with("\"가\" = 7")), "schema.map.target");
  EXPECT_EQ(refusal(with("\"가\" = {member = \"title.ko\", spilt = \";\"}")), "schema.map.unknown");
  EXPECT_EQ(refusal(with("\"가\" = \"titel.ko\"")), "schema.map.member");
  EXPECT_EQ(refusal(with("\"가\" = \"keywords.first\"")), "schema.map.member");
  EXPECT_EQ(refusal(with("\"가\" = \"title.*\"")), "schema.map.member");
  EXPECT_EQ(refusal(with("\"가\" = \"title\"")), "schema.map.whole");
  EXPECT_EQ(refusal(with("\"가\" = {member = \"title.ko\", split = \";\"}")), "schema.map.split");
  EXPECT_EQ(refusal(with("\"가\" = \"channels.*.accessibility.*\"")), "schema.map.split");
  EXPECT_EQ(refusal("constants = 7\n" + with("\"가\" = \"title.ko\"")), "schema.map.constants");
  EXPECT_EQ(refusal(with("\"가\" = \"title.ko\"\n[constants]\nlicense = \"kogl-1\"")),
            "schema.map.member");
  const auto map = parse_csv_map(with("\"가\" = \"title.ko\"\n\"나\" = \"titel.ko\""), validator());
  EXPECT_THAT(map.error().args,
              testing::Contains(std::pair<std::string, std::string>("line", "7")));
}

}  // namespace
}  // namespace dure::node
