// SPDX-License-Identifier: Apache-2.0
// The three answers of the 정부24 API: together or one after the other, in any order, they become
// the same entry.
#include "publishing/gov24_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "publishing/gov24.h"
#include "publishing/gov24_conditions.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

std::optional<std::string> region_of(std::string_view agency) {
  return agency == "경기도 수원시" ? std::optional<std::string>("41110") : std::nullopt;
}

std::string page_of(const Json& record) {
  return Json{{"page", 1}, {"data", Json::array({record})}}.dump();
}

const Json kList = {{"서비스ID", "1"},
                    {"서비스명", "청년 월세 지원"},
                    {"서비스목적요약", "월세를 덜어 드립니다."},
                    {"지원유형", "현금"},
                    {"지원대상", "무주택 청년"},
                    {"선정기준", "소득 기준"},
                    {"지원내용", "월 20만원"},
                    {"신청방법", "온라인신청||방문신청"},
                    {"신청기한", "상시신청"},
                    {"상세조회URL", "https://www.gov.kr/1"},
                    {"소관기관코드", "3740000"},
                    {"소관기관명", "경기도 수원시"},
                    {"부서명", "청년과"},
                    {"조회수", 7},
                    {"소관기관유형", "시군구"},
                    {"사용자구분", "개인"},
                    {"서비스분야", "주거·자립"},
                    {"접수기관", "행정복지센터"},
                    {"전화문의", "청년과/031-000-0000"},
                    {"등록일시", "20240101090000"},
                    {"수정일시", "20260301093000"}};
const Json kDetail = {{"서비스ID", "1"},
                      {"서비스명", "청년 월세 지원"},
                      {"서비스목적", "무주택 청년의 월세를 나누어 낸다."},
                      {"지원유형", "현금"},
                      {"지원대상", "무주택 청년"},
                      {"선정기준", "소득 기준"},
                      {"지원내용", "월 20만원"},
                      {"신청방법", "온라인신청||방문신청"},
                      {"신청기한", "상시신청"},
                      {"구비서류", "신청서||임대차계약서"},
                      {"접수기관명", "행정복지센터"},
                      {"문의처", "청년과/031-000-0000"},
                      {"온라인신청사이트URL", "https://www.bokjiro.go.kr/"},
                      {"수정일시", "20260301093000"},
                      {"소관기관명", "경기도 수원시"},
                      {"행정규칙", nullptr},
                      {"자치법규", "수원시 청년 기본 조례"},
                      {"법령", "주거기본법(제3조)"},
                      {"공무원확인구비서류", "주민등록등본"},
                      {"본인확인필요구비서류", "통장사본"}};
const Json kConditions = {{"서비스ID", "1"},   {"서비스명", "청년 월세 지원"},
                          {"JA0101", "Y"},     {"JA0102", "Y"},
                          {"JA0110", 19},      {"JA0111", 34},
                          {"JA0201", "Y"},     {"JA0202", "Y"},
                          {"JA0203", nullptr}, {"JA0322", nullptr},
                          {"JA0328", "Y"},     {"JA0404", "Y"}};

class Gov24MergeTest : public testing::Test {
 protected:
  void SetUp() override {
    validator_ = *EntryValidator::create([](std::string_view code) { return code.size() == 5; });
  }

  Gov24Page read(const std::vector<std::string>& files) {
    const std::vector<std::string_view> views(files.begin(), files.end());
    const StoredBody stored = [&](std::string_view source) -> Result<std::optional<std::string>> {
      const auto found = stored_.find(std::string(source));
      if (found == stored_.end()) return std::optional<std::string>();
      return std::optional(found->second);
    };
    auto page = read_gov24_files(views, {"41110"}, region_of, *validator_, stored);
    EXPECT_TRUE(page) << page.error().detail;
    return page ? std::move(*page) : Gov24Page();
  }
  /// Reads and stores; the body of the service afterwards.
  std::string import(const std::vector<std::string>& files) {
    const auto page = read(files);
    EXPECT_THAT(page.invalid, IsEmpty());
    for (const auto& entry : page.entries) stored_[entry.document.source] = entry.document.body;
    return stored_["gov24:1"];
  }

