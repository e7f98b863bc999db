// SPDX-License-Identifier: Apache-2.0
// Members-only entries in node.db: found, missing, filled, bundled.
#include "storage/members_store.h"

#include <gtest/gtest.h>

#include <array>

#include "storage/node_store.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using Indexes = std::vector<std::uint64_t>;

class MembersStoreTest : public testing::Test {
 protected:
  MembersStoreTest() {
    EXPECT_TRUE(NodeStore::create(folder_.file("node.db"), kTestOrigin));
    store_ = std::move(*NodeStore::open(folder_.file("node.db")));
    log_ = store_->own_log_id();
  }
  /// Entries 0 public, 1 members with body, 2 and 4 members without, 3 public without.
  void fill() {
    std::vector<NewEntry> entries;
    for (std::uint64_t i = 0; i < 5; ++i) {
      const bool members = i == 1 || i == 2 || i == 4;
      entries.push_back(test_entry(i, members ? EntryClass::kMembers : EntryClass::kPublic));
      entries.back().body_absent = i >= 2;
    }
    ASSERT_TRUE(store_->own_log().append(0, entries));
  }
  MembersStore& members() { return store_->members(); }
  static ArrivedBody arrived(std::uint64_t index) {
    const auto entry = test_entry(index);
    return {index, entry.salt, entry.body};
  }
  /// '1' for each entry of the bundle with a body.
  std::string bundle(std::uint64_t first, std::uint64_t end, std::size_t soft = SIZE_MAX) {
    const auto bytes = members().bundle(log_, first, end, soft);
    const auto bodies = split_body_bundle(*bytes, end - first);
    EXPECT_TRUE(bodies);
    std::string out;
    for (std::size_t i = 0; i < bodies->size(); ++i) {
      out += (*bodies)[i] ? '1' : '0';
      if ((*bodies)[i]) {
        EXPECT_EQ((*bodies)[i]->body, test_entry(first + i).body);
      }
    }
    return out;
  }

  TempFolder folder_;
  std::unique_ptr<NodeStore> store_;
  LogId log_ = 0;
};

TEST_F(MembersStoreTest, KnowsItsEntriesAndWhatIsMissing) {
  fill();
  EXPECT_EQ(*members().entries(log_, 0, 10), (Indexes{1, 2, 4}));
  EXPECT_EQ(*members().entries(log_, 2, 1), (Indexes{2}));
  EXPECT_EQ(*members().missing(log_, 0, 10), (Indexes{2, 4}));
  EXPECT_EQ(*members().missing(log_, 3, 10), (Indexes{4}));
  EXPECT_TRUE(members().entries(log_ + 1, 0, 10)->empty()) << "another log";
}

TEST_F(MembersStoreTest, BundlesOnlyWhatIsForMembers) {
  fill();
  EXPECT_EQ(bundle(0, 5), "01000");
  EXPECT_EQ(bundle(1, 3), "10");
  EXPECT_EQ(bundle(0, 1), "0");
  EXPECT_EQ(bundle(0, 0), "");
}

TEST_F(MembersStoreTest, FillsWhatIsMissingAndNothingElse) {
  fill();
  auto other = arrived(1);
  other.body = "another";
  ASSERT_TRUE(members().store(log_, {arrived(2), other, arrived(3), arrived(9)}, {}));
  EXPECT_EQ(bundle(0, 5), "01100") << "nor one that is there, nor a public one, nor one beyond";
  EXPECT_FALSE(store_->reader().entry(log_, 3)->salt);
  EXPECT_EQ(*members().missing(log_, 0, 10), (Indexes{4}));
  store_ = nullptr;
  store_ = std::move(*NodeStore::open(folder_.file("node.db")));
  EXPECT_EQ(bundle(0, 5), "01100") << "it is durable";
}

TEST_F(MembersStoreTest, AsksWhetherItIsWanted) {
  fill();
  ASSERT_TRUE(members().store(log_, {arrived(2), arrived(4)},
                              [](std::uint64_t index) { return index == 4; }));
  EXPECT_EQ(*members().missing(log_, 0, 10), (Indexes{2}));
}

TEST_F(MembersStoreTest, EndsALongBundleAfterAWholeEntry) {
  fill();
  ASSERT_TRUE(members().store(log_, {arrived(2), arrived(4)}, {}));
  EXPECT_EQ(bundle(0, 5), "01101");
  EXPECT_EQ(bundle(0, 5, 1), "0") << "but never before the first";
  EXPECT_EQ(bundle(1, 5, 1), "1");
  EXPECT_EQ(bundle(2, 5, 1), "10");
}

TEST_F(MembersStoreTest, AnErasedBodyIsMissingHereAndIsLeftOut) {
  fill();
  ASSERT_TRUE(store_->bodies().erase(log_, std::array<std::uint64_t, 1>{1}));
  EXPECT_EQ(bundle(0, 5), "00000");
  EXPECT_EQ(*members().entries(log_, 0, 10), (Indexes{1, 2, 4}));
}

}  // namespace
}  // namespace dure::node
