// SPDX-License-Identifier: Apache-2.0
// What every OwnLog and HeadLock must do.
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "simulation/head_file.h"
#include "simulation/node_file.h"
#include "storage/head_lock.h"
#include "storage/node_store.h"
#include "support/memory_head_lock.h"
#include "support/memory_own_log.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

/// Whatever keeps the ports under test alive.
struct Subject {
  virtual ~Subject() = default;
  virtual OwnLog& log() = 0;
  virtual HeadLock& head_lock() = 0;
};

struct MemorySubject final : Subject {
  MemoryOwnLog own_log;
  MemoryHeadLock lock;
  OwnLog& log() override { return own_log; }
  HeadLock& head_lock() override { return lock; }
};

struct SimulatedSubject final : Subject {
  OwnLog& log() override { return logs; }
  HeadLock& head_lock() override { return lock; }
  simulation::NodeDb db{kTestOrigin};
  simulation::HeadDb head_db;
  simulation::Power power;
  simulation::LogsFile logs{db, power};
  simulation::HeadFile lock{head_db, power};
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(NodeStore::create(folder.file("node.db"), kTestOrigin));
    EXPECT_TRUE(create_head_lock(folder.file("head.db")));
    store = std::move(*NodeStore::open(folder.file("node.db")));
    lock = std::move(*open_head_lock(folder.file("head.db")));
  }
  OwnLog& log() override { return store->own_log(); }
  HeadLock& head_lock() override { return *lock; }
  TempFolder folder;
  std::unique_ptr<NodeStore> store;
  std::unique_ptr<HeadLock> lock;
};

using Make = std::function<std::unique_ptr<Subject>()>;
struct Kind {
  const char* name;
  Make make;
};

class OwnLogContractTest : public testing::TestWithParam<Kind> {
 protected:
  OwnLogContractTest() : subject_(GetParam().make()) {}
  OwnLog& log() { return subject_->log(); }
  HeadLock& head_lock() { return subject_->head_lock(); }
  void fill(std::uint64_t count) {
    std::vector<NewEntry> entries;
    for (std::uint64_t i = 0; i < count; ++i) entries.push_back(test_entry(log().size() + i));
    ASSERT_TRUE(log().append(log().size(), entries));
  }
  std::unique_ptr<Subject> subject_;
};

TEST_P(OwnLogContractTest, StartsEmpty) {
  EXPECT_EQ(log().size(), 0U);
  EXPECT_EQ(log().range()->root(), empty_root());
  EXPECT_FALSE(log().published_head()->has_value());
  EXPECT_EQ(log().body(0).error().code, ErrorCode::kNotFound);
}

TEST_P(OwnLogContractTest, AppendsOnlyAtItsEnd) {
  const std::vector<NewEntry> one{test_entry(0)};
  EXPECT_EQ(log().append(1, one).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(log().append(0, one));
  EXPECT_EQ(log().append(0, one).error().code, ErrorCode::kConflict);
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(OwnLogContractTest, RangeIsTheTreeOfAllLeaves) {
  std::vector<Hash> leaves;
  for (const std::uint64_t step : {1U, 254U, 1U, 1U, 300U, 700U}) {
    for (std::uint64_t i = 0; i < step; ++i)
      leaves.push_back(hash_leaf(test_entry(leaves.size()).leaf));
    fill(step);
    EXPECT_EQ(log().range()->size(), leaves.size());
    EXPECT_EQ(log().range()->root(), naive_root(leaves));
  }
}

TEST_P(OwnLogContractTest, KeepsBodies) {
  fill(3);
  EXPECT_EQ(**log().body(2), test_entry(2).body);
  EXPECT_EQ(log().body(3).error().code, ErrorCode::kNotFound);
}

TEST_P(OwnLogContractTest, FindsTheNewestRevision) {
  NewEntry first = test_entry(0);
  first.source = "gov24:1";
  NewEntry second = first;
  second.rev = 2;
  ASSERT_TRUE(log().append(0, {{first, test_entry(1)}}));
  ASSERT_TRUE(log().append(2, {{second}}));
  const auto by_id = *log().find_by_id(first.id);
  ASSERT_TRUE(by_id);
  EXPECT_EQ(by_id->rev, 2U);
  EXPECT_EQ(by_id->index, 2U);
  const auto by_source = *log().find_by_source("gov24:1");
  ASSERT_TRUE(by_source);
  EXPECT_EQ(by_source->id, first.id);
  EXPECT_EQ(by_source->rev, 2U);
  EXPECT_FALSE(*log().find_by_id(test_id(99)));
  EXPECT_FALSE(*log().find_by_source("gov24:2"));
  EXPECT_FALSE(*log().find_by_source(""));
}

TEST_P(OwnLogContractTest, AnswersThePublishedHead) {
  const auto signer = test_signer();
  fill(2);
  const auto head = test_head(*log().range(), *signer);
  ASSERT_TRUE(log().publish_head(head));
  EXPECT_EQ(**log().published_head(), format_note(head.note));
}

TEST_P(OwnLogContractTest, OneOfManyAppendersAtOnePlaceWins) {
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const std::vector<NewEntry> one{test_entry(i)};
      if (log().append(0, one)) ++won;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(OwnLogContractTest, HeadLockComparesAndSwaps) {
  EXPECT_FALSE(head_lock().head()->has_value());
  EXPECT_EQ(head_lock().replace_head("other", "a").error().code, ErrorCode::kConflict);
  ASSERT_TRUE(head_lock().replace_head(std::nullopt, "a"));
  EXPECT_EQ(head_lock().replace_head(std::nullopt, "b").error().code, ErrorCode::kConflict);
  ASSERT_TRUE(head_lock().replace_head("a", "b"));
  EXPECT_EQ(**head_lock().head(), "b");
}

INSTANTIATE_TEST_SUITE_P(
    Stores, OwnLogContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Simulated", [] { return std::make_unique<SimulatedSubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace dure::node
