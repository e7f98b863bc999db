// SPDX-License-Identifier: Apache-2.0
// With what an adoption begins: nothing that its schema refuses, whatever another node published.
#include "console/adoption.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "publishing/entry_validation.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr char kId[] = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

std::string drafted(const std::string& body) {
  return adoption_draft({"suwon.example/dure/1", kId, body}, "47170", "2026-11-29");
}

/// The places that the schema still finds wrong.
std::set<std::string> wrong_places(const std::string& body) {
  const auto validator = *EntryValidator::create();
  std::set<std::string> places;
  for (const EntryFault& fault : validator->check("adoption", body)) {
    if (fault.severity == FaultSeverity::kError) places.insert(fault.pointer);
  }
  return places;
}

const std::set<std::string> kLeft = {"/contact", "/department", "/licence", "/status", "/summary"};

TEST(AdoptionTest, NamesTheEntryTheRegionAndTheDay) {
  const Json body = Json::parse(
      drafted(R"({"title":{"ko":"골목 주차","en":"Alley parking"},"summary":{"ko":"남의 글"}})"));
  EXPECT_EQ(body["practice"]["origin"], "suwon.example/dure/1");
  EXPECT_EQ(body["practice"]["id"], kId);
  EXPECT_EQ(body["practice"]["title"]["ko"], "골목 주차");
  EXPECT_EQ(body["title"]["ko"], "골목 주차 도입");
  EXPECT_EQ(body["title"]["en"], "Adoption of: Alley parking");
  EXPECT_EQ(body["regions"], Json::parse(R"([{"scheme":"bjd","code":"4717000000"}])"));
  EXPECT_EQ(body["decidedAt"], "2026-11-29");
  EXPECT_EQ(body["modified"], "2026-11-29");
  EXPECT_FALSE(body.contains("summary")) << "what others say of theirs is not ours";
}

TEST(AdoptionTest, LeavesOnlyWhatNobodyElseCanKnow) {
  EXPECT_EQ(wrong_places(drafted(R"({"title":{"ko":"골목 주차"}})")), kLeft);
}

TEST(AdoptionTest, TakesNothingThatItsSchemaRefuses) {
  std::string long_one, longer, too_long;
  for (int i = 0; i < 119; ++i) long_one += "가";
  for (int i = 0; i < 150; ++i) longer += "나";
  for (int i = 0; i < 201; ++i) too_long += "다";
  EXPECT_EQ(wrong_places(drafted(R"({"title":{"ko":")" + long_one + R"("}})")), kLeft);
  auto left = kLeft;
  left.insert("/title");
  for (const std::string& title : {longer, too_long, std::string()}) {
    EXPECT_EQ(wrong_places(drafted(R"({"title":{"ko":")" + title + R"("}})")), left);
  }
  for (const char* odd :
       {"", "[]", "7", "{}", R"({"title":"골목"})", R"({"title":{"ko":7,"fr":"x"}})"})
    EXPECT_EQ(wrong_places(drafted(odd)), left) << odd;
}

TEST(AdoptionTest, AnObserverWithoutARegionNamesNone) {
  const Json body = Json::parse(adoption_draft({"a/dure/1", kId, "{}"}, "", "2026-11-29"));
  EXPECT_FALSE(body.contains("regions"));
}

TEST(AdoptionTest, IsOfPracticesAndServices) {
  EXPECT_TRUE(can_be_adopted("practice") && can_be_adopted("service"));
  for (const char* type : {"", "adoption", "problem", "withdraw", "spec"})
    EXPECT_FALSE(can_be_adopted(type)) << type;
}

}  // namespace
}  // namespace dure::node
