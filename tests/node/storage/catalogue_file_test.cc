// SPDX-License-Identifier: Apache-2.0
// The catalogue's file may be damaged, old or somebody else's: it is made anew, or left alone.
#include <fstream>

#include "node/storage/catalogue_store_fixture.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

using CatalogueFileTest = CatalogueStoreTest;

TEST_F(CatalogueFileTest, MakesADamagedFileAnew) {
  apply({make_change(test_id(1), "교통")});
  store_.reset();
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(8000, 'x');
  }
  reopen();
  EXPECT_EQ(search({}).total, 0U);
  EXPECT_EQ(*store_->position(kTestOrigin), 0U) << "everything is folded again";
}

TEST_F(CatalogueFileTest, MakesAnOlderSchemaAnew) {
  apply({make_change(test_id(1), "교통")});
  store_.reset();
  {
    auto connection = Connection::open(path(), OpenMode::kReadWrite);
    ASSERT_TRUE(connection);
    ASSERT_TRUE((*connection)->execute("PRAGMA user_version=0"));
  }
  reopen();
  EXPECT_EQ(search({}).total, 0U);
}

TEST_F(CatalogueFileTest, LeavesAnotherProgramsFileAlone) {
  store_.reset();
  const std::string other = (folder_.path() / "other.db").string();
  {
    auto connection = Connection::open(other, OpenMode::kCreate);
    ASSERT_TRUE(connection);
    ASSERT_TRUE((*connection)->execute("CREATE TABLE precious(x); INSERT INTO precious VALUES(1)"));
  }
  EXPECT_EQ(open_catalogue(other).error().code, ErrorCode::kUnsupported);
  auto connection = Connection::open(other, OpenMode::kReadWrite);
  ASSERT_TRUE(connection);
  EXPECT_EQ(*(*connection)->query_integer("SELECT count(*) FROM precious"), 1);
}

TEST_F(CatalogueFileTest, FailsWithoutAFolder) {
  EXPECT_EQ(open_catalogue((folder_.path() / "none/catalogue.db").string()).error().code,
            ErrorCode::kStorage);
}

}  // namespace
}  // namespace dure::node
