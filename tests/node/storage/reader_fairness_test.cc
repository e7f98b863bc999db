// SPDX-License-Identifier: Apache-2.0
// Readers and the writer do not starve each other, and the WAL stays bounded while somebody reads.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "storage/database.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

const Schema kSchema{77, "CREATE TABLE t(n INTEGER PRIMARY KEY, b BLOB) STRICT;"};
constexpr std::uintmax_t kMiB = 1 << 20;

class ReaderFairnessTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Database::create(path_, kSchema));
    auto opened = Database::open(path_, kSchema);
    ASSERT_TRUE(opened) << opened.error().detail;
    database_ = std::move(*opened);
  }
  /// Replaces the one row by a megabyte.
  Status write_megabyte() {
    return database_->run([](Connection& connection) {
      return connection.execute("INSERT OR REPLACE INTO t VALUES(1, randomblob(1000000))");
    });
  }
  std::uintmax_t wal_size() const {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path_ + "-wal", missing);
    return missing ? 0 : size;
  }
  TempFolder folder_;
  std::string path_ = folder_.file("test.db");
  std::unique_ptr<Database> database_;
};

TEST_F(ReaderFairnessTest, ManyReadersNeitherStopTheWriterNorLetTheWalGrow) {
  ASSERT_TRUE(write_megabyte());
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> reads{0}, failures{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        auto reader = database_->reader();
        const auto sum = reader ? (*reader)->query_integer("SELECT sum(length(b)) FROM t")
                                : Result<std::int64_t>(reader.error());
        ++(sum && *sum == 1'000'000 ? reads : failures);
      }
    });
  }
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(write_megabyte());
  const auto grown = wal_size();
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(failures, 0U);
  EXPECT_GT(reads, 100U) << "the writer let nobody read";
  EXPECT_LT(grown, 64 * kMiB) << "of 100 MiB that were written";
}

TEST_F(ReaderFairnessTest, AReaderThatIsHeldOpenSeesOneStateAndStopsNobody) {
  ASSERT_TRUE(write_megabyte());
  std::uintmax_t held_size = 0;
  {
    auto held = database_->reader();
    ASSERT_TRUE(held);
    ASSERT_TRUE((*held)->execute("BEGIN"));
    const auto count = [&](Connection& connection) {
      return *connection.query_integer("SELECT count(*) FROM t");
    };
    ASSERT_EQ(count(**held), 1);
    for (int i = 0; i < 40; ++i) {
      ASSERT_TRUE(database_->run([i](Connection& connection) {
        auto insert = connection.prepare("INSERT INTO t VALUES(?1, randomblob(1000000))");
        if (!insert) return Status(std::move(insert).error());
        return insert->bind(1, i + 2).run();
      })) << "the writer waits for a reader";
    }
    EXPECT_EQ(count(**held), 1);
    auto other = database_->reader();
    ASSERT_TRUE(other);
    EXPECT_EQ(count(**other), 41);
    held_size = wal_size();
    ASSERT_TRUE((*held)->execute("COMMIT"));
  }
  // Once it is gone the WAL starts over: as much again does not make it grow as much again.
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(write_megabyte());
  EXPECT_LT(wal_size(), held_size + 24 * kMiB);
}

}  // namespace
}  // namespace dure::node
