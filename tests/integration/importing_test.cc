// SPDX-License-Identifier: Apache-2.0
// `dure import` on a real node: what a dry run tells is what an import does, it writes nothing, and
// a second import changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"

namespace dure::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ImportingTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program dure was not built";
    const auto made = run_dure({"init", "--data", data_, "--origin", "suwon.go.kr/dure/1", "--name",
                                "수원시", "--region", "41110"});
    ASSERT_EQ(made.code, 0) << made.err;
  }

  /// Every file of the data folder with its bytes, but for the lock, which names the process that
  /// last held the folder.
  std::map<std::string, std::string> folder() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data_)) {
      if (entry.is_regular_file() && entry.path().filename() != "lock")
        files[entry.path().filename().string()] = read_file(entry.path().string());
    }
    return files;
  }

  Outcome import(std::vector<std::string> words, const std::vector<std::string>& further = {}) {
    words.insert(words.begin(), "import");
    words.insert(words.end(), {"--data", data_});
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words);
  }
  json import_json(const std::vector<std::string>& words,
                   const std::vector<std::string>& further = {}) {
    auto with = further;
    with.emplace_back("--json");
    const auto outcome = import(words, with);
    const auto answer = json::parse(outcome.out, nullptr, false);
    EXPECT_TRUE(answer.is_array()) << outcome.out << outcome.err;
    return answer.is_array() ? answer.at(0) : json::object();
  }
  /// Outcomes of a dry run by source.
  static std::map<std::string, std::string> outcomes(const json& answer) {
    std::map<std::string, std::string> out;
    for (const auto& record : answer.at("records")) out[record.at("source")] = record.at("outcome");
    return out;
  }

  static json service(const std::string& id, const std::string& name) {
    return {{"서비스ID", id},
            {"서비스명", name},
            {"소관기관명", "경기도 수원시"},
            {"수정일시", "2026-03-01"}};
  }
  std::string page(const std::vector<json>& records) {
    return folder_.file("page.json", json{{"data", records}}.dump());
  }

  TempFolder folder_;
  std::string data_ = folder_.path("node");
};

TEST_F(ImportingTest, ADryRunOfGov24TellsEachRecordAndWritesNothing) {
  auto other = service("3", "다른 곳");
  other["소관기관명"] = "경기도 성남시";
  ASSERT_EQ(import({"gov24", page({service("1", "하나"), service("2", "둘")})}).code, 0);
  auto undated = service("4", "날짜 없음");
  undated["수정일시"] = "어제";
  const auto file =
      page({service("1", "하나"), service("2", "새 이름"), other, undated, service("5", "다섯")});

  const auto before = folder();
  const auto answer = import_json({"gov24", file}, {"--dry-run"});
  const auto text = import({"gov24", file}, {"--dry-run"});
  EXPECT_EQ(folder(), before);
  EXPECT_EQ(outcomes(answer), (std::map<std::string, std::string>{{"gov24:1", "unchanged"},
                                                                  {"gov24:2", "changed"},
                                                                  {"gov24:3", "left"},
                                                                  {"gov24:5", "new"}}));
  EXPECT_EQ(answer.at("records").at(1).at("members"), json({"summary", "title"}));
  EXPECT_EQ(answer.at("invalid").at(0).at("source"), "gov24:4");
  EXPECT_EQ(answer.at("dry_run"), true);
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.out, HasSubstr(", line 2: changed (summary, title): 새 이름 (gov24:2)\n"));
  EXPECT_THAT(text.out, HasSubstr("would be 1 new, 1 updated, 1 unchanged"));
  EXPECT_THAT(text.err, HasSubstr(", line 4 (날짜 없음): "));
}

