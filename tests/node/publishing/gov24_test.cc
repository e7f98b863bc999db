// SPDX-License-Identifier: Apache-2.0
#include "publishing/gov24.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "dure/checkpoint.h"
#include "support/cp949.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

std::optional<std::string> region_of(std::string_view agency) {
  static const std::map<std::string, std::string, std::less<>> kRegions = {
      {"경기도 수원시", "41110"}, {"경기도 성남시", "41130"}, {"경기도 안양시", "41170"},
      {"경기도 안성시", "41550"}, {"경기도 오산시", "41370"}, {"경기도", "41000"}};
  const auto found = kRegions.find(agency);
  return found == kRegions.end() ? std::nullopt : std::optional(found->second);
}

/// An own log that remembers what a plan asked to publish.
class MemoryLog final : public OwnLog {
 public:
  void publish(const ImportPlan& plan) {
    for (const auto& entry : plan.entries) {
      bodies_.push_back(entry.body);
      auto& record = by_source_[entry.source];
      record = {entry.id.empty() ? "id-" + entry.source : entry.id, record.rev + 1,
                bodies_.size() - 1, "service", entry.source};
    }
  }
  OwnRecord& record(const std::string& source) { return by_source_.at(source); }
  std::string& stored(const std::string& source) { return bodies_.at(by_source_.at(source).index); }

  std::uint64_t size() override { return bodies_.size(); }
  Result<CompactRange> range() override { return Error{}; }
  Status append(std::uint64_t, std::span<const NewEntry>) override { return Error{}; }
  Result<std::optional<OwnRecord>> find_by_id(std::string_view) override {
    return std::optional<OwnRecord>();
  }
  Result<std::optional<OwnRecord>> find_by_source(std::string_view source) override {
    if (failing) return Error{ErrorCode::kStorage, "disk"};
    const auto found = by_source_.find(source);
    return found == by_source_.end() ? std::optional<OwnRecord>() : std::optional(found->second);
  }
  Result<EntryClass> entry_class(std::uint64_t) override { return EntryClass::kPublic; }
  Result<std::optional<std::string>> body(std::uint64_t index) override {
    return std::optional(bodies_.at(static_cast<std::size_t>(index)));
  }
  Status publish_head(const SignedCheckpoint&) override { return ok(); }
  Result<std::optional<std::string>> published_head() override {
    return std::optional<std::string>();
  }

  bool failing = false;

 private:
  std::vector<std::string> bodies_;
  std::map<std::string, OwnRecord, std::less<>> by_source_;
};

class Gov24Test : public testing::Test {
 protected:
  void SetUp() override {
    validator_ = *EntryValidator::create([](std::string_view code) { return code.size() == 5; });
  }

  Result<Gov24Page> read(std::string_view file, Gov24Options options = {"41110"}) {
    return read_gov24(file, options, region_of, *validator_);
  }
  Json body(std::string_view file) {
    const auto page = read(file);
    EXPECT_TRUE(page);
    EXPECT_EQ(page->entries.size(), 1U);
    return Json::parse(page->entries.at(0).document.body);
  }
  std::string refusal(std::string_view file) {
    const auto page = read(file);
    if (!page) return page.error().text;
    return page->invalid.empty() ? "accepted" : page->invalid.at(0).faults.at(0).text;
  }

  std::unique_ptr<EntryValidator> validator_;
};

Json record() {
  return {{"서비스ID", "374000000021"},
          {"서비스명", "방문  건강관리"},
          {"소관기관명", "경기도 수원시"},
          {"수정일시", "2026-03-01"}};
}
std::string page_of(const std::vector<Json>& records) {
  return Json{{"page", 1}, {"data", records}}.dump();
}

