// SPDX-License-Identifier: Apache-2.0
// The writer thread: shared commits, isolated failures, lazy jobs, and distrust after an I/O error.
#include "storage/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "support/temp_folder.h"

namespace dure::node {
namespace {

const Schema kSchema{77, "CREATE TABLE t(n INTEGER PRIMARY KEY) STRICT;"};

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Database::create(path_, kSchema));
    open();
  }
  void open() {
    database_.reset();
    auto opened = Database::open(path_, kSchema);
    ASSERT_TRUE(opened) << opened.error().detail;
    database_ = std::move(*opened);
  }
  static Database::Job insert(int number) {
    return [number](Connection& connection) {
      auto statement = connection.prepare("INSERT INTO t VALUES(?1)");
      if (!statement) return Status(std::move(statement).error());
      return statement->bind(1, number).run();
    };
  }
  std::int64_t count() {
    auto reader = database_->reader();
    return *(*reader)->query_integer("SELECT count(*) FROM t");
  }
  /// Holds the writer in a job until `release` is called, so that what follows shares one
  /// transaction.
  void hold() {
    release_.emplace();
    std::promise<void> held;
    database_->submit(
        [&held, go = release_->get_future().share()](Connection&) {
          held.set_value();
          go.wait();
          return ok();
        },
        [](const Status&) {});
    held.get_future().wait();
  }
  void release() { release_->set_value(); }

  TempFolder folder_;
  std::string path_ = folder_.file("test.db");
  std::optional<std::promise<void>> release_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, WaitingJobsShareOneCommit) {
  hold();
  std::atomic<int> done{0};
  for (int i = 0; i < 100; ++i)
    database_->submit(insert(i), [&](const Status& status) { done += status ? 1 : 0; });
  const auto before = database_->commits();
  release();
  ASSERT_TRUE(database_->run(insert(1000)));
  EXPECT_EQ(done, 100);
  EXPECT_LE(database_->commits() - before, 3U);
  EXPECT_EQ(count(), 101);
}

TEST_F(DatabaseTest, AFailingJobFailsAlone) {
  hold();
  std::vector<std::optional<ErrorCode>> codes(5);
  for (std::size_t i = 0; i < 5; ++i) {
    const auto job = [i](Connection& connection) -> Status {
      if (auto first = insert(static_cast<int>(i))(connection); !first) return first;
      if (i == 2) return Error{ErrorCode::kInvalid, "of its own"};
      if (i == 3) return insert(0)(connection);  // there already
      return ok();
    };
    database_->submit(job, [&codes, i](const Status& status) {
      if (!status) codes[i] = status.error().code;
    });
  }
  release();
  ASSERT_TRUE(database_->run(insert(9)));
  EXPECT_EQ(codes[0], std::nullopt);
  EXPECT_EQ(codes[1], std::nullopt);
  EXPECT_EQ(codes[2], ErrorCode::kInvalid);
  EXPECT_EQ(codes[3], ErrorCode::kConflict);
  EXPECT_EQ(codes[4], std::nullopt);
  EXPECT_EQ(count(), 4);
}

TEST_F(DatabaseTest, ALoneFailingJobLeavesNothing) {
  EXPECT_FALSE(database_->run([](Connection& connection) -> Status {
    if (auto first = insert(1)(connection); !first) return first;
    return Error{ErrorCode::kInvalid, "no"};
  }));
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(database_->run(insert(1)));
}

TEST_F(DatabaseTest, AFullDiskFailsTheWholeTransactionAndTheNextMayWork) {
  ASSERT_TRUE(database_->run([](Connection& connection) {
    return connection.execute("CREATE TABLE big(b BLOB) STRICT");
  }));
  const auto too_much = [](Connection& connection) -> Status {
    if (auto limited = connection.query_integer("PRAGMA max_page_count=1"); !limited)
      return std::move(limited).error();
    return connection.execute("INSERT INTO big VALUES(zeroblob(1000000))");
  };
  EXPECT_EQ(database_->run(too_much).error().text, "storage.full");
  ASSERT_TRUE(database_->run([](Connection& connection) -> Status {
    if (auto raised = connection.query_integer("PRAGMA max_page_count=1000000"); !raised)
      return std::move(raised).error();
    return ok();
  }));
  EXPECT_TRUE(database_->run(insert(1)));
}

TEST_F(DatabaseTest, AfterAnIoErrorNothingIsWrittenUntilReopened) {
  ASSERT_TRUE(database_->run(insert(1)));
  EXPECT_FALSE(database_->run([](Connection& connection) -> Status {
    if (auto first = insert(2)(connection); !first) return first;
    return sqlite_error(nullptr, SQLITE_IOERR_FSYNC, connection.path());
  }));
  const auto refused = database_->run(insert(3));
  EXPECT_EQ(refused.error().code, ErrorCode::kStorage);
  EXPECT_EQ(refused.error().text, "storage.io");
  EXPECT_EQ(count(), 1);  // reading goes on
  open();
  EXPECT_TRUE(database_->run(insert(3)));
  EXPECT_EQ(count(), 2);
}

TEST_F(DatabaseTest, LazyJobsRideAlongAndTheNewestWins) {
  database_->submit_lazy(1, insert(1));
  database_->submit_lazy(1, insert(2));
  database_->submit_lazy(2, insert(3));
  ASSERT_TRUE(database_->run(insert(4)));
  auto reader = database_->reader();
  // A lazy job may have run alone before; those of one slot that still waited were replaced.
  EXPECT_GE(*(*reader)->query_integer("SELECT count(*) FROM t WHERE n IN (2, 3, 4)"), 3);
}

TEST_F(DatabaseTest, LazyJobsRunAtClose) {
  database_->submit_lazy(1, insert(1));
  open();
  EXPECT_EQ(count(), 1);
}

TEST_F(DatabaseTest, ReadersAreSharedByMoreThreadsThanThereAre) {
  ASSERT_TRUE(database_->run(insert(1)));
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) good += count() == 1 ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 640);
}

TEST_F(DatabaseTest, ReadersCannotWrite) {
  auto reader = database_->reader();
  EXPECT_EQ((*reader)->execute("INSERT INTO t VALUES(5)").error().text, "storage.read-only");
}

TEST_F(DatabaseTest, WaitsWhileTooMuchIsWaiting) {
  DatabaseOptions options;
  options.max_waiting_bytes = 1000;
  database_.reset();
  database_ = std::move(*Database::open(path_, kSchema, options));
  hold();
  database_->submit(
      insert(1), [](const Status&) {}, 900);
  std::atomic<bool> entered{false};
  std::thread second([&] {
    database_->submit(
        insert(2), [](const Status&) {}, 900);
    entered = true;
  });
  EXPECT_FALSE(entered);
  release();
  second.join();
  EXPECT_TRUE(entered);
  ASSERT_TRUE(database_->run(insert(3)));
  EXPECT_EQ(count(), 3);
}

TEST_F(DatabaseTest, TheWalDoesNotGrowForEver) {
  ASSERT_TRUE(database_->run([](Connection& connection) {
    return connection.execute("CREATE TABLE big(b BLOB) STRICT");
  }));
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(database_->run([](Connection& connection) {
      return connection.execute("INSERT INTO big VALUES(randomblob(2000000))");
    }));
  }
  EXPECT_LT(std::filesystem::file_size(path_ + "-wal"), std::uintmax_t{64} << 20)
      << "of 80 MB that were written";
}

}  // namespace
}  // namespace dure::node
