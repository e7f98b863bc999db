// SPDX-License-Identifier: Apache-2.0
// What every ErasureJournal must do.
#include <gtest/gtest.h>

#include <functional>

#include "simulation/head_file.h"
#include "storage/head_lock.h"
#include "storage/sqlite.h"
#include "support/memory_erasures.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual ErasureJournal& journal() = 0;
  virtual void reopen() {}
};

struct MemorySubject final : Subject {
  MemoryErasureJournal memory;
  ErasureJournal& journal() override { return memory; }
};

struct SimulatedSubject final : Subject {
  ErasureJournal& journal() override { return *file; }
  void reopen() override { file = std::make_unique<simulation::HeadFile>(db, power); }
  simulation::HeadDb db;
  simulation::Power power;
  std::unique_ptr<simulation::HeadFile> file = std::make_unique<simulation::HeadFile>(db, power);
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(create_head_lock(folder.file("head.db")));
    SqliteSubject::reopen();
  }
  ErasureJournal& journal() override { return lock->erasures(); }
  void reopen() override {
    lock.reset();
    lock = std::move(*open_head_lock(folder.file("head.db")));
  }
  TempFolder folder;
  std::unique_ptr<HeadLockFile> lock;
};

using Make = std::function<std::unique_ptr<Subject>()>;
struct Kind {
  const char* name;
  Make make;
};

class ErasureJournalContractTest : public testing::TestWithParam<Kind> {
 protected:
  ErasureJournalContractTest() : subject_(GetParam().make()) {}
  ErasureJournal& journal() { return subject_->journal(); }
  static Erasure erasure(const std::string& origin, std::uint64_t index) {
    Erasure out;
    out.origin = origin;
    out.erase_index = index;
    out.target = index - 1;
    out.commitment = sha256({origin, std::to_string(index)});
    out.reason = "mistake";
    out.time = 77;
    return out;
  }
  std::unique_ptr<Subject> subject_;
};

TEST_P(ErasureJournalContractTest, StartsEmptyAndIncomplete) {
  EXPECT_TRUE(journal().erasures()->empty());
  EXPECT_TRUE(journal().receipts()->empty());
  EXPECT_FALSE(*journal().is_complete());
  EXPECT_EQ(journal().catalogue_mark()->epoch, 0U);
}

TEST_P(ErasureJournalContractTest, KeepsWhatItWasGivenInOrder) {
  ASSERT_TRUE(journal().put(std::vector{erasure("b", 9), erasure("a", 12), erasure("a", 3)}));
  subject_->reopen();
  const auto all = *journal().erasures();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].origin, "a");
  EXPECT_EQ(all[0].erase_index, 3U);
  EXPECT_EQ(all[1].erase_index, 12U);
  EXPECT_EQ(all[2].origin, "b");
  EXPECT_EQ(all[2].target, 8U);
  EXPECT_EQ(all[2].commitment, erasure("b", 9).commitment);
  EXPECT_EQ(all[2].reason, "mistake");
  EXPECT_EQ(all[2].time, 77U);
  EXPECT_EQ(all[2].stage, ErasureStage::kBinding);
}

TEST_P(ErasureJournalContractTest, ReplacesByOriginAndEntry) {
  auto one = erasure("a", 3);
  ASSERT_TRUE(journal().put(std::vector{one}));
  one.stage = ErasureStage::kErased;
  one.receipt = "a note";
  ASSERT_TRUE(journal().put(std::vector{one}));
  const auto all = *journal().erasures();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].stage, ErasureStage::kErased);
  EXPECT_EQ(all[0].receipt, "a note");
}

TEST_P(ErasureJournalContractTest, DropsPlansOnly) {
  auto planned = erasure("a", 3);
  planned.stage = ErasureStage::kPlanned;
  ASSERT_TRUE(journal().put(std::vector{planned, erasure("a", 4)}));
  ASSERT_TRUE(journal().drop_planned("a", 3));
  ASSERT_TRUE(journal().drop_planned("a", 4));
  const auto all = *journal().erasures();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].erase_index, 4U);
}

TEST_P(ErasureJournalContractTest, TheFirstReceiptStays) {
  ASSERT_TRUE(journal().keep_receipt({"a", 3, "peer", 100, "first"}));
  ASSERT_TRUE(journal().keep_receipt({"a", 3, "peer", 200, "second"}));
  ASSERT_TRUE(journal().keep_receipt({"a", 3, "another", 300, "third"}));
  subject_->reopen();
  const auto all = *journal().receipts();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].peer, "another");
  EXPECT_EQ(all[1].note, "first");
  EXPECT_EQ(all[1].time, 100U);
}

TEST_P(ErasureJournalContractTest, RemembersItsOwnState) {
  ASSERT_TRUE(journal().set_complete());
  ASSERT_TRUE(journal().set_catalogue_mark({5, 6}));
  subject_->reopen();
  EXPECT_TRUE(*journal().is_complete());
  EXPECT_EQ(journal().catalogue_mark()->epoch, 5U);
  EXPECT_EQ(journal().catalogue_mark()->version, 6U);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ErasureJournalContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Simulated", [] { return std::make_unique<SimulatedSubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return std::string(kind.param.name); });

TEST(ErasureJournalTest, AFileOfTheVersionBeforeGetsAnEmptyOne) {
  TempFolder folder;
  const auto path = folder.file("head.db");
  ASSERT_TRUE(create_head_lock(path));
  {
    auto connection = Connection::open(path, OpenMode::kReadWrite);
    ASSERT_TRUE(connection);
    ASSERT_TRUE(
        (*connection)
            ->execute("DROP TABLE erasures; DROP TABLE erasure_receipts; DROP TABLE "
                      "erasing; DROP TABLE witness_key; DROP TABLE final_head; DROP TABLE "
                      "mirrored_heads; DROP TABLE independent_head; PRAGMA user_version=3"));
  }
  auto lock = open_head_lock(path);
  ASSERT_TRUE(lock) << lock.error().detail;
  EXPECT_TRUE((*lock)->erasures().erasures()->empty());
  EXPECT_FALSE(*(*lock)->erasures().is_complete()) << "so the logs are searched once";
}

}  // namespace
}  // namespace dure::node
