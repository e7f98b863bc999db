// SPDX-License-Identifier: Apache-2.0
// `dure import` on a real node: what a dry run tells is what an import does, it writes nothing, and
// a second import changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"
#include "support/scripted_server.h"

namespace dure::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

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
  EXPECT_THAT(text.out, HasSubstr(", service 2: changed (summary, title): 새 이름 (gov24:2)\n"));
  EXPECT_THAT(text.out, HasSubstr("would be 1 new, 1 updated, 1 unchanged"));
  EXPECT_THAT(text.err, HasSubstr(", service 4 (날짜 없음): "));
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

TEST_F(ImportingTest, ListDetailAndConditionsBecomeOneEntry) {
  const auto list = page({service("1", "청년 월세")});
  auto more = service("1", "청년 월세");
  more["구비서류"] = "신청서";
  const auto detail = folder_.file("detail.json", json{{"data", json::array({more})}}.dump());
  const json codes = {{"서비스ID", "1"}, {"JA0110", 19}, {"JA0111", 34}, {"비고", "x"}};
  const auto conditions = folder_.file("codes.json", json{{"data", json::array({codes})}}.dump());
  ASSERT_EQ(import_json({"gov24", list, detail, conditions}).at("published"), 1);
  for (const auto& file : {list, detail, conditions}) {
    const auto again = import_json({"gov24", file});
    EXPECT_EQ(again.at("unchanged"), 1) << file;
    EXPECT_EQ(again.at("size"), 1);
  }
  EXPECT_EQ(import_json({"gov24", conditions}).at("unknown"), json({"비고"}));
  more["구비서류"] = "신청서||신분증";
  const auto changed = folder_.file("detail.json", json{{"data", json::array({more})}}.dump());
  EXPECT_EQ(import_json({"gov24", list, changed}, {"--dry-run"}).at("records").at(0).at("members"),
            json({"requiredDocuments"}));
}

constexpr const char* kCatalogue = R"(@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://data.example/1> a dcat:Dataset ; dct:title "주차장 현황" ; dct:modified "2026-03-01" ;
  dct:publisher "경기도 수원시" ; dct:license "공공누리 제1유형" ;
  dcat:distribution [ dcat:accessURL <https://data.example/1.csv> ] .
<https://data.example/2> a dcat:Dataset ; dct:title "다른 시의 자료" ; dct:modified "2026-03-01" ;
  dct:publisher "경기도 성남시" .
<https://data.example/3> a dcat:Dataset ; dct:title "조건 없음" ; dct:modified "2026-03-01" ;
  dct:publisher "경기도 수원시" ; dcat:distribution [ dcat:accessURL <https://data.example/3.csv> ] .
)";

TEST_F(ImportingTest, ACatalogueIsPublishedOnceAndWhatIsMissingIsSaid) {
  const auto file = folder_.file("catalogue.ttl", kCatalogue);
  const auto before = folder();
  const auto told = import({"dcat", file}, {"--dry-run"});
  EXPECT_EQ(folder(), before);
  EXPECT_EQ(told.code, 1);
  EXPECT_THAT(told.out, HasSubstr("catalogue.ttl, dataset 1: new: 주차장 현황"));
  EXPECT_THAT(told.out, HasSubstr("dataset 2: left: of another government: 다른 시의 자료"));
  EXPECT_THAT(told.err, HasSubstr("dataset 3 (조건 없음): It does not say how it may be used."));
  EXPECT_THAT(told.out, Not(HasSubstr("--all")));
  EXPECT_EQ(import({"dcat", file}).code, 1);
  EXPECT_THAT(run_dure({"status", "--data", data_, "--json"}).out, HasSubstr("\"size\": 0"));
  EXPECT_EQ(import_json({"dcat", file}, {"--licence", "kogl-1"}).at("published"), 2);
  const auto again = import_json({"dcat", file}, {"--licence", "kogl-1"});
  EXPECT_EQ(again.at("unchanged"), 2);
  EXPECT_EQ(again.at("left"), 1);
  EXPECT_EQ(again.at("size"), 2);
}

TEST_F(ImportingTest, WhenAllIsOfAnotherGovernmentTheRemedyIsSaid) {
  auto other = service("3", "다른 곳");
  other["소관기관명"] = "수원시";  // without the province: several have names that begin so
  const auto told = import({"gov24", page({other})});
  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.out, HasSubstr("begins like “경기도 수원시”"));
  EXPECT_THAT(told.out, HasSubstr("--all"));
}

TEST_F(ImportingTest, ACatalogueIsFetchedFromItsAddressAndARedirectIsNotFollowed) {
  int port = 0;
  const int listener = node::listen_tcp(port);
  const node::ScriptedServer server(listener, [](int socket, int) {
    const auto head = node::hear(socket);
    const std::string body = kCatalogue;
    if (head.starts_with("GET /catalogue.ttl?page=1 ")) {
      node::say(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n\r\n" + body);
    } else {
      node::say(socket,
                "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: "
                "http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n");
    }
  });
  const auto at = "http://127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(import_json({"dcat", at + "/catalogue.ttl?page=1#x"}, {"--licence", "kogl-1"})
                .at("published"),
            2);
  const auto redirected = import({"dcat", at + "/moved"});
  EXPECT_NE(redirected.code, 0);
  EXPECT_THAT(redirected.err, HasSubstr(at + "/moved"));
}

TEST_F(ImportingTest, ACatalogueThatWouldDoHarmIsRefusedWithAReason) {
  const auto remote = folder_.file("a.jsonld", R"({"@context":"https://evil.example/c"})");
  EXPECT_THAT(import({"dcat", remote}).err, HasSubstr("https://evil.example/c and is not fetched"));
  const auto bomb = folder_.file("a.rdf", "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>");
  EXPECT_THAT(import({"dcat", bomb}).err, HasSubstr("document type"));
  const auto packed = folder_.file("a.zip", "PK\x03\x04");
  EXPECT_THAT(import({"dcat", packed}).err, HasSubstr("Unpack it first"));
  EXPECT_THAT(import({"dcat", "http://127.0.0.1:1/catalogue.ttl"}).err,
              HasSubstr("http://127.0.0.1:1/catalogue.ttl"));
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