TEST_F(Gov24Test, MapsTheLeastARecordHolds) {
  EXPECT_EQ(body(page_of({record()})),
            Json::parse(
                R"({"contact":{"page":"https://www.gov.kr/portal/service/serviceInfo/374000000021"},
    "department":{"ko":"경기도 수원시"},"identifiers":[{"scheme":"gov24","value":"374000000021"}],"language":"ko",
    "licence":"kogl-1","links":[{"rel":"about","title":{"ko":"정부24 서비스 안내"},"url":"https://www.gov.kr/portal/service/serviceInfo/374000000021"}],
    "modified":"2026-03-01","regions":[{"asOf":"2024-01-01","code":"4111000000","scheme":"bjd"}],
    "status":{"code":"running"},"summary":{"ko":"방문 건강관리"},"title":{"ko":"방문 건강관리"}})"));
}

TEST_F(Gov24Test, MapsEveryColumn) {
  Json full = record();
  full.update(Json{{"지원유형", "의료지원||현금/현물||의료지원"},
                   {"서비스목적요약", "어르신을 돌봅니다."},
                   {"서비스분야", "보건·의료"},
                   {"지원대상", "65세 이상 노인과 등록 장애인"},
                   {"선정기준", "기준"},
                   {"지원내용", "월 2회\r\n방문"},
                   {"신청방법", "방문신청||온라인신청||전화신청"},
                   {"신청기한", "상시신청"},
                   {"전화문의", "담당자/010-1234-5678||보건소/031-000-0000"},
                   {"접수기관", "수원시 보건소"},
                   {"부서명", "건강증진과"},
                   {"상세조회URL", "http://www.gov.kr/x"},
                   {"온라인신청사이트URL", "https://www.gov.kr/y"},
                   {"구비서류", "신청서||신분증"},
                   {"법령", "지역보건법(제11조)"},
                   {"등록일시", "20200101120000"},
                   {"수정일시", "20260301093000"},
                   {"조회수", 12}});
  const Json made = body(page_of({full}));
  EXPECT_EQ(made["keywords"], Json({"의료지원", "현금/현물", "보건·의료"}));
  EXPECT_EQ(made["fields"], Json({"3"}));
  EXPECT_EQ(made["audiences"], Json({"elderly", "disabled"}));
  EXPECT_EQ(made["contact"],
            Json::parse(
                R"({"page":"http://www.gov.kr/x","phone":"031-000-0000","role":{"ko":"보건소"}})"));
  EXPECT_EQ(made["benefits"]["ko"], "월 2회\n방문");
  EXPECT_EQ(made["eligibility"]["criteria"]["ko"], "기준");
  EXPECT_EQ(made["channels"].size(), 3U);
  EXPECT_EQ(made["channels"][0]["place"]["ko"], "수원시 보건소");
  EXPECT_EQ(made["channels"][1]["url"], "https://www.gov.kr/y");
  EXPECT_EQ(made["channels"][2]["phone"], "031-000-0000");
  EXPECT_EQ(made["deadline"]["always"], true);
  EXPECT_EQ(made["requiredDocuments"].size(), 2U);
  EXPECT_EQ(made["legalBasis"][0]["title"]["ko"], "지역보건법(제11조)");
  EXPECT_EQ(made["issued"], "2020-01-01T12:00:00+09:00");
  EXPECT_EQ(made["modified"], "2026-03-01T09:30:00+09:00");
}

TEST_F(Gov24Test, ReadsTheSameRecordFromEveryKindOfFile) {
  const std::string csv =
      "서비스ID,서비스명,소관기관명,수정일시\r\n374000000021,방문  건강관리,경기도 "
      "수원시,2026-03-01,,\r\n,,,\r\n";
  const auto expected = body(page_of({record()}));
  EXPECT_EQ(body(Json::array({record()}).dump()), expected);
  EXPECT_EQ(body("\xEF\xBB\xBF" + page_of({record()})), expected);
  EXPECT_EQ(body(csv), expected);
  EXPECT_EQ(body("\xEF\xBB\xBF" + csv), expected);
  EXPECT_EQ(body(to_cp949(csv)), expected);
}

TEST_F(Gov24Test, CutsWhatIsTooLongAndKeepsTheWhole) {
  Json longer = record();
  std::string purpose;
  for (int i = 0; i < 600; ++i) purpose += "가";
  longer["서비스목적요약"] = purpose;
  const Json made = body(page_of({longer}));
  EXPECT_EQ(made["summary"]["ko"].get<std::string>().size(), 500U * 3);
  EXPECT_TRUE(made["summary"]["ko"].get<std::string>().ends_with("…"));
  EXPECT_TRUE(made["description"]["ko"].get<std::string>().ends_with(purpose));
}

TEST_F(Gov24Test, TakesOnlyTheOwnGovernmentUnlessAskedForAll) {
  Json other = record(), ministry = record();
  other["서비스ID"] = "2";
  other["소관기관명"] = "경기도";
  ministry["서비스ID"] = "3";
  ministry["소관기관명"] = "보건복지부";
  const auto file = page_of({record(), other, ministry});
  const auto own = read(file);
  EXPECT_EQ(own->entries.size(), 1U);
  EXPECT_EQ(own->left.size(), 2U);
  const auto all = read(file, {"41110", /*take_all=*/true});
  EXPECT_EQ(all->entries.size(), 2U);
  EXPECT_EQ(all->left.size(), 0U);
  EXPECT_EQ(all->invalid.at(0).faults.at(0).text, "schema.gov24.agency");
}

TEST_F(Gov24Test, SaysWhyARecordIsRefused) {
  const auto without = [](const char* name) {
    Json changed = record(), whole = record();
    changed.erase(name);
    whole["서비스ID"] = "2";
    return page_of({changed, whole});
  };
  const auto with = [](const char* name, const char* value) {
    Json changed = record();
    changed[name] = value;
    return page_of({changed});
  };
  EXPECT_EQ(refusal(without("서비스ID")), "schema.gov24.no-id");
  EXPECT_EQ(refusal(without("서비스명")), "schema.gov24.no-name");
  EXPECT_EQ(refusal(without("수정일시")), "schema.gov24.no-date");
  EXPECT_EQ(refusal(with("수정일시", "어제")), "schema.gov24.date");
  EXPECT_EQ(refusal(with("수정일시", "2026-02-31")), "schema.fault.no-such-date");
  EXPECT_EQ(refusal(with("서비스ID", "한 글")), "schema.pattern.value");
  EXPECT_EQ(refusal(with("지원내용", "900101-1234567")), "schema.fault.resident-number");
  EXPECT_EQ(refusal(page_of({record(), record()})), "schema.gov24.duplicate-id");
  EXPECT_EQ(refusal(page_of({Json(7)})), "schema.gov24.not-record");
  EXPECT_EQ(refusal("서비스ID,서비스명,소관기관명,수정일시\n1,a,경기도 수원시,2026-01-01,x\n"),
            "schema.csv.width");
}

TEST_F(Gov24Test, SaysWhyAFileIsRefused) {
  EXPECT_EQ(refusal(""), "schema.file.empty");
  EXPECT_EQ(refusal("{\"data\":["), "schema.gov24.not-gov24");
  EXPECT_EQ(refusal("{\"data\":7}"), "schema.gov24.not-gov24");
  EXPECT_EQ(refusal("이름,주소\n1,2\n"), "schema.gov24.columns");
  EXPECT_EQ(refusal(R"([{"이름":"a"},{"주소":"b"}])"), "schema.gov24.columns");
  EXPECT_EQ(refusal(R"({"type":"service","title":{"ko":"a"}})"), "schema.gov24.not-gov24");
  EXPECT_EQ(refusal("{\"type\":\"service\"}\n{\"type\":\"service\"}"), "schema.gov24.not-gov24");
  EXPECT_EQ(refusal("서비스ID,\"서비스명\n"), "schema.csv.open-quote");
  EXPECT_EQ(refusal(std::string("\xFF\xFE\0\0", 4)), "schema.file.utf16");
  EXPECT_EQ(refusal("a\xFF\xFF"), "schema.file.utf8");
  EXPECT_EQ(refusal(std::string(kMaxGov24FileBytes + 1, ' ')), "schema.gov24.too-large");
}

TEST_F(Gov24Test, AListOfOtherThingsIsRefusedAndTheMissingColumnsAreNamed) {
  const auto entries = read(R"([{"type":"service","title":{"ko":"가"}},{"type":"practice"}])");
  ASSERT_FALSE(entries) << "not a page of which every record was left";
  EXPECT_EQ(entries.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(entries.error().args.at(0).second, "서비스ID, 서비스명, 소관기관명, 수정일시");
  Json undated = record();
  undated.erase("수정일시");
  EXPECT_EQ(read(page_of({undated})).error().args.at(0).second, "수정일시");
  EXPECT_TRUE(read(page_of({}))) << "the page after the last";
}

TEST_F(Gov24Test, RepeatsWithoutChangeAndUpdatesOnlyWhatChanged) {
  MemoryLog log;
  Json second = record();
  second["서비스ID"] = "2";
  const auto first_plan = plan_gov24_import(*read(page_of({record(), second})), log);
  EXPECT_EQ(first_plan->published, 2U);
  log.publish(*first_plan);

  const auto again = plan_gov24_import(*read(page_of({record(), second})), log);
  EXPECT_EQ(again->unchanged, 2U);
  EXPECT_THAT(again->entries, IsEmpty());

  second["서비스명"] = "새 이름";
  const auto changed = plan_gov24_import(*read(page_of({record(), second})), log);
  EXPECT_EQ(changed->updated, 1U);
  EXPECT_EQ(changed->unchanged, 1U);
  EXPECT_EQ(changed->entries.at(0).id, "id-gov24:2");
}

TEST_F(Gov24Test, LeavesWhatWasWithdrawnOrEditedHereAlone) {
  MemoryLog log;
  Json second = record();
  second["서비스ID"] = "2";
  log.publish(*plan_gov24_import(*read(page_of({record(), second})), log));
  log.record("gov24:2").type = "withdraw";
  Json edited = Json::parse(log.stored("gov24:374000000021"));
  edited["modified"] = "2026-05-01";
  log.stored("gov24:374000000021") = edited.dump();
  const auto plan = plan_gov24_import(*read(page_of({record(), second})), log);
  EXPECT_EQ(plan->withdrawn, 1U);
  EXPECT_EQ(plan->unchanged, 1U);
  EXPECT_THAT(plan->entries, IsEmpty());
  log.failing = true;
  EXPECT_EQ(plan_gov24_import(*read(page_of({record()})), log).error().code, ErrorCode::kStorage);
}

TEST(Gov24RealDataTest, AllRecordsOfSixGovernmentsBecomeValidEntries) {
  const char* shared = std::getenv("DURE_SHARED");
  const std::string folder = shared != nullptr ? shared : DURE_SOURCE_DIR "/../shared";
  std::ifstream in(folder + "/data/gyeonggi-services.json");
  if (!in) GTEST_SKIP() << "THE REAL RECORDS ARE NOT THERE: set DURE_SHARED";
  std::stringstream file;
  file << in.rdbuf();
  const auto validator = *EntryValidator::create();
  std::map<std::string, std::size_t> counts;
  for (const auto* code : {"41110", "41130", "41170", "41550", "41370", "41000"}) {
    const auto page = read_gov24(file.str(), {code}, region_of, *validator);
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_THAT(page->invalid, IsEmpty());
    EXPECT_EQ(page->left.size() + page->entries.size(), 300U);
    counts[code] = page->entries.size();
    for (const auto& entry : page->entries) {
      EXPECT_EQ(parse_entry_document(format_entry_document(entry.document))->body,
                entry.document.body);
    }
  }
  EXPECT_EQ(counts, (std::map<std::string, std::size_t>{{"41000", 20},
                                                        {"41110", 51},
                                                        {"41130", 53},
                                                        {"41170", 66},
                                                        {"41370", 47},
                                                        {"41550", 63}}));

  const auto all = read_gov24(file.str(), {"", /*take_all=*/true}, region_of, *validator);
  const auto begin = std::chrono::steady_clock::now();
  for (int round = 0; round < 3; ++round) {
    for (const auto& entry : all->entries)
      EXPECT_FALSE(has_error(validator->check("service", entry.document.body)));
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::cout << "validation: " << static_cast<int>(3.0 * 300 / seconds.count()) << " entries/s\n";
}

}  // namespace
}  // namespace dure::node
