// SPDX-License-Identifier: Apache-2.0
#include "catalogue/projection.h"

#include <gtest/gtest.h>

#include "node/catalogue/memory_catalogue.h"

namespace dure::node {
namespace {

Projection fold(const MirroredEntry& entry) {
  std::optional<BodyView> body;
  if (entry.salt)
    body = BodyView{{reinterpret_cast<const char*>(entry.salt->data()), entry.salt->size()},
                    entry.body};
  return project(kTestOrigin, 7, entry.leaf, body);
}

TEST(ProjectionTest, FoldsAService) {
  const auto folded =
      fold(make_entry("service", test_id(1), 3,
                      R"({"title":{"ko":"주차","en":"Parking"},"summary":{"ko":"요약","en":"Sum"},
    "keywords":["빈자리","lot"],"fields":["2"],"audiences":["elderly"],"description":{"ko":"설명","en":"long"},"licence":"kogl-1",
    "regions":[{"scheme":"bjd","code":"4111000000","asOf":"2024-01-01"},{"scheme":"bjd","code":"4113000000","asOf":"2024-01-01"}],
    "identifiers":[{"scheme":"gov24","value":"3740"}],"modified":"2024-02-03","links":[{"rel":"about","url":"https://e.example/x"}]})"));
  ASSERT_EQ(folded.outcome, Folded::kChange);
  const CatalogueItem& item = folded.change.item;
  EXPECT_EQ(item.title, "주차");
  EXPECT_EQ(item.title_en, "Parking");
  EXPECT_EQ(item.summary, "요약");
  EXPECT_EQ(item.region, "41110");
  EXPECT_EQ(folded.change.more_regions, std::vector<std::string>{"41130"});
  EXPECT_EQ(item.modified, "2024-02-03");
  EXPECT_EQ(item.rev, 3U);
  EXPECT_EQ(item.index, 7U);
  EXPECT_FALSE(item.withdrawn);
  EXPECT_EQ(folded.change.keywords, "빈자리\nlot\n노인 어르신 elderly");
  EXPECT_NE(folded.change.body.find("설명"), std::string::npos);
  EXPECT_NE(folded.change.body.find("long"), std::string::npos);
  EXPECT_NE(folded.change.body.find("3740"), std::string::npos);
  EXPECT_NE(folded.change.body.find("Sum"), std::string::npos);
  EXPECT_EQ(folded.change.body.find("https"), std::string::npos);
  EXPECT_EQ(folded.change.body.find("kogl"), std::string::npos);
}

TEST(ProjectionTest, ReadsWhatAnEntryNamesAndNothingElse) {
  const std::string good = R"({"origin":"a.example/dure/1","id":")" + test_id(1) + R"("})";
  const auto references = [](const std::string& members) {
    return fold(make_entry("practice", test_id(1), 1, R"({"title":{"ko":"가"},)" + members + "}"))
        .change.references;
  };
  const EntryReference addressed{"addresses", "a.example/dure/1", test_id(1)};
  EXPECT_EQ(references(R"("practice":)" + good + R"(,"addresses":[)" + good + "," + good + "]"),
            (std::vector<EntryReference>{addressed, {"practice", addressed.origin, test_id(1)}}));
  for (const std::string bad :
       {R"("addresses":[1,null,"x",{},[]])", R"("addresses":{"origin":"a.example/dure/1"})",
        R"("addresses":[{"origin":7,"id":7}])",
        R"("addresses":[{"origin":"a.example/dure/1","id":"short"}])",
        R"("addresses":[{"origin":"no origin","id":"mfrggzdfmztwq2lkmfrggzdfmy"}])"})
    EXPECT_TRUE(references(bad).empty()) << bad;
  EXPECT_TRUE(references(R"("title2":)" + good).empty()) << "no member that names entries";
  std::string many;
  for (std::uint64_t i = 0; i < 1000; ++i)
    many += (many.empty() ? "" : ",") + (R"({"origin":"a.example/dure/1","id":")" + test_id(i)) +
            R"("})";
  EXPECT_EQ(references(R"("addresses":[)" + many + "]").size(), 200U) << "bounded";
}

TEST(ProjectionTest, ShowsAnEnglishOnlyEntry) {
  const auto folded = fold(make_entry("practice", test_id(1), 1,
                                      R"({"title":{"en":"Parking"},"summary":{"en":"Sum"}})"));
  ASSERT_EQ(folded.outcome, Folded::kChange);
  EXPECT_EQ(folded.change.item.title, "Parking");
  EXPECT_EQ(folded.change.item.summary, "Sum");
  EXPECT_EQ(folded.change.item.modified, "2026-11-22T09:00:00Z") << "the leaf's time stands in";
}

TEST(ProjectionTest, FoldsAWithdrawal) {
  const auto folded = fold(make_entry("withdraw", test_id(1), 2, R"({"reason":"끝남"})"));
  ASSERT_EQ(folded.outcome, Folded::kChange);
  EXPECT_TRUE(folded.change.item.withdrawn);
  EXPECT_TRUE(folded.change.item.title.empty());
}

TEST(ProjectionTest, AnErasedBodyLeavesATombstone) {
  auto entry = make_entry("service", test_id(1), 2, service_body("주차"));
  entry.salt.reset();
  const auto folded = fold(entry);
  ASSERT_EQ(folded.outcome, Folded::kChange);
  EXPECT_TRUE(folded.change.item.withdrawn);
}

TEST(ProjectionTest, SkipsWhatItCannotShow) {
  EXPECT_EQ(fold(make_entry("later-type", test_id(1), 1, "{}")).outcome, Folded::kUnknownType);
  EXPECT_EQ(
      fold(make_entry("service", test_id(1), 1, service_body("x"), EntryClass::kMembers)).outcome,
      Folded::kNotPublic);
  for (const char* body : {"", "{", "[]", "{}", R"({"title":"주차"})", R"({"title":{"ko":5}})",
                           R"({"title":{"ko":""}})", "\xFF", "null"}) {
    EXPECT_EQ(fold(make_entry("service", test_id(1), 1, body)).outcome, Folded::kInvalid) << body;
  }
  EXPECT_EQ(project(kTestOrigin, 0, "not a leaf", {}).outcome, Folded::kInvalid);
}

TEST(ProjectionTest, SurvivesDeepNesting) {
  std::string deep = R"({"title":{"ko":"x"},"a":)";
  for (int i = 0; i < 20'000; ++i) deep += '[';
  for (int i = 0; i < 20'000; ++i) deep += ']';
  EXPECT_EQ(fold(make_entry("service", test_id(1), 1, deep + "}")).outcome, Folded::kChange);
}

TEST(ProjectionTest, IgnoresStrangeMembers) {
  const auto folded = fold(make_entry(
      "service", test_id(1), 1,
      R"({"title":{"ko":"x"},"keywords":5,"regions":[1,{"scheme":"other","code":"4111000000"},{"scheme":"bjd","code":"41"}],"modified":7,"fields":[99,"99"]})"));
  ASSERT_EQ(folded.outcome, Folded::kChange);
  EXPECT_EQ(folded.change.item.region, "");
  EXPECT_EQ(folded.change.keywords, "");
}

}  // namespace
}  // namespace dure::node
