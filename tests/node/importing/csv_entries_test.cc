// SPDX-License-Identifier: Apache-2.0
#include "importing/csv_entries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/cp949.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

std::string contents(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class CsvEntriesTest : public testing::Test {
 protected:
  void SetUp() override { validator_ = *EntryValidator::create(); }

  CsvMap map(const std::string& columns, const std::string& constants = {}) {
    auto made = parse_csv_map(
        "type = \"service\"\n[source]\nscheme = \"own\"\ncolumn = \"번호\"\n[columns]\n" + columns +
            "\n[constants]\n" + constants,
        *validator_);
    EXPECT_TRUE(made) << made.error().detail;
    return made ? *made : CsvMap();
  }
  static Json body(const CsvMap& by, std::string_view file) {
    const auto table = read_csv_entries(file, by);
    EXPECT_TRUE(table) << table.error().detail;
    if (!table || table->entries.empty()) return {};
    EXPECT_THAT(table->faults, IsEmpty());
    return Json::parse(table->entries.at(0).document.body);
  }
  /// "line column text" of the first fault, or the error of the file.
  static std::string fault(const CsvMap& by, std::string_view file) {
    const auto table = read_csv_entries(file, by);
    if (!table) return table.error().text;
    if (table->faults.empty()) return "accepted";
    const auto& first = table->faults.at(0);
    return std::to_string(first.line) + " " + first.column + " " + first.fault.text;
  }

  std::unique_ptr<EntryValidator> validator_;
};

TEST_F(CsvEntriesTest, TheExampleBecomesValidEntries) {
  const std::string folder = DURE_SOURCE_DIR "/examples/import/";
  const auto by = parse_csv_map(contents(folder + "cases.toml"), *validator_);
  ASSERT_TRUE(by) << by.error().detail;
  const auto table = read_csv_entries(contents(folder + "cases.csv"), *by);
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_THAT(table->faults, IsEmpty());
  ASSERT_THAT(table->entries, SizeIs(2));
  for (const auto& entry : table->entries) {
    const auto faults = validator_->check("practice", entry.document.body);
    EXPECT_FALSE(has_error(faults)) << faults.at(0).pointer << " " << faults.at(0).text;
  }
  EXPECT_EQ(table->entries[0].document.source, "example-cases:2026-01");
  EXPECT_EQ(table->entries[1].line, 4U) << "a cell of the first row has two lines";
  const auto first = Json::parse(table->entries[0].document.body);
  EXPECT_EQ(first["fields"], Json({"2", "4"}));
  EXPECT_EQ(first["modified"], "2026-03-01");
  EXPECT_EQ(first["cost"]["capital"], 38500000);
  EXPECT_EQ(
      first["outcomes"],
      Json::parse(
          R"([{"indicator":{"ko":"주차까지 걸린 시간"},"baseline":11.5,"value":4,"unit":"분"}])"));
  EXPECT_EQ(first["whatWasDone"]["ko"],
            "주차면 120곳에 감지기를 달았다.\n전광판 네 곳에 빈자리 수를 보였다.");
}

TEST_F(CsvEntriesTest, EveryEncodingGivesTheSameBytes) {
  const auto by = map("\"이름\" = \"title.ko\"");
  const std::string file = "번호,이름\r\n1,\"주차, 안내\"\r\n";
  const auto expected = body(by, file);
  EXPECT_EQ(expected["title"]["ko"], "주차, 안내");
  EXPECT_EQ(body(by, "\xEF\xBB\xBF" + file), expected);
  EXPECT_EQ(body(by, to_cp949(file)), expected);
  EXPECT_EQ(read_csv_entries(to_cp949(file), by)->encoding, TextEncoding::kCp949);
  EXPECT_EQ(fault(by, std::string("\xFF\xFE", 2) + file), "schema.file.utf16");
}

TEST_F(CsvEntriesTest, ListsAreSplitAndZipped) {
  const auto by =
      map("\"링크\" = {member = \"links.*.url\", split = \";\"}\n"
          "\"뜻\" = {member = \"links.*.rel\", split = \";\"}\n"
          "\"검색어\" = {member = \"keywords.*\", split = \";\"}\n\"또\" = \"keywords.*\"");
  const auto made =
      body(by, "번호,링크,뜻,검색어,또\n1,http://a.kr/;http://b.kr/,about;law,가;나;가,다\n");
  EXPECT_EQ(
      made["links"],
      Json::parse(R"([{"rel":"about","url":"http://a.kr/"},{"rel":"law","url":"http://b.kr/"}])"));
  EXPECT_EQ(made["keywords"], Json({"가", "나", "다"}));
}

TEST_F(CsvEntriesTest, OnlyLongTextsKeepTheirLineBreaks) {
  const auto made = body(map("\"이름\" = \"title.ko\"\n\"설명\" = \"description.ko\""),
                         "번호,이름,설명\n1,\"가\n나\",\"다\r\n라\"\n");
  EXPECT_EQ(made["title"]["ko"], "가 나");
  EXPECT_EQ(made["description"]["ko"], "다\n라");
}

TEST_F(CsvEntriesTest, WhereAWholeNumberIsWantedAFractionIsAFault) {
  const auto by = parse_csv_map(
      "type = \"practice\"\n[source]\nscheme = \"own\"\ncolumn = \"번호\"\n"
      "[columns]\n\"수준\" = \"evidenceLevel\"",
      *validator_);
  ASSERT_TRUE(by) << by.error().detail;
  EXPECT_EQ(body(*by, "번호,수준\n1,2\n")["evidenceLevel"], 2);
  EXPECT_EQ(fault(*by, "번호,수준\n1,1.5\n"), "2 수준 schema.cell.number");
}

TEST_F(CsvEntriesTest, TheNumberOfTheRowStandsBeforeConstantIdentifiers) {
  const auto by =
      map("\"이름\" = \"title.ko\"", "identifiers = [{ scheme = \"group\", value = \"9\" }]");
  EXPECT_EQ(body(by, "번호,이름\n1,가\n")["identifiers"],
            Json::parse(R"([{"scheme":"own","value":"1"},{"scheme":"group","value":"9"}])"));
}

TEST_F(CsvEntriesTest, AColumnWinsOverAConstantAndAnEmptyCellDoesNot) {
  const auto by = map("\"상태\" = \"status.code\"", "status.code = \"running\"");
  EXPECT_EQ(body(by, "번호,상태\n1,ended\n")["status"]["code"], "ended");
  EXPECT_EQ(body(by, "번호,상태\n1,\n")["status"]["code"], "running");
}

TEST_F(CsvEntriesTest, NamesLineAndColumnOfEachFault) {
  const auto by =
      map("\"날\" = \"modified\"\n\"값\" = \"fee.amount\"\n\"상시\" = \"deadline.always\"\n"
          "\"대상\" = {member = \"audiences.*\", split = \";\", words = {\"노인\" = \"elderly\"}}\n"
          "\"이름\" = \"title.ko\"");
  const std::string head = "번호,날,값,상시,대상,이름\n";
  EXPECT_EQ(fault(by, head + "1,어제,,,,\n"), "2 날 schema.cell.date");
  EXPECT_EQ(fault(by, head + "1,,삼만,,,\n"), "2 값 schema.cell.number");
  EXPECT_EQ(fault(by, head + "1,,,글쎄,,\n"), "2 상시 schema.cell.yes-no");
  EXPECT_EQ(fault(by, head + "1,,,,노인;학생,\n"), "2 대상 schema.cell.word");
  EXPECT_EQ(fault(by, head + "1,,,,,=A1\n"), "2 이름 schema.cell.formula");
  EXPECT_EQ(fault(by, head + "1,,,,,#REF!\n"), "2 이름 schema.cell.formula");
  EXPECT_EQ(fault(by, head + ",,,,,가\n"), "2 번호 schema.cell.no-source");
  EXPECT_EQ(fault(by, head + "1,,,,,가,남는 칸\n"), "2  schema.cell.width");
  EXPECT_EQ(fault(by, head + "1,,,,,가,,\n1"), "accepted") << "empty cells at the end are nothing";
  EXPECT_EQ(read_csv_entries(head + "1,어제,삼만,,,\n2,,,,,가\n", by)->faults.size(), 2U);
  EXPECT_EQ(read_csv_entries(head + "1,어제,삼만,,,\n2,,,,,가\n", by)->entries.size(), 1U);
}

TEST_F(CsvEntriesTest, RefusesTablesThatCannotBeRead) {
  const auto by = map("\"이름\" = \"title.ko\"");
  EXPECT_EQ(fault(by, ""), "schema.file.empty");
  EXPECT_EQ(fault(by, "번호,제목\n1,가\n"), "schema.cell.columns");
  EXPECT_EQ(fault(by, "번호\t이름\n1\t가\n"), "schema.cell.separator");
  EXPECT_EQ(fault(by, "번호;이름\n1;가\n"), "schema.cell.separator");
  EXPECT_EQ(fault(by, "번호\n1\n"), "schema.cell.columns");
  EXPECT_EQ(fault(by, "번호,이름,이름\n1,가,나\n"), "schema.cell.column-twice");
  EXPECT_EQ(fault(by, std::string("PK\x03\x04\0\0", 6)), "schema.file.not-text");
  EXPECT_EQ(fault(by, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "schema.file.not-text");
  EXPECT_EQ(fault(by, "번호,이름\n1,\"가\n"), "schema.csv.open-quote");
  EXPECT_EQ(fault(by, std::string("번호,이름\n1,\0\n", 17)), "schema.csv.nul");
  EXPECT_EQ(fault(by, "번호,이름\n1," + std::string(65 * 1024, 'x')), "schema.csv.field");
  EXPECT_EQ(fault(by, std::string(kMaxCsvFileBytes + 1, ' ')), "schema.gov24.too-large");
}

TEST_F(CsvEntriesTest, FindsTheColumnOfAPlace) {
  const auto by =
      map("\"전화\" = \"channels.*.phone\"\n\"이름\" = \"title.ko\"\n\"둘째\" = \"links.1.url\"");
  EXPECT_EQ(column_of(by, "/channels/3/phone"), "전화");
  EXPECT_EQ(column_of(by, "/title/ko"), "이름");
  EXPECT_EQ(column_of(by, "/title"), "이름");
  EXPECT_EQ(column_of(by, "/links/1/url"), "둘째");
  EXPECT_EQ(column_of(by, "/links/0/url"), "");
  EXPECT_EQ(column_of(by, "/identifiers/0/value"), "번호");
  EXPECT_EQ(column_of(by, "/contact"), "");
  EXPECT_EQ(column_of(by, ""), "");
}

}  // namespace
}  // namespace dure::node
