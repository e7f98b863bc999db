// SPDX-License-Identifier: Apache-2.0
// What every CharterStore must do.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <tuple>

#include "simulation/head_file.h"
#include "storage/head_lock.h"
#include "support/memory_charter_store.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual CharterStore& store() = 0;
  virtual void reopen() {}
};

struct MemorySubject final : Subject {
  MemoryCharterStore memory;
  CharterStore& store() override { return memory; }
};

struct SimulatedSubject final : Subject {
  CharterStore& store() override { return *file; }
  void reopen() override { file = std::make_unique<simulation::HeadFile>(db, power); }
  simulation::HeadDb db;
  simulation::Power power;
  std::unique_ptr<simulation::HeadFile> file = std::make_unique<simulation::HeadFile>(db, power);
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(create_head_lock(path));
    reopen();
  }
  CharterStore& store() override { return *lock; }
  void reopen() override {
    lock.reset();
    lock = std::move(*open_head_lock(path));
  }
  TempFolder folder;
  std::string path = folder.file("head.db");
  std::unique_ptr<HeadLockFile> lock;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};

class CharterStoreContractTest : public testing::TestWithParam<Kind> {
 protected:
  CharterStoreContractTest() : subject_(GetParam().make()) {}
  void keep(std::vector<CharterFile> files) {
    ASSERT_TRUE(subject_->store().keep_charter_files(files));
  }
  std::string all() {
    subject_->reopen();
    std::string out;
    auto files = *subject_->store().charter_files();
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
      return std::tie(a.paper, a.key) < std::tie(b.paper, b.key);
    });
    for (const auto& file : files)
      out += std::to_string(static_cast<int>(file.paper)) + file.key + "=" + file.text + "@" +
             std::to_string(file.since) + ";";
    return out;
  }
  std::unique_ptr<Subject> subject_;
};

TEST_P(CharterStoreContractTest, KeepsReplacesAndRemoves) {
  EXPECT_EQ(all(), "");
  keep({{CharterPaper::kVersion, "1", "one", 10}, {CharterPaper::kDraft, "1", "헌장\n", 11}});
  EXPECT_EQ(all(), "11=one@10;21=헌장\n@11;");
  keep({{CharterPaper::kDraft, "1", "signed", 12}, {CharterPaper::kEvidence, "1", "other", 13}});
  EXPECT_EQ(all(), "11=one@10;21=signed@12;31=other@13;");
  keep({{CharterPaper::kDraft, "1", "", 0},
        {CharterPaper::kVersion, "1", "", 0},
        {CharterPaper::kVersion, "1", "again", 14}});
  EXPECT_EQ(all(), "11=again@14;31=other@13;");
  keep({{CharterPaper::kDraft, "none", "", 0}});
  EXPECT_EQ(all(), "11=again@14;31=other@13;");
}

INSTANTIATE_TEST_SUITE_P(
    Stores, CharterStoreContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Simulated", [] { return std::make_unique<SimulatedSubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace dure::node
