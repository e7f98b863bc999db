// SPDX-License-Identifier: Apache-2.0
#include "catalogue/facets.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

namespace dure::node {
namespace {

using Json = nlohmann::json;

std::uint64_t bit(const char* group, std::string_view code) {
  return facet_bit(*find_facet_group(group), code).value();
}

std::uint32_t due(const char* json) { return review_due(Json::parse(json)); }

constexpr std::uint32_t days_to(int year, unsigned month, unsigned day) {
  const std::chrono::sys_days date{std::chrono::year(year) / static_cast<int>(month) /
                                   static_cast<int>(day)};
  return static_cast<std::uint32_t>(date.time_since_epoch().count());
}

TEST(FacetsTest, NoTwoCodesShareABit) {
  std::uint64_t all = 0;
  for (const FacetGroup& group : facet_groups()) {
    EXPECT_EQ(all & group.mask(), 0U) << group.name;
    all |= group.mask();
    for (const std::string_view code : group.codes)
      EXPECT_NE(*facet_bit(group, code) & group.mask(), 0U) << code;
  }
}

TEST(FacetsTest, EveryCodeOfTheSchemaHasABit) {
  const auto path = std::string(DURE_SOURCE_DIR) + "/federation-protocol/schemas/";
  const Json common = Json::parse(std::ifstream(path + "common.schema.json"))["definitions"];
  const auto expect_known = [](const char* group, const Json& codes) {
    for (const Json& code : codes)
      EXPECT_TRUE(facet_bit(*find_facet_group(group), code.get<std::string>())) << group << code;
    EXPECT_EQ(find_facet_group(group)->codes.size(), codes.size()) << group;
  };
  expect_known("field", common["fields"]["items"]["enum"]);
  expect_known("audience", common["audiences"]["items"]["enum"]);
  expect_known("scale", common["scale"]["enum"]);
  expect_known("status", common["status"]["properties"]["code"]["enum"]);
  expect_known("licence", common["licence"]["enum"]);
  const Json practice = Json::parse(std::ifstream(path + "practice.schema.json"));
  expect_known("result", practice["properties"]["kind"]["enum"]);
}

TEST(FacetsTest, ReadsABody) {
  const auto facets = facets_of(Json::parse(
      R"({"fields":["2","5"],"audiences":["elderly"],"status":{"code":"pilot"},"scale":"city",
          "licence":"kogl-1","kind":"failure","evidenceLevel":2,"outcomes":[{"value":1}]})"));
  EXPECT_EQ(facets, bit("field", "2") | bit("field", "5") | bit("audience", "elderly") |
                        bit("status", "pilot") | bit("scale", "city") | bit("licence", "kogl-1") |
                        bit("result", "failure") | bit("evidence", "2") |
                        bit("outcome", "measured"));
}

TEST(FacetsTest, WhatIsNoCodeOfOursHasNoBit) {
  for (const char* json :
       {"{}", "[]", "7", R"({"fields":"2","audiences":{"a":1},"status":"running","scale":7})",
        R"({"fields":["13",2,null],"kind":"data","evidenceLevel":6,"outcomes":[]})",
        R"({"evidenceLevel":2.0,"outcomes":"many","status":[]})"})
    EXPECT_EQ(facets_of(Json::parse(json)), 0U) << json;
}

TEST(FacetsTest, AReviewIsDueAfterItsInterval) {
  EXPECT_EQ(due(R"({"reviewedAt":"2026-01-03","reviewEvery":"P1Y"})"), days_to(2027, 1, 3));
  EXPECT_EQ(due(R"({"reviewedAt":"2026-01-31","reviewEvery":"P1M"})"), days_to(2026, 2, 28));
  EXPECT_EQ(due(R"({"reviewedAt":"2024-02-29","reviewEvery":"P1Y2W3D"})"), days_to(2025, 3, 17));
  EXPECT_EQ(due(R"({"reviewedAt":"2026-01-03","reviewEvery":"P1DT3H"})"), days_to(2026, 1, 4));
  EXPECT_EQ(due(R"({"modified":"2026-01-03T10:00:00Z","reviewEvery":"P6M"})"), days_to(2026, 7, 3));
}

TEST(FacetsTest, WithoutAPromiseNothingIsDue) {
  for (const char* json : {"{}", R"({"reviewedAt":"2026-01-03"})", R"({"reviewEvery":"P1Y"})",
                           R"({"reviewedAt":"2026-13-03","reviewEvery":"P1Y"})",
                           R"({"reviewedAt":"2026-01-03","reviewEvery":"1Y"})",
                           R"({"reviewedAt":"2026-01-03","reviewEvery":"P99999999Y"})",
                           R"({"reviewedAt":"2026-01-03","reviewEvery":"PY"})",
                           R"({"reviewedAt":7,"reviewEvery":["P1Y"]})", "[]"})
    EXPECT_EQ(due(json), 0U) << json;
}

}  // namespace
}  // namespace dure::node
