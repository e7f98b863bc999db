// SPDX-License-Identifier: Apache-2.0
#include "publishing/import_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/memory_own_log.h"

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(DifferingMembersTest, NamesWhatWasAddedChangedAndTakenAway) {
  EXPECT_THAT(differing_members(R"({"a":1,"b":2,"d":4})", R"({"b":3,"c":3,"d":4})"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(differing_members(R"({"a":1})", R"({"a":1})"), IsEmpty());
  EXPECT_THAT(differing_members("{}", R"({"z":1})"), ElementsAre("z"));
  EXPECT_THAT(differing_members(R"({"z":1})", "{}"), ElementsAre("z"));
}

TEST(TitleInTest, PrefersKorean) {
  EXPECT_EQ(title_in(R"({"title":{"en":"Bus","ko":"버스"}})"), "버스");
  EXPECT_EQ(title_in(R"({"title":{"en":"Bus"}})"), "Bus");
  EXPECT_EQ(title_in(R"({"title":7})"), "");
  EXPECT_EQ(title_in("["), "");
}

class ImportPlanTest : public testing::Test {
 protected:
  static ImportedEntry entry(std::string body, std::string source = "cases:1") {
    return {7, {"practice", {}, std::move(body), std::move(source)}};
  }
  void store(const std::string& type, const std::string& body) {
    NewEntry stored;
    stored.id = "id";
    stored.type = type;
    stored.source = "cases:1";
    stored.body = body;
    ASSERT_TRUE(log_.append(log_.size(), std::vector<NewEntry>{stored}));
  }
  ImportPlan plan(const std::string& body) {
    ImportPlan made;
    EXPECT_TRUE(plan_imported(entry(body), log_, made));
    return made;
  }
  ImportOutcome outcome(const std::string& body) { return plan(body).records.at(0).outcome; }

  MemoryOwnLog log_;
};

TEST_F(ImportPlanTest, WhatIsUnknownIsNew) {
  const auto made = plan(R"({"title":{"ko":"가"}})");
  EXPECT_EQ(made.records.at(0).outcome, ImportOutcome::kNew);
  EXPECT_EQ(made.records.at(0).line, 7U);
  EXPECT_EQ(made.records.at(0).name, "가");
  EXPECT_EQ(made.published, 1U);
  EXPECT_EQ(made.entries.at(0).id, "");
}

TEST_F(ImportPlanTest, WhatDiffersBecomesARevisionWithItsMembersNamed) {
  store("practice", R"({"a":1,"modified":"2026-01-01"})");
  const auto made = plan(R"({"a":2,"b":1,"modified":"2026-01-01"})");
  EXPECT_EQ(made.records.at(0).outcome, ImportOutcome::kChanged);
  EXPECT_THAT(made.records.at(0).members, ElementsAre("a", "b"));
  EXPECT_EQ(made.entries.at(0).id, "id");
  EXPECT_EQ(made.updated, 1U);
}

TEST_F(ImportPlanTest, TheSameBytesAndWhatIsNewerHereAreLeftAlone) {
  store("practice", R"({"a":1,"modified":"2026-02-01"})");
  EXPECT_EQ(outcome(R"({"a":1,"modified":"2026-02-01"})"), ImportOutcome::kUnchanged);
  EXPECT_EQ(outcome(R"({"a":2,"modified":"2026-01-31"})"), ImportOutcome::kNewerHere);
  EXPECT_EQ(outcome(R"({"a":2,"modified":"2026-02-01T08:00:00+09:00"})"), ImportOutcome::kChanged);
  EXPECT_THAT(plan(R"({"a":2,"modified":"2026-01-31"})").entries, IsEmpty());
}

TEST_F(ImportPlanTest, WhatWasWithdrawnStaysWithdrawn) {
  store("withdraw", "{}");
  EXPECT_EQ(outcome(R"({"a":1})"), ImportOutcome::kWithdrawn);
  EXPECT_THAT(plan(R"({"a":1})").entries, IsEmpty());
}

TEST_F(ImportPlanTest, ARecordOfAnotherTypeIsRefused) {
  store("service", "{}");
  const auto made = plan(R"({"a":1})");
  EXPECT_THAT(made.entries, IsEmpty());
  EXPECT_EQ(made.invalid.at(0).faults.at(0).text, "errors.publish_type");
}

}  // namespace
}  // namespace dure::node
