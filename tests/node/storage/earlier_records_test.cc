// SPDX-License-Identifier: Apache-2.0
// What a log goes on with after its earlier generations were sealed, compared with a slow reading
// of all of them.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "storage/node_store.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

constexpr const char* kSecond = "suwon.example/dure/2";
constexpr const char* kThird = "suwon.example/dure/3";

NewEntry entry_of(const std::string& type, std::uint64_t id, std::uint64_t rev,
                  const std::string& source = {}, const std::string& text = "본문") {
  NewEntry entry;
  entry.type = type;
  entry.id = test_id(id);
  entry.rev = rev;
  entry.source = source;
  entry.body = R"({"text":")" + text + '"';
  if (!source.empty()) {
    entry.body += R"(,"identifiers":[{"scheme":"s","value":")" + source.substr(2) + R"("}])";
  }
  entry.body += '}';
  Leaf leaf;
  leaf.type = type;
  leaf.id = entry.id;
  leaf.rev = rev;
  if (type == "erase") leaf.target = 0;
  leaf.commitment = commit(entry.body, entry.salt);
  leaf.size = size_bucket(entry.body.size());
  leaf.time = "2026-11-22T09:00:00Z";
  entry.leaf = format_leaf(leaf);
  entry.leaf_hash = hash_leaf(entry.leaf);
  return entry;
}

class EarlierRecordsTest : public testing::Test {
 protected:
  void SetUp() override { begin("node.db"); }
  void begin(const std::string& name) {
    store_.reset();
    sealed_.clear();
    path_ = folder_.path() / name;
    ASSERT_TRUE(NodeStore::create(path_, kTestOrigin));
    open();
  }
  void open() {
    store_.reset();
    auto opened = NodeStore::open(path_);
    ASSERT_TRUE(opened);
    store_ = *std::move(opened);
  }
  void append(const std::vector<NewEntry>& entries) {
    ASSERT_TRUE(log().append(log().size(), entries));
  }
  /// The own log ends after `size` entries, or all; the next generation begins.
  void seal(const std::string& next, std::uint64_t size = 0) {
    EarlierLog sealed{store_->own_origin(), size == 0 ? log().size() : size, hash_leaf(next)};
    store_.reset();
    ASSERT_TRUE(NodeStore::begin_generation(path_, next));
    sealed_.push_back(sealed);
    open();
  }
  OwnLog& log() { return store_->own_log(); }

  TempFolder folder_;
  std::string path_;
  std::unique_ptr<NodeStore> store_;
  std::vector<EarlierLog> sealed_;
};

TEST_F(EarlierRecordsTest, AreFoundByIdAndSourceUntilTheLogHasItsOwn) {
  append({entry_of("service", 1, 1, "s:1"), entry_of("service", 2, 1, "s:2", "둘"),
          entry_of("service", 1, 2, "s:1")});
  seal(kSecond);
  EXPECT_FALSE(*log().find_by_id(test_id(1)));
  ASSERT_TRUE(log().go_on_with(sealed_, true));
  EXPECT_TRUE(log().knows_records());
  const auto record = *log().find_by_source("s:1");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->rev, 2U);
  EXPECT_EQ(record->index, 2U);
  EXPECT_EQ(record->origin, kTestOrigin);
  const auto other = *log().find_by_id(test_id(2));
  ASSERT_TRUE(other);
  const auto entry = log().earlier_entry(*other);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->body, entry_of("service", 2, 1, "s:2", "둘").body);

  append({entry_of("service", 1, 3, "s:1")});
  EXPECT_EQ((*log().find_by_id(test_id(1)))->origin, "");
  EXPECT_EQ((*log().find_by_source("s:1"))->rev, 3U);
  open();
  EXPECT_EQ((*log().find_by_source("s:1"))->origin, "") << "after a start, too";
  EXPECT_EQ((*log().find_by_source("s:2"))->origin, kTestOrigin);
}

