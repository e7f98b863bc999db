// SPDX-License-Identifier: Apache-2.0
// The own log of a sealed generation becomes a mirror, whole and with its head.
#include <gtest/gtest.h>

#include "storage/head_lock.h"
#include "storage/node_store.h"
#include "storage/sqlite.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

constexpr const char* kNext = "suwon.example/dure/2";

class GenerationTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(NodeStore::create(path_, kTestOrigin));
    auto store = open();
    const auto signer = test_signer();
    CompactRange range;
    std::vector<NewEntry> batch;
    for (std::uint64_t i = 0; i < 600; ++i) {
      batch.push_back(test_entry(i));
      range.append(batch.back().leaf_hash);
    }
    ASSERT_TRUE(store->own_log().append(0, batch));
    root_ = range.root();
    const auto head = test_head(range, *signer);
    note_ = format_note(head.note);
    ASSERT_TRUE(store->own_log().publish_head(head));
  }
  std::unique_ptr<NodeStore> open() { return std::move(*NodeStore::open(path_)); }

  TempFolder folder_;
  std::string path_ = folder_.file("node.db");
  Hash root_{};
  std::string note_;
};

TEST_F(GenerationTest, TheOldLogIsAMirrorAndTheNewOneEmpty) {
  ASSERT_TRUE(NodeStore::begin_generation(path_, kNext));
  ASSERT_TRUE(NodeStore::begin_generation(path_, kNext)) << "done again, it does nothing";
  const auto store = open();
  EXPECT_EQ(store->own_origin(), kNext);
  EXPECT_EQ(store->own_log().size(), 0U);
  EXPECT_FALSE(*store->own_log().published_head());
  EXPECT_FALSE(*store->own_log().find_by_id(test_id(5))) << "its records are not this log's";
  const auto old = store->reader().log_by_origin(kTestOrigin);
  ASSERT_TRUE(old);
  EXPECT_FALSE(old->own);
  const auto mirror = store->mirrors().mirror(old->id);
  ASSERT_TRUE(mirror);
  EXPECT_EQ(mirror->stored, 600U);
  EXPECT_EQ(mirror->range.root(), root_);
  EXPECT_EQ(mirror->head, note_);
  for (const std::uint64_t i : {0U, 255U, 256U, 599U}) {
    const auto entry = store->reader().entry(old->id, i);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->leaf, test_entry(i).leaf);
    EXPECT_EQ(entry->body, test_entry(i).body);
  }
  EXPECT_TRUE(store->reader().tile(old->id, {TileKind::kHashes, 1, 0, 2}));
  const std::vector<NewEntry> first = {test_entry(900)};
  ASSERT_TRUE(store->own_log().append(0, first));
  EXPECT_EQ(store->reader().entry(store->own_log_id(), 0)->leaf, test_entry(900).leaf);
}

TEST_F(GenerationTest, AnythingButAnOriginIsRefused) {
  EXPECT_FALSE(NodeStore::begin_generation(path_, "not an origin"));
  EXPECT_EQ(open()->own_origin(), kTestOrigin);
}

void execute(const std::string& path, const std::string& sql) {
  auto connection = Connection::open(path, OpenMode::kReadWrite);
  ASSERT_TRUE(connection);
  const auto done = (*connection)->execute(sql.c_str());
  ASSERT_TRUE(done) << done.error().detail;
}

// Each statement of the change fails once: the old generation is whole, and the next try does it.
TEST_F(GenerationTest, AFailureLeavesTheOldGeneration) {
  for (const char* statement :
       {"UPDATE OF origin ON logs", "INSERT ON logs", "UPDATE OF key ON entries",
        "UPDATE OF key ON tiles", "DELETE ON own_sources"}) {
    execute(path_, "INSERT OR IGNORE INTO own_sources VALUES(1, 's:1')");
    execute(path_, std::string("CREATE TRIGGER fail BEFORE ") + statement +
                       " BEGIN SELECT RAISE(ABORT, 'no'); END;");
    EXPECT_FALSE(NodeStore::begin_generation(path_, kNext)) << statement;
    execute(path_, "DROP TRIGGER fail");
    const auto store = open();
    EXPECT_EQ(store->own_origin(), kTestOrigin) << statement;
    EXPECT_EQ(store->own_log().size(), 600U) << statement;
    EXPECT_EQ(store->own_log().range()->root(), root_) << statement;
    EXPECT_EQ(*store->own_log().published_head(), note_) << statement;
  }
  ASSERT_TRUE(NodeStore::begin_generation(path_, kNext));
  EXPECT_EQ(open()->own_origin(), kNext);
}

// The head of a sealed log is let go once, and never another one.
TEST(ForgetHeadTest, FailsWholeAndIsDoneOnce) {
  TempFolder folder;
  const std::string path = folder.path() / "head.db";
  ASSERT_TRUE(create_head_lock(path));
  {
    const auto lock = open_head_lock(path);
    ASSERT_TRUE(lock);
    ASSERT_TRUE((*lock)->replace_head(std::nullopt, "note"));
    EXPECT_EQ((*lock)->forget_head("other").error().code, ErrorCode::kConflict);
    EXPECT_EQ(*(*lock)->head(), "note");
  }
  execute(path,
          "CREATE TRIGGER fail BEFORE UPDATE ON own_head BEGIN SELECT RAISE(ABORT, 'no'); END;");
  {
    const auto lock = open_head_lock(path);
    ASSERT_TRUE(lock);
    EXPECT_FALSE((*lock)->forget_head("note"));
    EXPECT_EQ(*(*lock)->head(), "note") << "not kept";
  }
  execute(path, "DROP TRIGGER fail");
  const auto lock = open_head_lock(path);
  ASSERT_TRUE(lock);
  ASSERT_TRUE((*lock)->forget_head("note"));
  // Kept, but nobody heard of it: asked again, there is none, and nothing else is let go.
  EXPECT_EQ((*lock)->forget_head("note").error().code, ErrorCode::kConflict);
  EXPECT_FALSE(*(*lock)->head());
  ASSERT_TRUE((*lock)->replace_head(std::nullopt, "first of the next"));
  EXPECT_EQ((*lock)->forget_head("note").error().code, ErrorCode::kConflict);
  EXPECT_EQ(*(*lock)->head(), "first of the next");
}

}  // namespace
}  // namespace dure::node
