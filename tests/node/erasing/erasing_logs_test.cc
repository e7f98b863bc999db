// SPDX-License-Identifier: Apache-2.0
// Whatever is stored passes the eraser: bundles of mirrors and entries of the own log.
#include <atomic>
#include <thread>

#include "erasing/erasing_own_log.h"
#include "node/erasing/erasing_fixture.h"
#include "support/memory_own_log.h"

namespace dure::node {
namespace {

class ErasingMirrorsTest : public ErasingFixture {
 protected:
  ErasingMirrorsTest() { open(); }
  bool stored_body(std::uint64_t index) { return logs_.entry(log_, index)->salt.has_value(); }
};

TEST_F(ErasingMirrorsTest, StoresNoErasedBodyWhoeverBringsIt) {
  ASSERT_TRUE(store({test_mirrored(0), test_mirrored(1), erase_entry(2, 0)}));
  EXPECT_FALSE(stored_body(0)) << "erased within one bundle";
  EXPECT_TRUE(logs_.entry(log_, 0)->body.empty());
  EXPECT_TRUE(stored_body(1));
  EXPECT_TRUE(stored_body(2)) << "the reason stays";
  // A mirror that is pulled anew, from somebody who kept everything.
  const auto again = logs_.add_log("lost.example/dure/1");
  EXPECT_NE(again, log_);
  MemoryMirrors fresh;
  ASSERT_EQ(fresh.add_log(kTestOrigin), log_);
  const auto mirrors = make_erasing_mirrors(fresh, fresh, *eraser_);
  mirrors->store(log_, {0, {test_mirrored(0), test_mirrored(1)}}, [](const Status&) {});
  EXPECT_FALSE(fresh.entry(log_, 0)->salt.has_value());
  EXPECT_TRUE(fresh.entry(log_, 1)->salt.has_value());
}

TEST_F(ErasingMirrorsTest, WhatDoesNotBindErasesNothing) {
  ASSERT_TRUE(store({test_mirrored(0), erase_entry(1, 1), erase_entry(2, 7)}));
  EXPECT_TRUE(journalled().empty());
  EXPECT_TRUE(stored_body(0));
}

TEST_F(ErasingMirrorsTest, AnEraseEntryOfOneLogNeverTouchesAnother) {
  const auto other = logs_.add_log("anyang.example/dure/1");
  ASSERT_TRUE(store({test_mirrored(0)}));
  mirrors_->store(other, {0, {test_mirrored(5), erase_entry(6, 0)}}, [](const Status&) {});
  EXPECT_TRUE(stored_body(0));
  EXPECT_FALSE(logs_.entry(other, 0)->salt.has_value());
}

TEST_F(ErasingMirrorsTest, AnUnknownReasonErasesAllTheSame) {
  auto entry = erase_entry(1, 0);
  entry.salt.reset();
  entry.body.clear();
  ASSERT_TRUE(store({test_mirrored(0), entry}));
  ASSERT_EQ(journalled().size(), 1U);
  EXPECT_EQ(journalled()[0].reason, "");
  EXPECT_FALSE(stored_body(0));
}

TEST_F(ErasingMirrorsTest, TheSameEntryAgainChangesNothing) {
  ASSERT_TRUE(store({test_mirrored(0), erase_entry(1, 0)}));
  ASSERT_TRUE(eraser_->finish());
  const auto before = journalled();
  EXPECT_FALSE(eraser_->unfinished());
  MemoryMirrors fresh;
  ASSERT_EQ(fresh.add_log(kTestOrigin), log_);
  const auto mirrors = make_erasing_mirrors(fresh, fresh, *eraser_);
  mirrors->store(log_, {0, {test_mirrored(0), erase_entry(1, 0)}}, [](const Status&) {});
  EXPECT_EQ(journalled().size(), 1U);
  EXPECT_EQ(journalled()[0].receipt, before[0].receipt);
  EXPECT_FALSE(eraser_->unfinished());
}

/// Answers `stored` of entries only when it is told to, as a writer thread does.
class SlowMirrors final : public MirrorStore {
 public:
  explicit SlowMirrors(MirrorStore& inner) : inner_(inner) {}
  Result<MirrorState> mirror(LogId log) override { return inner_.mirror(log); }
  Status begin(LogId log, std::string_view head) override { return inner_.begin(log, head); }
  Status complete(LogId log, std::string_view head) override { return inner_.complete(log, head); }
  void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) override {
    const std::lock_guard lock(mutex_);
    writers_.emplace_back([this, log, kept = std::move(bundle), said = std::move(done)]() mutable {
      inner_.store(log, std::move(kept), std::move(said));
    });
  }
  ~SlowMirrors() override {
    for (auto& writer : writers_) writer.join();
  }