  std::unique_ptr<EntryValidator> validator_;
  std::map<std::string, std::string> stored_;
};

TEST_F(Gov24MergeTest, ThreeAnswersBecomeOneEntry) {
  const auto body = Json::parse(import({page_of(kList), page_of(kDetail), page_of(kConditions)}));
  EXPECT_EQ(body["summary"]["ko"], "월세를 덜어 드립니다.");
  EXPECT_EQ(body["description"]["ko"], "무주택 청년의 월세를 나누어 낸다.");
  EXPECT_EQ(body["department"]["ko"], "청년과");
  EXPECT_EQ(body["requiredDocuments"].size(), 3U);
  EXPECT_EQ(body["legalBasis"][1]["title"]["ko"], "수원시 청년 기본 조례");
  EXPECT_EQ(body["channels"][0]["url"], "https://www.bokjiro.go.kr/");
  EXPECT_EQ(body["channels"][1]["place"]["ko"], "행정복지센터");
  EXPECT_EQ(body["fields"], Json({"11"}));
  EXPECT_EQ(
      body["eligibility"]["criteria"]["ko"],
      "소득 기준\n\n정부24 지원조건: 19~34세 · 중위소득 0~50%, 중위소득 51~75% · 장애인 · 1인가구");
  EXPECT_EQ(body["audiences"], Json({"disabled", "youth", "low-income"}));
}

TEST_F(Gov24MergeTest, OneAfterTheOtherInAnyOrderIsTheSame) {
  const auto together = import({page_of(kList), page_of(kDetail), page_of(kConditions)});
  std::vector<std::string> files = {page_of(kList), page_of(kDetail)};
  std::sort(files.begin(), files.end());
  do {
    stored_.clear();
    std::string body;
    for (const auto& file : files) body = import({file});
    EXPECT_EQ(import({page_of(kConditions)}), together);
    for (const auto& file : {files[0], page_of(kConditions), files[1]})
      EXPECT_EQ(import({file}), together) << "again changes nothing";
  } while (std::next_permutation(files.begin(), files.end()));
}

TEST_F(Gov24MergeTest, TogetherInAnyOrderIsTheSameAndTheDetailHasTheLastWord) {
  Json detail = kDetail;
  detail["지원내용"] = "월 30만원";
  std::vector<std::string> files = {page_of(kList), page_of(detail), page_of(kConditions)};
  const auto together = import(files);
  EXPECT_EQ(Json::parse(together)["benefits"]["ko"], "월 30만원");
  std::sort(files.begin(), files.end());
  do {
    stored_.clear();
    EXPECT_EQ(import(files), together);
  } while (std::next_permutation(files.begin(), files.end()));
}

TEST_F(Gov24MergeTest, AnAnswerChangesOnlyWhatItSpeaksOf) {
  const auto before = Json::parse(import({page_of(kList), page_of(kDetail), page_of(kConditions)}));
  Json list = kList;
  list["지원내용"] = "월 30만원";
  const auto after = Json::parse(import({page_of(list)}));
  EXPECT_THAT(differing_members(before.dump(), after.dump()), ElementsAre("benefits"));
  Json detail = kDetail;
  detail["구비서류"] = "";
  detail["본인확인필요구비서류"] = "";
  detail["지원내용"] = "월 30만원";
  const auto later = Json::parse(import({page_of(detail)}));
  EXPECT_THAT(differing_members(after.dump(), later.dump()), ElementsAre("requiredDocuments"));
}

TEST_F(Gov24MergeTest, ConditionsChangeNothingThatWasWrittenHere) {
  auto edited = Json::parse(import({page_of(kList)}));
  edited["fee"] = {{"amount", 0}};
  edited["title"]["ko"] = "청년 월세";
  stored_["gov24:1"] = edited.dump();
  const auto after = import({page_of(kConditions)});
  EXPECT_THAT(differing_members(edited.dump(), after), ElementsAre("audiences", "eligibility"));
}

