// SPDX-License-Identifier: Apache-2.0
#include "formats/quality.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "dure/entry_types.h"
#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Names = std::set<std::string>;

PublishedEntry entry_of(const Json& body, std::string type = "dataset") {
  return {"aaaaaaaaaaaaaaaaaaaaaaaaaa",
          "suwon.go.kr/dure/1",
          std::move(type),
          "2026-03-01T00:00:00Z",
          "00ff",
          1,
          7,
          body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

/// Everything that a body can say.
Json whole() {
  return {{"title", {{"ko", "주차장"}}},
          {"summary", {{"ko", "공영 주차장의 자리"}}},
          {"department", {{"ko", "교통과"}}},
          {"contact", {{"phone", "031-000-0000"}}},
          {"fields", {"2"}},
          {"keywords", {"주차"}},
          {"regions", {{{"scheme", "bjd"}, {"code", "4111000000"}}}},
          {"issued", "2025-01-01"},
          {"modified", "2026-03-01"},
          {"licence", "kogl-1"},
          {"kind", "data"},
          {"period", {{"start", "2025-01-01"}, {"end", "2025-12-31"}}},
          {"distributions",
           {{{"url", "https://suwon.example/p.csv"},
             {"format", "CSV"},
             {"mediaType", "text/csv"},
             {"size", 1000}}}}};
}

Json smallest() {
  Json body = whole();
  for (const char* name : {"fields", "keywords", "regions", "issued", "period"}) body.erase(name);
  body["distributions"] = {{{"url", "https://suwon.example/page"}}};
  return body;
}

LinkStates all(LinkState state) {
  return [state](std::string_view) { return state; };
}

QualityTally tally_of(const std::vector<Json>& bodies, const LinkStates& links = {}) {
  QualityTally tally;
  for (const Json& body : bodies) tally.add(entry_of(body), {}, links);
  return tally;
}

Names names_of(const std::function<bool(std::size_t)>& has) {
  Names names;
  for (std::size_t i = 0; i < kQualityMetrics; ++i) {
    if (has(i)) names.emplace(quality_metrics()[i].name);
  }
  return names;
}

/// What one dataset says by itself.
Names said(const Json& body, const LinkStates& links = all(LinkState::kAnswers)) {
  const QualityTally tally = tally_of({body}, links);
  return names_of([&](std::size_t i) { return tally.counts[i].met > tally.counts[i].filled; });
}

Names missing(const Json& body, const LinkStates& links = all(LinkState::kAnswers)) {
  const Names here = said(body, links), most = said(whole());
  Names names;
  for (const auto& name : most) {
    if (!here.contains(name)) names.insert(name);
  }
  return names;
}

TEST(QualityTest, WeightsAreThoseOfTheMethod) {
  std::map<std::string_view, std::uint64_t> sums;
  for (const QualityMetric& metric : quality_metrics())
    sums[quality_dimension_name(metric.dimension)] += metric.weight;
  EXPECT_EQ(sums, (std::map<std::string_view, std::uint64_t>{{"findability", 100},
                                                             {"accessibility", 100},
                                                             {"interoperability", 110},
                                                             {"reusability", 75},
                                                             {"contextuality", 20}}));
  EXPECT_EQ(most_points(QualityDimension::kInteroperability), 110U);
  EXPECT_EQ(most_points(QualityDimension::kContextuality), 20U);
}

TEST(QualityTest, AWholeBodyMeetsAllThatIsInReach) {
  const QualityTally tally = tally_of({whole()}, all(LinkState::kAnswers));
  EXPECT_EQ(names_of([&](std::size_t i) { return tally.counts[i].met == 0; }),
            (Names{"licenceFromList", "rights"}));
  EXPECT_EQ(names_of([&](std::size_t i) { return tally.counts[i].filled != 0; }), Names{});
  EXPECT_EQ(total_points(tally).tenths, 3900U);  // 405 - 10 - 5
  EXPECT_TRUE(quality_losses(tally).empty());
}

// Counted by hand: 30+30+20+20 filled in by the catalogue; no address was asked: 50 open; format
// HTML is filled in (20), from the list (10) and free (20); DCAT-AP 30; licence 20, rights of
// access 10+5, contact 20, publisher 10; modified 5.
TEST(QualityTest, AMeagreBodyHasWhatTheCatalogueFillsIn) {
  const QualityTally tally = tally_of({smallest()});
  EXPECT_EQ(total_points(tally).tenths, 2500U);
  EXPECT_EQ(total_points(tally).unchecked, 500U);
  EXPECT_EQ(names_of([&](std::size_t i) { return tally.counts[i].filled == 1; }),
            (Names{"keyword", "theme", "spatial", "temporal", "format", "formatFromList",
                   "nonProprietary"}));
  EXPECT_EQ(dimension_points(tally, QualityDimension::kFindability).tenths, 1000U);
  EXPECT_EQ(dimension_points(tally, QualityDimension::kInteroperability).tenths, 800U);
  EXPECT_EQ(dimension_points(tally, QualityDimension::kReusability).tenths, 650U);
  EXPECT_EQ(dimension_points(tally, QualityDimension::kContextuality).tenths, 50U);
}

TEST(QualityTest, EachMemberBringsItsMetrics) {
  const std::vector<std::pair<const char*, Names>> kMembers = {{"keywords", {"keyword"}},
                                                               {"fields", {"theme"}},
                                                               {"regions", {"spatial"}},
                                                               {"period", {"temporal"}},
                                                               {"issued", {"issued"}},
                                                               {"licence", {"licence"}},
                                                               {"title", {}},
                                                               {"department", {}},
                                                               {"contact", {}}};
  for (const auto& [member, metrics] : kMembers) {
    Json body = whole();
    body.erase(member);
    EXPECT_EQ(missing(body), metrics) << member;
  }
  const std::vector<std::pair<const char*, Names>> kParts = {
      {"format", {"format", "formatFromList", "nonProprietary", "machineReadable"}},
      {"mediaType", {"mediaType"}},
      {"size", {"byteSize", "downloadUrl", "downloadUrlAnswers"}},
      {"url",
       {"accessUrlAnswers", "byteSize", "downloadUrl", "downloadUrlAnswers", "format",
        "formatFromList", "licence", "machineReadable", "mediaType", "nonProprietary"}}};
  for (const auto& [member, metrics] : kParts) {
    Json body = whole();
    body["distributions"][0].erase(member);
    EXPECT_EQ(missing(body), metrics) << member;
  }
}

TEST(QualityTest, FormatsAreJudgedByTheLists) {
  const std::vector<std::pair<const char*, Names>> kFormats = {
      {"CSV", {}},
      {"geojson", {}},
      {"XLSX", {"nonProprietary"}},
      {"SHP", {"nonProprietary"}},
      {"ZIP", {"machineReadable"}},
      {"PDF", {"machineReadable", "nonProprietary"}},
      {"HWP", {"formatFromList", "machineReadable", "nonProprietary"}}};
  for (const auto& [format, metrics] : kFormats) {
    Json body = whole();
    body["distributions"][0]["format"] = format;
    EXPECT_EQ(missing(body), metrics) << format;
  }
  Json body = whole();
  body["distributions"][0]["mediaType"] = "chemical/x-pdb";
  EXPECT_EQ(missing(body), Names{"formatFromList"});
}

TEST(QualityTest, ADeadAddressAndOneThatNobodyAskedAreTwoThings) {
  const Names addresses = {"accessUrlAnswers", "downloadUrlAnswers"};
  for (const LinkState state : {LinkState::kDead, LinkState::kNotChecked}) {
    EXPECT_EQ(missing(whole(), all(state)), addresses);
    const QualityTally tally = tally_of({whole()}, all(state));
    EXPECT_EQ(total_points(tally).tenths, 3100U);
    EXPECT_EQ(total_points(tally).unchecked, state == LinkState::kDead ? 0U : 800U);
    EXPECT_EQ(quality_losses(tally).size(), state == LinkState::kDead ? 2U : 0U);
  }
}

TEST(QualityTest, TheBestDistributionCounts) {
  Json body = smallest();
  body["distributions"].push_back(whole()["distributions"][0]);
  body["distributions"].push_back({{"url", "https://suwon.example/x"}, {"format", "PDF"}});
  const QualityTally tally = tally_of({body}, [](std::string_view url) {
    return url == "https://suwon.example/p.csv" ? LinkState::kDead : LinkState::kAnswers;
  });
  // The page: 50 answers, 20+10+20 HTML, 20 licence = 120. The file: 20+20+10+10+20+20+20+5 = 125.
  EXPECT_EQ(dimension_points(tally, QualityDimension::kAccessibility).tenths, 200U);
  EXPECT_EQ(dimension_points(tally, QualityDimension::kContextuality).tenths, 100U);
}

TEST(QualityTest, APublisherHasTheMeanOfItsDatasets) {
  const QualityTally tally = tally_of({whole(), smallest(), smallest()});
  // Without an answer 310 and 80 open; 250 and 50 open.
  EXPECT_EQ(total_points(tally).tenths, 2700U);
  EXPECT_EQ(total_points(tally).unchecked, 600U);
  EXPECT_EQ(metric_points(tally, 21).tenths, 17U);  // issued: a third of 5
  const auto losses = quality_losses(tally);
  ASSERT_FALSE(losses.empty());
  EXPECT_EQ(quality_metrics()[losses[0].metric].name, "downloadUrlAnswers");
  EXPECT_EQ(losses[0].tenths, 200U);
}

TEST(QualityTest, RatingsChangeWhereTheMethodSays) {
  const std::vector<std::pair<std::uint64_t, const char*>> kPoints = {
      {0, "bad"},     {1209, "bad"},  {1210, "sufficient"}, {2209, "sufficient"},
      {2210, "good"}, {3509, "good"}, {3510, "excellent"},  {4050, "excellent"}};
  for (const auto& [tenths, rating] : kPoints) EXPECT_EQ(quality_rating(tenths), rating) << tenths;
}

TEST(QualityTest, WithoutDatasetsThereIsNoScoreAndNoLoss) {
  QualityTally tally;
  tally.add(entry_of(whole(), "service"), {}, {});
  EXPECT_EQ(tally.datasets, 0U);
  EXPECT_EQ(tally.others, 1U);
  EXPECT_EQ(total_points(tally).tenths, 0U);
  EXPECT_TRUE(quality_losses(tally).empty());
  EXPECT_EQ(names_of([&](std::size_t i) { return tally.counts[i].others == 1; }),
            (Names{"keyword", "theme", "spatial", "dcatAp", "contactPoint", "publisher", "issued",
                   "modified"}));
}

TEST(QualityTest, HostileBodiesNeverCountMoreThanOnce) {
  std::uint32_t number = 0;
  QualityTally tally;
  for (int i = 0; i < 40; ++i) {
    for (const std::string_view type : kShownTypes)
      tally.add(entry_of(HostileBodies(number++).body(), std::string(type)), {}, {});
  }
  EXPECT_EQ(tally.datasets, 40U);
  for (const QualityCount& count : tally.counts) {
    EXPECT_LE(count.met + count.unchecked, tally.datasets);
    EXPECT_LE(count.filled, count.met);
    EXPECT_LE(count.others, tally.others);
  }
  EXPECT_LE(total_points(tally).tenths + total_points(tally).unchecked, 4050U);
}

}  // namespace
}  // namespace dure::node
