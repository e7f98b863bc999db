// SPDX-License-Identifier: Apache-2.0
// What outlives closing, filing and dying.
#include "storage/node_store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "storage/head_lock.h"
#include "storage/log_tables.h"
#include "storage/sqlite.h"
#include "storage/tile_edge.h"
#include "support/naive_tree.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

class NodeStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(NodeStore::create(path_, kTestOrigin));
    open();
  }
  void open() {
    store_.reset();
    auto opened = NodeStore::open(path_);
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = std::move(*opened);
  }
  OwnLog& log() { return store_->own_log(); }
  void fill(std::uint64_t count) {
    std::vector<NewEntry> entries;
    const std::uint64_t first = log().size();
    for (std::uint64_t i = 0; i < count; ++i) {
      entries.push_back(test_entry(first + i));
      entries.back().source = "s:" + std::to_string(first + i);
    }
    ASSERT_TRUE(log().append(first, entries));
  }
  void execute(const char* sql) {
    auto connection = Connection::open(path_, OpenMode::kReadWrite);
    ASSERT_TRUE(connection) << connection.error().detail;
    const auto done = (*connection)->execute(sql);
    ASSERT_TRUE(done) << done.error().detail;
  }
  void turn_into_version_one() {
    execute(
        "BEGIN; CREATE TABLE own_recent(position INTEGER PRIMARY KEY, id TEXT NOT NULL, rev "
        "INTEGER NOT NULL, type TEXT NOT NULL, source TEXT NOT NULL) STRICT;"
        "INSERT INTO own_recent SELECT key - (1 << 40), leaf ->> 'id', leaf ->> 'rev', leaf ->> "
        "'type', source FROM entries JOIN own_sources ON position = key - (1 << 40);"
        "DROP TABLE own_sources; ALTER TABLE logs DROP COLUMN filed; PRAGMA user_version=1; "
        "COMMIT");
    drop_evidence();
  }
  void drop_evidence() {
    drop_members_indexes();
    execute("DROP TABLE seen_heads; DROP TABLE suspicions; DROP TABLE forks");
  }
  void drop_members_indexes() {
    drop_earlier_logs();
    execute("DROP INDEX members_entries; DROP INDEX members_missing");
  }
  void drop_earlier_logs() {
    execute("DROP TABLE earlier_logs; ALTER TABLE own_records DROP COLUMN origin");
  }
  TempFolder folder_;
  std::string path_ = folder_.file("node.db");
  std::unique_ptr<NodeStore> store_;
};

TEST_F(NodeStoreTest, KeepsEverythingOverReopening) {
  fill(600);
  const auto head = test_head(*log().range(), *test_signer());
  ASSERT_TRUE(log().publish_head(head));
  open();
  EXPECT_EQ(store_->own_origin(), kTestOrigin);
  EXPECT_EQ(log().size(), 600U);
  EXPECT_EQ(log().range()->root(), head.checkpoint.root);
  EXPECT_EQ(*log().published_head(), format_note(head.note));
  EXPECT_EQ(*store_->reader().head(kOwnLog), format_note(head.note));
  EXPECT_EQ((*log().find_by_id(test_id(599)))->index, 599U);
  EXPECT_EQ((*log().find_by_source("s:7"))->id, test_id(7));
  fill(100);
  EXPECT_EQ(log().size(), 700U);
}

TEST_F(NodeStoreTest, FindsRecordsBeforeDuringAndAfterTheyAreFiled) {
  constexpr std::uint64_t kCount = 70'000;  // more than are kept in memory
  while (log().size() < kCount) {
    fill(2000);
    const std::uint64_t newest = log().size() - 1;
    ASSERT_EQ((*log().find_by_id(test_id(newest)))->index, newest);
  }
  for (const bool reopened : {false, true}) {
    if (reopened) open();
    for (std::uint64_t i = 0; i < kCount; i += 371) {
      const auto by_id = *log().find_by_id(test_id(i));
      ASSERT_TRUE(by_id) << i;
      EXPECT_EQ(by_id->index, i);
      EXPECT_EQ((*log().find_by_source("s:" + std::to_string(i)))->index, i);
    }
  }
  NewEntry revision = test_entry(3);
  revision.rev = 2;
  revision.source = "s:3";
  ASSERT_TRUE(log().append(kCount, {{revision}}));
  EXPECT_EQ((*log().find_by_id(revision.id))->rev, 2U);
  EXPECT_EQ((*log().find_by_source("s:3"))->rev, 2U);
}

// Files of version 1 kept a copy of what was not filed.
TEST_F(NodeStoreTest, BringsAFileOfVersionOneUpToDate) {
  for (const bool filed : {false, true}) {
    fill(filed ? 5000 : 300);
    store_.reset();
    turn_into_version_one();
    open();
    fill(10);
    const std::uint64_t size = log().size();
    for (const std::uint64_t i : {std::uint64_t{0}, size - 11, size - 1}) {
      EXPECT_EQ((*log().find_by_id(test_id(i)))->index, i);
      EXPECT_EQ((*log().find_by_source("s:" + std::to_string(i)))->index, i);
    }
  }
}