TEST_F(ImportingTest, WhatADryRunTellsIsWhatHappensAlsoWhileTheNodeServes) {
  const ServeProcess node(data_);
  const auto file = page({service("1", "하나"), service("2", "둘")});
  EXPECT_EQ(import_json({"gov24", file}, {"--dry-run"}).at("published"), 2);
  EXPECT_EQ(import_json({"gov24", file}, {"--dry-run"}).at("published"), 2) << "nothing was stored";
  EXPECT_EQ(import_json({"gov24", file}).at("published"), 2);
  const auto again = import_json({"gov24", file}, {"--dry-run"});
  EXPECT_EQ(again.at("published"), 0);
  EXPECT_EQ(again.at("unchanged"), 2);
}

// The example that officers are told to begin with.
class CsvImportingTest : public ImportingTest {
 protected:
  const std::string map_ = DURE_SOURCE_DIR "/examples/import/cases.toml";
  const std::string table_ = read_file(DURE_SOURCE_DIR "/examples/import/cases.csv");

  std::vector<std::string> words(const std::string& table) {
    return {"csv", folder_.file("cases.csv", table), "--map", map_};
  }
};

TEST_F(CsvImportingTest, ATableIsPublishedOnceAndASecondTimeChangesNothing) {
  const auto before = folder();
  EXPECT_EQ(import_json(words(table_), {"--dry-run"}).at("published"), 2);
  EXPECT_EQ(folder(), before);
  EXPECT_EQ(import_json(words(table_)).at("published"), 2);
  const auto again = import_json(words(table_));
  EXPECT_EQ(again.at("published"), 0);
  EXPECT_EQ(again.at("unchanged"), 2);
  EXPECT_EQ(again.at("size"), 2);
  EXPECT_THAT(run_dure({"search", "--data", data_, "빈자리"}).out,
              HasSubstr("골목 주차 빈자리 안내"));
}

TEST_F(CsvImportingTest, ACorrectedCellIsARevisionOfTheSameRecord) {
  ASSERT_EQ(import_json(words(table_)).at("published"), 2);
  auto corrected = table_;
  const std::string old = "예시시 교통과";
  corrected.replace(corrected.find(old), old.size(), "예시시 주차과");
  const auto told = import_json(words(corrected), {"--dry-run"});
  EXPECT_EQ(outcomes(told),
            (std::map<std::string, std::string>{{"example-cases:2026-01", "changed"},
                                                {"example-cases:2026-02", "unchanged"}}));
  EXPECT_EQ(told.at("records").at(0).at("members"), json({"department"}));
  EXPECT_EQ(told.at("records").at(1).at("line"), 4);
  EXPECT_EQ(import_json(words(corrected)).at("updated"), 1);
}

TEST_F(CsvImportingTest, AFaultIsNamedByLineAndColumnAndNothingIsPublished) {
  auto wrong = table_;
  wrong.replace(wrong.find("2026년 2월 14일"), std::string("2026년 2월 14일").size(), "지난주");
  wrong.replace(wrong.find("061-000-2001"), 12, "010-1234-5678");
  const auto refused = import(words(wrong));
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("line 2"));
  EXPECT_THAT(refused.err, HasSubstr("column “전화”: "));
  EXPECT_THAT(refused.err, HasSubstr("line 4: column “고친 날”: “지난주” is not a date."));
  EXPECT_THAT(run_dure({"status", "--data", data_, "--json"}).out, HasSubstr("\"size\": 0"));
  const auto korean = import(words(wrong), {"--lang", "ko"});
  EXPECT_THAT(korean.err, HasSubstr("4번째 줄: “고친 날” 열: “지난주”은(는) 날짜가 아닙니다."));

  auto half = table_;
  half.replace(half.find("061-000-2001"), 12, "010-1234-5678");
  EXPECT_EQ(import_json(words(half), {"--skip-invalid"}).at("published"), 1);
}

TEST_F(CsvImportingTest, AMapIsAskedForAndItsFaultsAreNamed) {
  EXPECT_EQ(import({"csv", folder_.file("a.csv", table_)}).code, 2);
  const auto map = folder_.file("map.toml", "type = \"service\"\n[source]\ncolumn = 1\n");
  const auto refused = import({"csv", folder_.file("a.csv", table_), "--map", map});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("[source] needs scheme"));
}

}  // namespace
}  // namespace dure::test
