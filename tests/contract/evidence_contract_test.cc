// SPDX-License-Identifier: Apache-2.0
// What every EvidenceStore must do.
#include <gtest/gtest.h>

#include <functional>

#include "simulation/node_file.h"
#include "storage/node_store.h"
#include "support/memory_evidence.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual EvidenceStore& evidence() = 0;
  virtual void reopen() = 0;
};

struct MemorySubject final : Subject {
  EvidenceStore& evidence() override { return memory; }
  void reopen() override {}
  MemoryEvidence memory;
};

struct SimulatedSubject final : Subject {
  EvidenceStore& evidence() override { return *file; }
  void reopen() override { file = std::make_unique<simulation::EvidenceFile>(db, power); }
  simulation::NodeDb db{kTestOrigin};
  simulation::Power power;
  std::unique_ptr<simulation::EvidenceFile> file =
      std::make_unique<simulation::EvidenceFile>(db, power);
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(NodeStore::create(folder.file("node.db"), kTestOrigin));
    reopen();
  }
  EvidenceStore& evidence() override { return store->evidence(); }
  void reopen() override {
    store.reset();
    store = std::move(*NodeStore::open(folder.file("node.db")));
  }
  TempFolder folder;
  std::unique_ptr<NodeStore> store;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};

constexpr const char* kLog = "a.example/1";

SeenHead head(std::uint64_t size, const std::string& history = "one",
              Standing standing = Standing::kOpen, const std::string& origin = kLog) {
  const std::string number = std::to_string(size);
  return {{origin, size, sha256({history, number})},
          history + number,
          "http://x",
          static_cast<std::int64_t>(size),
          standing};
}

class EvidenceContractTest : public testing::TestWithParam<Kind> {
 protected:
  EvidenceContractTest() : subject_(GetParam().make()) {}
  EvidenceStore& evidence() { return subject_->evidence(); }
  Status keep(std::vector<SeenHead> heads) { return evidence().keep(heads); }
  std::unique_ptr<Subject> subject_;
};

TEST_P(EvidenceContractTest, KeepsHeadsOverARestart) {
  ASSERT_TRUE(keep({head(7), head(3), head(7, "two"), head(1, "one", Standing::kOpen, "b/1")}));
  subject_->reopen();
  const auto heads = *evidence().heads(kLog);
  ASSERT_EQ(heads.size(), 3U);
  EXPECT_EQ(heads[0].checkpoint.size, 3U);
  EXPECT_EQ(heads[0].checkpoint.origin, kLog);
  EXPECT_EQ(heads[0].checkpoint.root, head(3).checkpoint.root);
  EXPECT_EQ(heads[0].note, "one3");
  EXPECT_EQ(heads[0].shown_by, "http://x");
  EXPECT_EQ(heads[0].first_seen, 3);
  EXPECT_NE(heads[1].checkpoint.root, heads[2].checkpoint.root);
  EXPECT_EQ(evidence().heads("b/1")->size(), 1U);
  EXPECT_TRUE(evidence().heads("c/1")->empty());
}

TEST_P(EvidenceContractTest, AKnownHeadChangesItsStandingOnly) {
  ASSERT_TRUE(keep({head(3)}));
  auto again = head(3, "one", Standing::kFits);
  again.note = "another note of the same tree";
  again.first_seen = 99;
  ASSERT_TRUE(keep({again}));
  auto heads = *evidence().heads(kLog);
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].note, "one3");
  EXPECT_EQ(heads[0].first_seen, 3);
  EXPECT_EQ(heads[0].standing, Standing::kFits);
  ASSERT_TRUE(keep({head(3, "one", Standing::kContradicts)}));
  ASSERT_TRUE(keep({head(3, "one", Standing::kFits)}));
  EXPECT_EQ((*evidence().heads(kLog))[0].standing, Standing::kContradicts) << "never unsaid";
}

