// SPDX-License-Identifier: Apache-2.0
#include "publishing/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dure::node {
namespace {

using testing::ElementsAre;

std::vector<std::vector<std::string>> fields(std::string_view text) {
  std::vector<std::vector<std::string>> table;
  auto rows = parse_csv(text);
  if (!rows) return {{rows.error().text, rows.error().args.at(0).second}};
  for (auto& row : *rows) table.push_back(std::move(row.fields));
  return table;
}

TEST(CsvTest, ReadsQuotesLineBreaksAndEmptyFields) {
  EXPECT_THAT(fields("a,b\r\n\"x\"\"y\",\"1\n2\"\r\n,\n"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("x\"y", "1\n2"), ElementsAre("", "")));
  EXPECT_THAT(fields("a,\"\""), ElementsAre(ElementsAre("a", "")));
  EXPECT_THAT(fields("\xEF\xBB\xBF가\r나\n\n다"),
              ElementsAre(ElementsAre("가"), ElementsAre("나"), ElementsAre("다")));
  EXPECT_TRUE(fields("").empty());
}

TEST(CsvTest, CountsLinesInsideQuotes) {
  const auto rows = parse_csv("a\n\"1\n2\n3\"\nb");
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(1).line, 2U);
  EXPECT_EQ(rows->at(2).line, 5U);
}

TEST(CsvTest, NamesTheLineOfAFault) {
  EXPECT_THAT(fields("a\n\"x\"y,b"), ElementsAre(ElementsAre("schema.csv.quote", "2")));
  EXPECT_THAT(fields("a\nb,\"x\n\n"), ElementsAre(ElementsAre("schema.csv.open-quote", "2")));
  EXPECT_THAT(fields(std::string_view("a\0b", 3)), ElementsAre(ElementsAre("schema.csv.nul", "1")));
}

TEST(CsvTest, BoundsFieldsAndColumns) {
  EXPECT_THAT(fields(std::string(kMaxCsvFieldBytes + 1, 'x')),
              ElementsAre(ElementsAre("schema.csv.field", "1")));
  EXPECT_THAT(fields(std::string(kMaxCsvColumns, ',')),
              ElementsAre(ElementsAre("schema.csv.columns", "1")));
  EXPECT_EQ(fields(std::string(kMaxCsvColumns - 1, ',')).at(0).size(), kMaxCsvColumns);
}

}  // namespace
}  // namespace dure::node