 private:
  MirrorStore& inner_;
  std::mutex mutex_;  // guards writers_
  std::vector<std::thread> writers_;
};

TEST_F(ErasingMirrorsTest, WaitsForTheTargetThatIsStillOnItsWayToTheDisk) {
  std::atomic<int> stored{0};  // outlives the mirrors, which count to the end
  SlowMirrors slow(logs_);
  const auto mirrors = make_erasing_mirrors(slow, logs_, *eraser_);
  const auto count = [&](const Status& status) { stored += status ? 1 : 0; };
  mirrors->store(log_, {0, {test_mirrored(0)}}, count);
  mirrors->store(log_, {1, {erase_entry(1, 0)}}, count);
  ASSERT_EQ(journalled().size(), 1U);
  EXPECT_EQ(journalled()[0].commitment, parse_leaf(test_entry(0).leaf)->commitment);
}

class ErasingOwnLogTest : public ErasingFixture {
 protected:
  ErasingOwnLogTest() {
    open();
    EXPECT_TRUE(store({test_mirrored(0), test_mirrored(1)}));  // what the reader shows of it
    own_ = make_erasing_own_log(inner_, kTestOrigin, logs_, *eraser_);
    EXPECT_TRUE(own_->append(0, std::vector{test_entry(0), test_entry(1)}));
  }
  static NewEntry erasing(std::uint64_t number, std::uint64_t target) {
    const auto mirrored = erase_entry(number, target);
    NewEntry entry = test_entry(number);
    entry.leaf = mirrored.leaf;
    entry.leaf_hash = hash_leaf(entry.leaf);
    entry.body = mirrored.body;
    entry.type = "erase";
    return entry;
  }
  MemoryOwnLog inner_;
  std::unique_ptr<OwnLog> own_;
};

TEST_F(ErasingOwnLogTest, BindsWhatItAppended) {
  ASSERT_TRUE(own_->append(2, std::vector{erasing(2, 0)}));
  EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 0));
  ASSERT_EQ(journalled().size(), 1U);
  EXPECT_EQ(journalled()[0].stage, ErasureStage::kBinding);
  ASSERT_TRUE(eraser_->finish());
  EXPECT_FALSE(bodies_.has(log_, 0));
}

TEST_F(ErasingOwnLogTest, NothingIsAppendedThatIsNotWrittenDown) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    journal_.fail_put.arm(failure);
    EXPECT_FALSE(own_->append(2, std::vector{erasing(2, 0)}));
    EXPECT_EQ(inner_.size(), 2U);
    EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 0));
  }
}

TEST_F(ErasingOwnLogTest, AFailedAppendErasesNothingUntilItIsKnown) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    inner_.fail_append.arm(failure);
    EXPECT_FALSE(own_->append(2, std::vector{erasing(2, 0)}));
    EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 0));
    ASSERT_EQ(journalled().size(), 1U);
    EXPECT_EQ(journalled()[0].stage, ErasureStage::kPlanned);
  }
}

TEST_F(ErasingOwnLogTest, HealingKeepsWhatBindsBinding) {
  ASSERT_TRUE(own_->append(2, std::vector{erasing(2, 0)}));
  ASSERT_TRUE(eraser_->finish());
  const auto receipt = journalled()[0].receipt;
  MemoryOwnLog restored;
  const auto own = make_erasing_own_log(restored, kTestOrigin, logs_, *eraser_);
  restored.fail_append.arm(Failure::kBeforeWrite);
  EXPECT_FALSE(own->append(0, std::vector{test_entry(0), test_entry(1), erasing(2, 0)}));
  ASSERT_EQ(journalled().size(), 1U);
  EXPECT_EQ(journalled()[0].stage, ErasureStage::kErased) << "never a plan again";
  ASSERT_TRUE(own->append(0, std::vector{test_entry(0), test_entry(1), erasing(2, 0)}));
  EXPECT_EQ(journalled()[0].receipt, receipt);
}

TEST_F(ErasingOwnLogTest, HealingBringsNoErasedBodyBack) {
  ASSERT_TRUE(own_->append(2, std::vector{erasing(2, 0)}));
  MemoryOwnLog restored;
  const auto own = make_erasing_own_log(restored, kTestOrigin, logs_, *eraser_);
  auto entries = std::vector{test_entry(0), test_entry(1)};
  entries[0].source = "gov24:1";
  ASSERT_TRUE(own->append(0, entries));
  EXPECT_TRUE(restored.entries()[0].body_absent);
  EXPECT_TRUE(restored.entries()[0].body.empty());
  EXPECT_TRUE(restored.entries()[0].source.empty());
  EXPECT_FALSE(restored.entries()[1].body_absent);
}

}  // namespace
}  // namespace dure::node