// Version 2 kept no evidence of forks.
TEST_F(NodeStoreTest, BringsAFileOfVersionTwoUpToDate) {
  fill(5);
  store_.reset();
  drop_evidence();
  execute("PRAGMA user_version=2");
  open();
  EXPECT_EQ(log().size(), 5U);
  ASSERT_TRUE(store_->evidence().keep_fork({"name", "a/1", "file", 1, ""}, ""));
  open();
  EXPECT_EQ(store_->evidence().forks()->size(), 1U);
}

// Version 3 had members-only leaves, but no index of them.
TEST_F(NodeStoreTest, BringsAFileOfVersionThreeUpToDate) {
  ASSERT_TRUE(log().append(0, std::array{test_entry(0), test_entry(1, EntryClass::kMembers)}));
  store_.reset();
  drop_members_indexes();
  execute("PRAGMA user_version=3");
  open();
  EXPECT_EQ(*store_->members().entries(store_->own_log_id(), 0, 10), std::vector<std::uint64_t>{1});
}

// In version 4 no log went on with the records of another.
TEST_F(NodeStoreTest, BringsAFileOfVersionFourUpToDate) {
  fill(5);
  store_.reset();
  drop_earlier_logs();
  execute("PRAGMA user_version=4");
  open();
  EXPECT_EQ((*log().find_by_source("s:3"))->origin, "");
  ASSERT_TRUE(log().go_on_with({}, true));
  EXPECT_TRUE(log().knows_records());
}

TEST_F(NodeStoreTest, ALeafThatCannotBeReadIsDamage) {
  fill(3);
  store_.reset();
  execute("UPDATE entries SET leaf = x'7b' WHERE key = (1 << 40) + 1");
  EXPECT_EQ(NodeStore::open(path_).error().text, "storage.corrupt");
}

// A start reads what is not filed yet.
TEST_F(NodeStoreTest, ClosingFilesWhatAStartWouldRead) {
  fill(5000);
  store_.reset();
  auto connection = Connection::open(path_, OpenMode::kReadOnly);
  ASSERT_TRUE(connection) << connection.error().detail;
  EXPECT_EQ(*(*connection)->query_integer("SELECT filed FROM logs WHERE id = 1"), 5000);
  EXPECT_EQ(*(*connection)->query_integer("SELECT count(*) FROM own_sources"), 0);
  EXPECT_EQ(*(*connection)->query_integer("SELECT count(*) FROM own_records"), 5000);
}

TEST_F(NodeStoreTest, LosesNothingAcknowledgedWhenKilled) {
  store_.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = NodeStore::open(path_);
    for (std::uint64_t i = 0; i < 300; ++i) {
      const std::vector<NewEntry> one{test_entry(i)};
      if (!(*store)->own_log().append(i, one)) ::_exit(1);
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  open();
  EXPECT_EQ(log().size(), 300U);
  EXPECT_EQ((*log().find_by_id(test_id(299)))->index, 299U);
}

TEST_F(NodeStoreTest, OwnEntriesAreReadThroughTheReader) {
  fill(300);
  const auto entry = store_->reader().entry(kOwnLog, 299);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->body, test_entry(299).body);
  EXPECT_EQ(*store_->reader().stored(kOwnLog), 300U);
  EXPECT_TRUE(store_->reader().tile(kOwnLog, {TileKind::kHashes, 0, 0, 256}));
  EXPECT_EQ(store_->reader().head(kOwnLog).error().code, ErrorCode::kNotFound);
}

TEST_F(NodeStoreTest, RefusesAnOriginThatIsNone) {
  EXPECT_EQ(NodeStore::create(folder_.file("other.db"), "no origin").error().code,
            ErrorCode::kInvalid);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("other.db")));
}

TEST(HeadLockTest, SurvivesDyingRightAfterTheAnswer) {
  const TempFolder folder;
  const std::string path = folder.file("head.db");
  ASSERT_TRUE(create_head_lock(path));
  const pid_t child = ::fork();
  if (child == 0) {
    auto lock = open_head_lock(path);
    std::optional<std::string> last;
    for (int i = 0; i < 200; ++i) {
      const std::string next = "head " + std::to_string(i);
      if (!(*lock)->replace_head(last, next)) ::_exit(1);
      last = next;
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(**(*open_head_lock(path))->head(), "head 199");
}

TEST(TileEdgeTest, MakesTheTilesAndTheRootOfEverySize) {
  std::vector<Hash> leaves;
  TileEdge edge;
  std::size_t tiles = 0;
  const auto on_full = [&](unsigned level, std::uint64_t index, const Hash& root,
                           std::span<const Hash> hashes) {
    ++tiles;
    EXPECT_EQ(index, (leaves.size() - 1) >> (kTileHeight * (level + 1)));
    EXPECT_EQ(root, naive_root(hashes));
    return ok();
  };
  for (std::uint64_t i = 0; i < 66'000; ++i) {
    leaves.push_back(hash_leaf(std::to_string(i)));
    ASSERT_TRUE(edge.append(leaves.back(), on_full));
    if (i < 600 || i % 4099 == 0 || (i > 65'530 && i < 65'540)) {
      ASSERT_EQ(edge.range().root(), naive_root(leaves)) << i;
    }
  }
  EXPECT_EQ(tiles, 66'000U / 256 + 1);
}

}  // namespace
}  // namespace dure::node
