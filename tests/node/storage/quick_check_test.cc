// SPDX-License-Identifier: Apache-2.0
// A file's structure is looked over without writing, within its time, and each damage is told.
#include "storage/quick_check.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "storage/head_lock.h"
#include "storage/node_store.h"
#include "storage/sqlite.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class QuickCheckTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(NodeStore::create(path_, "suwon.go.kr/dure/1")); }

  TempFolder folder_;
  std::string path_ = folder_.file("node.db");
};

TEST_F(QuickCheckTest, AWholeFileHasNoFaultAndNothingIsMadeBesideIt) {
  const auto check = quick_check(path_, seconds(5));
  ASSERT_TRUE(check);
  EXPECT_TRUE(check->finished);
  EXPECT_EQ(check->fault, "");
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(path_ + "-shm"));
}

TEST_F(QuickCheckTest, AFileInUseIsLookedOverBesideItsWriter) {
  const auto store = NodeStore::open(path_);
  ASSERT_TRUE(store);
  const auto check = quick_check(path_, seconds(5));
  ASSERT_TRUE(check);
  EXPECT_TRUE(check->finished);
}

TEST_F(QuickCheckTest, DamageIsAFaultNotAnError) {
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(16);  // the size of a page
    const int high = file.get(), low = file.get();
    for (int number = 1; number < 6; ++number) {  // heads of pages behind the schema's
      file.seekp(std::streamoff{number} * (high * 256 + low));
      file.write("\x7f\xff\x7f\xff\x7f\xff\x7f\xff", 8);
    }
  }
  const auto check = quick_check(path_, seconds(5));
  ASSERT_TRUE(check) << check.error().detail;
  EXPECT_NE(check->fault, "");
  std::ofstream(path_, std::ios::trunc) << std::string(8192, 'x');
  const auto none = quick_check(path_, seconds(5));
  ASSERT_TRUE(none) << none.error().detail;
  EXPECT_NE(none->fault, "");
}

TEST_F(QuickCheckTest, AMissingFileIsAnError) {
  EXPECT_FALSE(quick_check(folder_.file("none.db"), seconds(5)));
}

TEST_F(QuickCheckTest, EndsWhenItsTimeIsOver) {
  const auto connection = Connection::open(path_, OpenMode::kReadWrite);
  ASSERT_TRUE(connection);
  ASSERT_TRUE(
      (*connection)
          ->execute("CREATE TABLE many(x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                    "SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO many SELECT i FROM n"));
  const auto check = quick_check(**connection, milliseconds(0));
  ASSERT_TRUE(check) << check.error().detail;
  EXPECT_FALSE(check->finished);
  EXPECT_EQ(check->fault, "");
  // The limit is gone with it.
  EXPECT_TRUE((*connection)->query_integer("SELECT count(*) FROM many, sqlite_schema"));
}

TEST_F(QuickCheckTest, TheHeadLockIsLookedOverByItsHolder) {
  const auto path = folder_.file("head.db");
  ASSERT_TRUE(create_head_lock(path));
  const auto lock = open_head_lock(path);
  ASSERT_TRUE(lock);
  const auto check = (*lock)->look_over(seconds(5));
  ASSERT_TRUE(check);
  EXPECT_TRUE(check->finished);
  EXPECT_EQ(check->fault, "");
  EXPECT_TRUE((*lock)->head());  // it goes on
}

}  // namespace
}  // namespace dure::node
