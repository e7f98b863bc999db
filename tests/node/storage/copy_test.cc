// SPDX-License-Identifier: Apache-2.0
// Copies of a node.db that is being written: one moment, whole, and nobody waits for it.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "storage/log_copy.h"
#include "storage/log_tables.h"
#include "storage/node_store.h"
#include "storage/sqlite.h"
#include "support/naive_tree.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

class CopyTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(NodeStore::create(path_, kTestOrigin));
    store_ = std::move(*NodeStore::open(path_));
  }
  void fill(std::uint64_t count, std::size_t padding = 0) {
    std::vector<NewEntry> entries;
    const std::uint64_t first = store_->own_log().size();
    for (std::uint64_t i = 0; i < count; ++i) {
      entries.push_back(test_entry(first + i));
      entries.back().body.append(padding, ' ');
    }
    ASSERT_TRUE(store_->own_log().append(first, entries));
  }
  Hash root_of(std::uint64_t size) {
    CompactRange range;
    for (std::uint64_t i = 0; i < size; ++i) range.append(test_entry(i).leaf_hash);
    return range.root();
  }
  void execute(const std::string& path, const char* sql) {
    auto connection = Connection::open(path, OpenMode::kReadWrite);
    ASSERT_TRUE(connection) << connection.error().detail;
    ASSERT_TRUE((*connection)->execute(sql));
  }
  /// How many files lie in the folder.
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder_.path()), {});
  }

  TempFolder folder_;
  std::string path_ = folder_.file("node.db"), copy_ = folder_.file("copy #1?.db");
  std::unique_ptr<NodeStore> store_;
};

TEST_F(CopyTest, HoldsTheLogOfTheMoment) {
  fill(600);
  ASSERT_TRUE(store_->copy_to(copy_, {}));
  fill(5);
  const auto before = files();
  const auto log = examine_copy(copy_);
  ASSERT_TRUE(log) << log.error().detail;
  EXPECT_EQ(log->origin, kTestOrigin);
  EXPECT_EQ(log->size, 600U);
  EXPECT_EQ(log->root, root_of(600));
  EXPECT_EQ(log->head, "");
  EXPECT_EQ(log->format, node_schema().version());
  EXPECT_EQ(files(), before) << "looking at a copy makes nothing beside it";
}

TEST_F(CopyTest, IsAnEmptyLogToo) {
  ASSERT_TRUE(store_->copy_to(copy_, {}));
  EXPECT_EQ(examine_copy(copy_)->root, empty_root());
}

TEST_F(CopyTest, IsOneMomentWhileOthersWrite) {
  fill(3000, 2000);
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> written = 0;
  std::thread writer([&] {
    while (!done) {
      fill(50, 2000);
      written += 50;
    }
  });
  // Between any two steps of the copy somebody commits: a copy that started over would never end.
  for (int round = 0; round < 3; ++round) {
    const std::string path = folder_.file("copy" + std::to_string(round));
    const auto size_before = store_->own_log().size();
    const auto copied = store_->copy_to(path, [&] {
      const auto seen = written.load();
      while (written < seen + 50) std::this_thread::yield();
      return false;
    });
    ASSERT_TRUE(copied) << copied.error().detail;
    const auto log = examine_copy(path);
    ASSERT_TRUE(log) << log.error().detail;
    EXPECT_GE(log->size, size_before);
    EXPECT_LT(log->size, store_->own_log().size());
    EXPECT_EQ(log->root, root_of(log->size));
  }
  done = true;
  writer.join();
}

TEST_F(CopyTest, NoWriterWaitsForIt) {
  fill(2000, 2000);
  // Much more is written during the copy than the WAL may hold before the writer waits for readers.
  bool wrote = false;
  std::chrono::steady_clock::duration longest{};
  const auto copied = store_->copy_to(copy_, [&] {
    for (int i = 0; i < 60 && !wrote; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      fill(500, 2000);
      longest = std::max(longest, std::chrono::steady_clock::now() - begin);
    }
    wrote = true;
    return false;
  });
  ASSERT_TRUE(copied);
  EXPECT_EQ(examine_copy(copy_)->size, 2000U);
  EXPECT_LT(longest, std::chrono::seconds(4)) << "waiting for a reader takes five";
}

TEST_F(CopyTest, IsGivenUpWhenTold) {
  fill(600);
  const auto copied = store_->copy_to(copy_, [] { return true; });
  EXPECT_EQ(copied.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(copy_));
}

TEST_F(CopyTest, OverwritesNothing) {
  std::ofstream(copy_) << "something";
  EXPECT_EQ(store_->copy_to(copy_, {}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(std::filesystem::file_size(copy_), 9U);
}

TEST_F(CopyTest, DamageIsNoticed) {
  fill(600);
  ASSERT_TRUE(store_->copy_to(copy_, {}));
  execute(copy_, "DELETE FROM entries WHERE key = (1 << 40) + 300");
  EXPECT_EQ(examine_copy(copy_).error().text, "storage.corrupt");
  std::filesystem::resize_file(copy_, 5 * 16384);
  EXPECT_EQ(examine_copy(copy_).error().code, ErrorCode::kStorage);
  std::ofstream(copy_, std::ios::trunc) << "not a database, whatever its name says";
  EXPECT_FALSE(examine_copy(copy_));
  EXPECT_FALSE(examine_copy(folder_.file("none")));
}

TEST_F(CopyTest, ChangedLeavesHaveAnotherRoot) {
  fill(10);
  ASSERT_TRUE(store_->copy_to(copy_, {}));
  execute(copy_, "UPDATE entries SET leaf = CAST(leaf || ' ' AS BLOB) WHERE key = (1 << 40) + 3");
  EXPECT_NE(examine_copy(copy_)->root, root_of(10));
}

TEST_F(CopyTest, RefusesOtherKindsAndNewerVersions) {
  ASSERT_TRUE(store_->copy_to(copy_, {}));
  execute(copy_, "PRAGMA user_version=99");
  EXPECT_EQ(examine_copy(copy_).error().text, "storage.newer-version");
  execute(copy_, "PRAGMA user_version=1; PRAGMA application_id=5");
  EXPECT_EQ(examine_copy(copy_).error().text, "storage.not-ours");
}

}  // namespace
}  // namespace dure::node
