// SPDX-License-Identifier: Apache-2.0
// What every store of final and of mirrored heads must do.
#include <gtest/gtest.h>

#include <functional>

#include "storage/head_lock.h"
#include "support/memory_finality.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual FinalHeads& finals() = 0;
  virtual MirroredHeads& mirrored() = 0;
  virtual IndependentHeads& independent() = 0;
  virtual void reopen() {}
};

struct MemorySubject final : Subject {
  MemoryFinality memory;
  FinalHeads& finals() override { return memory; }
  MirroredHeads& mirrored() override { return memory; }
  IndependentHeads& independent() override { return memory; }
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(create_head_lock(folder.file("head.db")));
    reopen();
  }
  void reopen() override {
    lock.reset();
    lock = std::move(*open_head_lock(folder.file("head.db")));
  }
  FinalHeads& finals() override { return *lock; }
  MirroredHeads& mirrored() override { return *lock; }
  IndependentHeads& independent() override { return *lock; }
  TempFolder folder;
  std::unique_ptr<HeadLockFile> lock;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};

class FinalityContractTest : public testing::TestWithParam<Kind> {
 protected:
  FinalityContractTest() : subject_(GetParam().make()) {}
  std::unique_ptr<Subject> subject_;
};

TEST_P(FinalityContractTest, StartsEmpty) {
  EXPECT_FALSE(subject_->finals().final_head()->has_value());
  EXPECT_TRUE(subject_->mirrored().mirrored_heads()->empty());
  EXPECT_FALSE(subject_->independent().independent_head()->has_value());
}

TEST_P(FinalityContractTest, KeepsTheNewestFinalHead) {
  ASSERT_TRUE(subject_->finals().keep_final_head({"one", "held one"}));
  ASSERT_TRUE(subject_->finals().keep_final_head({"two", "held two"}));
  subject_->reopen();
  const auto head = *subject_->finals().final_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->note, "two");
  EXPECT_EQ(head->mirror, "held two");
}

TEST_P(FinalityContractTest, KeepsTheNewestHeadOfIndependentWitnesses) {
  ASSERT_TRUE(subject_->independent().keep_independent_head("one"));
  ASSERT_TRUE(subject_->independent().keep_independent_head("two"));
  subject_->reopen();
  EXPECT_EQ(*subject_->independent().independent_head(), "two");
  EXPECT_FALSE(subject_->finals().final_head()->has_value()) << "it makes nothing final";
}

TEST_P(FinalityContractTest, KeepsOneMirroredHeadOfEachLog) {
  const Hash root = sha256({"root"});
  ASSERT_TRUE(subject_->mirrored().keep_mirrored_head({"a", {3, root}, 100, 2, "first"}));
  ASSERT_TRUE(subject_->mirrored().keep_mirrored_head({"b", {5, root}, 100, 5, "other"}));
  ASSERT_TRUE(subject_->mirrored().keep_mirrored_head({"a", {4, root}, 101, 4, "second"}));
  subject_->reopen();
  const auto heads = *subject_->mirrored().mirrored_heads();
  ASSERT_EQ(heads.size(), 2U);
  const auto& a = heads[0].origin == "a" ? heads[0] : heads[1];
  EXPECT_EQ(a.tree.size, 4U);
  EXPECT_EQ(a.tree.root, root);
  EXPECT_EQ(a.time, 101U);
  EXPECT_EQ(a.held, 4U);
  EXPECT_EQ(a.note, "second");
}

INSTANTIATE_TEST_SUITE_P(
    Stores, FinalityContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace dure::node