TEST_P(EvidenceContractTest, ThinsWhatFitsAndNeverWhatContradicts) {
  ASSERT_TRUE(keep({head(1, "two", Standing::kContradicts)}));
  for (std::uint64_t size = 1; size <= 3 * kMaxFittingHeads; ++size)
    ASSERT_TRUE(keep({head(size, "one", Standing::kFits)}));
  ASSERT_TRUE(keep({head(2, "two", Standing::kContradicts)}));
  const auto heads = *evidence().heads(kLog);
  EXPECT_EQ(heads.size(), kMaxFittingHeads + 2);
  EXPECT_EQ(heads[0].note, "two1");
  EXPECT_EQ(heads[1].note, "two2");
  EXPECT_EQ(heads[2].checkpoint.size, 2 * kMaxFittingHeads + 1);
}

TEST_P(EvidenceContractTest, OfOpenHeadsTheFirstStay) {
  std::vector<SeenHead> many;
  for (std::uint64_t size = 1; size <= kMaxOpenHeads + 20; ++size) many.push_back(head(size));
  ASSERT_TRUE(keep(many));
  const auto heads = *evidence().heads(kLog);
  EXPECT_EQ(heads.size(), kMaxOpenHeads);
  EXPECT_EQ(heads.back().checkpoint.size, kMaxOpenHeads);
}

TEST_P(EvidenceContractTest, TheFirstSuspicionStaysUntilItIsDismissed) {
  ASSERT_TRUE(evidence().suspect({kLog, "known", "offered", "http://x", 5}));
  ASSERT_TRUE(evidence().suspect({kLog, "known", "later", "http://y", 6}));
  ASSERT_TRUE(evidence().suspect({"b/1", "", "b", "http://y", 7}));
  subject_->reopen();
  auto suspicions = *evidence().suspicions();
  ASSERT_EQ(suspicions.size(), 2U);
  EXPECT_EQ(suspicions[0].origin, kLog);
  EXPECT_EQ(suspicions[0].known, "known");
  EXPECT_EQ(suspicions[0].offered, "offered");
  EXPECT_EQ(suspicions[0].shown_by, "http://x");
  EXPECT_EQ(suspicions[0].since, 5);
  ASSERT_TRUE(evidence().dismiss(kLog));
  ASSERT_TRUE(evidence().dismiss(kLog));
  EXPECT_EQ(evidence().suspicions()->size(), 1U);
}

TEST_P(EvidenceContractTest, KeepsForksAndWhatWasDecided) {
  ASSERT_TRUE(evidence().keep_fork({"n1", kLog, std::string("fi\0le", 5), 5, ""}, ""));
  ASSERT_TRUE(evidence().keep_fork({"n1", kLog, "again", 6, ""}, ""));
  ASSERT_TRUE(evidence().keep_fork({"n2", "b/1", "b", 7, "as before"}, ""));
  subject_->reopen();
  auto forks = *evidence().forks();
  ASSERT_EQ(forks.size(), 2U);
  EXPECT_EQ(forks[0].name, "n1");
  EXPECT_EQ(forks[0].origin, kLog);
  EXPECT_EQ(forks[0].file, std::string("fi\0le", 5));
  EXPECT_EQ(forks[0].since, 5);
  EXPECT_EQ(forks[0].decision, "");
  EXPECT_EQ(forks[1].decision, "as before");
  ASSERT_TRUE(evidence().decide(kLog, "charter 7"));
  EXPECT_EQ((*evidence().forks())[0].decision, "charter 7");
  ASSERT_TRUE(evidence().keep_fork({"n0", kLog, "better", 8, ""}, "n1"));
  forks = *evidence().forks();
  ASSERT_EQ(forks.size(), 2U);
  EXPECT_EQ(forks[0].name, "n0");
  EXPECT_EQ(forks[1].name, "n2");
}

INSTANTIATE_TEST_SUITE_P(
    Stores, EvidenceContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Simulated", [] { return std::make_unique<SimulatedSubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace dure::node