TEST_F(EarlierRecordsTest, EntriesAfterTheSealCountForNothing) {
  append({entry_of("service", 1, 1), entry_of("service", 1, 2), entry_of("service", 2, 1)});
  seal(kSecond, 1);
  ASSERT_TRUE(log().go_on_with(sealed_, true));
  EXPECT_EQ((*log().find_by_id(test_id(1)))->rev, 1U);
  EXPECT_FALSE(*log().find_by_id(test_id(2)));
  // A later version of the charter corrects the seal.
  sealed_[0].size = 3;
  sealed_[0].root = hash_leaf("other");
  ASSERT_TRUE(log().go_on_with(sealed_, true));
  EXPECT_EQ((*log().find_by_id(test_id(1)))->rev, 2U);
  EXPECT_TRUE(*log().find_by_id(test_id(2)));
  ASSERT_TRUE(log().go_on_with({}, true));
  EXPECT_FALSE(*log().find_by_id(test_id(1))) << "no seal, no continuation";
}

TEST_F(EarlierRecordsTest, AreUnknownAsLongAsALogIsMissing) {
  append({entry_of("service", 1, 1)});
  seal(kSecond);
  ASSERT_TRUE(log().go_on_with(sealed_, false));
  EXPECT_EQ(log().knows_records().error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(log().go_on_with(sealed_, true));
  EXPECT_TRUE(log().knows_records());
  const std::vector<EarlierLog> unknown = {{"nobody.example/dure/1", 5, hash_leaf("x")}};
  EXPECT_FALSE(log().go_on_with(unknown, true));
  EXPECT_FALSE(log().knows_records());
}

TEST_F(EarlierRecordsTest, AWithdrawalKeepsTheSourceAndAnErasureTakesIt) {
  append({entry_of("service", 1, 1, "s:1"), entry_of("withdraw", 1, 2),
          entry_of("service", 2, 1, "s:2"), entry_of("erase", 3, 1)});
  seal(kSecond);
  const std::vector<std::uint64_t> erased = {2};
  ASSERT_TRUE(store_->bodies().erase(store_->reader().log_by_origin(kTestOrigin)->id, erased));
  ASSERT_TRUE(log().go_on_with(sealed_, true));
  ASSERT_TRUE(*log().find_by_source("s:1"));
  EXPECT_EQ((*log().find_by_source("s:1"))->type, "withdraw");
  EXPECT_FALSE(*log().find_by_source("s:2"));
  EXPECT_FALSE(log().earlier_entry(**log().find_by_id(test_id(2)))->body);
  EXPECT_FALSE(*log().find_by_id(test_id(3))) << "an erase entry is no record";
}

// A record is what the newest log has of it; within one, the highest revision, then the first.
TEST_F(EarlierRecordsTest, OfManyRandomLogsTheSameAsReadSlowly) {
  std::mt19937 random(20261128);
  for (int round = 0; round < 6; ++round) {
    begin("round" + std::to_string(round));
    std::map<std::string, OwnRecord> expected;
    for (const char* next : {kSecond, kThird}) {
      const std::uint64_t count = 1 + random() % 1500;  // slices are of 512
      const std::uint64_t size = 1 + random() % count;
      std::map<std::string, OwnRecord> here;
      std::vector<NewEntry> entries;
      for (std::uint64_t i = 0; i < count; ++i) {
        entries.push_back(entry_of("service", random() % 60, 1 + random() % 5));
        const NewEntry& entry = entries.back();
        const auto known = here.find(entry.id);
        if (i < size && (known == here.end() || entry.rev > known->second.rev))
          here[entry.id] = {entry.id, entry.rev, i, "service", "", store_->own_origin()};
      }
      for (const auto& [id, record] : here) expected[id] = record;
      append(entries);
      seal(next, size);
    }
    ASSERT_TRUE(log().go_on_with(sealed_, true));
    for (auto& [id, record] : expected) {
      if (random() % 3 != 0) continue;
      record = {id, record.rev + 1, log().size(), "service", "", ""};
      NewEntry own = entry_of("service", 0, record.rev);
      own.id = id;
      append({own});
    }
    for (const auto& [id, record] : expected) {
      const auto found = *log().find_by_id(id);
      ASSERT_TRUE(found) << id;
      EXPECT_EQ(found->origin, record.origin);
      EXPECT_EQ(found->rev, record.rev);
      EXPECT_EQ(found->index, record.index);
    }
  }
}

}  // namespace
}  // namespace dure::node
