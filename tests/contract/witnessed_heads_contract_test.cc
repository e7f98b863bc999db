// SPDX-License-Identifier: Apache-2.0
// What every WitnessedHeads must do.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "simulation/head_file.h"
#include "storage/head_lock.h"
#include "support/memory_witnessed_heads.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual WitnessedHeads& heads() = 0;
};

struct MemorySubject final : Subject {
  MemoryWitnessedHeads memory;
  WitnessedHeads& heads() override { return memory; }
};

struct SimulatedSubject final : Subject {
  WitnessedHeads& heads() override { return file; }
  simulation::HeadDb db;
  simulation::Power power;
  simulation::HeadFile file{db, power};
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(create_head_lock(folder.file("head.db")));
    lock = std::move(*open_head_lock(folder.file("head.db")));
  }
  WitnessedHeads& heads() override { return *lock; }
  TempFolder folder;
  std::unique_ptr<HeadLockFile> lock;
};

using Make = std::function<std::unique_ptr<Subject>()>;
struct Kind {
  const char* name;
  Make make;
};

class WitnessedHeadsContractTest : public testing::TestWithParam<Kind> {
 protected:
  WitnessedHeadsContractTest() : subject_(GetParam().make()) {}
  WitnessedHeads& heads() { return subject_->heads(); }
  static WitnessedHead head(const std::string& origin, std::uint64_t size, std::uint64_t time) {
    return {origin, {size, sha256({origin, std::to_string(size)})}, time, "note"};
  }
  std::unique_ptr<Subject> subject_;
};

TEST_P(WitnessedHeadsContractTest, StartsEmpty) { EXPECT_TRUE(heads().all()->empty()); }

TEST_P(WitnessedHeadsContractTest, ComparesBeforeItReplaces) {
  const WitnessedHead none{"a", {}, 0, ""};
  const auto one = head("a", 1, 100);
  const auto two = head("a", 2, 200);
  ASSERT_TRUE(heads().replace(none, one));
  EXPECT_EQ(heads().replace(none, two).error().code, ErrorCode::kConflict);
  EXPECT_EQ(heads().replace(two, two).error().code, ErrorCode::kConflict);
  auto other_root = one;
  other_root.tree.root[0] ^= 1;
  EXPECT_EQ(heads().replace(other_root, two).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(heads().replace(one, two));
  const auto all = *heads().all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].origin, "a");
  EXPECT_EQ(all[0].tree.size, 2U);
  EXPECT_EQ(all[0].tree.root, two.tree.root);
  EXPECT_EQ(all[0].time, 200U);
  EXPECT_EQ(all[0].note, "note");
}

TEST_P(WitnessedHeadsContractTest, AnEmptyTreeIsAHeadToo) {
  const WitnessedHead none{"a", {}, 0, ""};
  const WitnessedHead empty{"a", {}, 50, "note"};
  ASSERT_TRUE(heads().replace(none, empty));
  EXPECT_EQ(heads().replace(none, empty).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(heads().replace(empty, head("a", 1, 60)));
}

TEST_P(WitnessedHeadsContractTest, LogsDoNotTouchEachOther) {
  std::vector<std::thread> logs;
  std::atomic<int> failed{0};
  for (int log = 0; log < 8; ++log) {
    logs.emplace_back([&, origin = "log " + std::to_string(log)] {
      WitnessedHead last{origin, {}, 0, ""};
      for (std::uint64_t size = 1; size <= 25; ++size) {
        const auto next = head(origin, size, size);
        if (!heads().replace(last, next)) ++failed;
        last = next;
      }
    });
  }
  for (auto& log : logs) log.join();
  EXPECT_EQ(failed, 0);
  const auto all = *heads().all();
  EXPECT_EQ(all.size(), 8U);
  for (const auto& one : all) {
    EXPECT_EQ(one.tree.size, 25U);
    EXPECT_EQ(one.tree.root, head(one.origin, 25, 1).tree.root);
  }
}

TEST_P(WitnessedHeadsContractTest, OfManyWritersAtOnePlaceOneWins) {
  WitnessedHead last{"a", {}, 0, ""};
  for (std::uint64_t size = 1; size <= 20; ++size) {
    std::atomic<int> won{0};
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer) {
      writers.emplace_back([&] { won += heads().replace(last, head("a", size, size)) ? 1 : 0; });
    }
    for (auto& writer : writers) writer.join();
    EXPECT_EQ(won, 1);
    last = head("a", size, size);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Stores, WitnessedHeadsContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Simulated", [] { return std::make_unique<SimulatedSubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace dure::node