TEST_F(Gov24MergeTest, ConditionsOfServicesThatAreNotHereAreLeft) {
  const auto page = read({page_of(kConditions)});
  EXPECT_THAT(page.entries, IsEmpty());
  EXPECT_THAT(page.invalid, IsEmpty());
  EXPECT_EQ(page.left.size(), 1U);
}

TEST_F(Gov24MergeTest, UnknownColumnsAreNamedAndKeptOut) {
  Json list = kList;
  list["비고"] = "x";
  const auto page = read({page_of(list)});
  EXPECT_THAT(page.unknown, ElementsAre("비고"));
  EXPECT_EQ(page.entries.at(0).document.body.find("비고"), std::string::npos);
  EXPECT_THAT(read({page_of(kList), page_of(kDetail), page_of(kConditions)}).unknown, IsEmpty());
}

TEST_F(Gov24MergeTest, TheSamePageTwiceIsOneAndContradictionsAreRefused) {
  EXPECT_THAT(read({page_of(kList), page_of(kList)}).invalid, IsEmpty());
  Json other = kList;
  other["지원내용"] = "다른 내용";
  const auto page = read({page_of(kList), page_of(other)});
  ASSERT_EQ(page.invalid.size(), 1U);
  EXPECT_EQ(page.invalid[0].faults.at(0).text, "schema.gov24.duplicate-id");
  EXPECT_EQ(page.invalid[0].file, 1U);
}

TEST_F(Gov24MergeTest, RefusalsComeInTheOrderOfTheFile) {
  Json undated = kList, again = kList;
  undated["수정일시"] = "어제";  // found out last, while mapping
  again["지원내용"] = "다른 내용";
  const auto page = read({Json{{"data", Json::array({undated, again})}}.dump()});
  ASSERT_EQ(page.invalid.size(), 2U);
  EXPECT_EQ(page.invalid[0].line, 1U);
  EXPECT_EQ(page.invalid[1].line, 2U);
}

TEST(Gov24ConditionsTest, SaysOnlyWhatRestricts) {
  const auto sentence = [](std::map<std::string, std::string, std::less<>> columns) {
    Gov24Record record;
    record.columns = std::move(columns);
    return condition_sentence(record);
  };
  EXPECT_EQ(sentence({{"JA0101", "Y"}, {"JA0102", "Y"}}), "");
  EXPECT_EQ(sentence({{"JA0102", "Y"}}), "정부24 지원조건: 여성");
  EXPECT_EQ(sentence({{"JA0110", "65"}, {"JA0111", "120"}}), "정부24 지원조건: 65세 이상");
  EXPECT_EQ(sentence({{"JA0110", "0"}, {"JA0111", "5"}}), "정부24 지원조건: 5세 이하");
  EXPECT_EQ(sentence({{"JA0110", "40"}, {"JA0111", "30"}}), "") << "no such age";
  EXPECT_EQ(sentence({{"JA0322", "Y"}, {"JA0328", "Y"}}), "") << "해당사항 없음";
  EXPECT_EQ(sentence({{"JA0410", "Y"}, {"JA0404", "Y"}}), "");
  EXPECT_TRUE(is_condition_column("JA2299"));
  EXPECT_FALSE(is_condition_column("JA22999"));
  EXPECT_FALSE(is_condition_column("조회수"));
}

TEST(Gov24ConditionsTest, TheSentenceIsFoundAgain) {
  const auto [before, sentence] = split_criteria("소득\n\n정부24 지원조건: 여성");
  EXPECT_EQ(before, "소득");
  EXPECT_EQ(sentence, "정부24 지원조건: 여성");
  EXPECT_EQ(split_criteria("소득").second, "");
}

}  // namespace
}  // namespace dure::node
