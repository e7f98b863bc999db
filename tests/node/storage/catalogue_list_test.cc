// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "node/storage/catalogue_store_fixture.h"

namespace dure::node {
namespace {

constexpr const char* kOther = "anyang.example/dure/1";

CatalogueChange withdrawal(const std::string& id, std::uint64_t rev, std::uint64_t index) {
  CatalogueChange change = make_change(id, "", "", kTestOrigin, rev, index);
  change.item.withdrawn = true;
  change.item.type = "withdraw";
  return change;
}

class CatalogueListTest : public CatalogueStoreTest {
 protected:
  ItemList list(const ListQuery& query) {
    auto listed = store_->list(query);
    EXPECT_TRUE(listed) << listed.error().detail;
    return listed ? *listed : ItemList();
  }
  /// All parts of a list, `between` called after each.
  std::vector<std::string> list_all(ListQuery query, const std::function<void()>& between = {}) {
    std::vector<std::string> ids;
    for (int part = 0; part < 1000; ++part) {
      const ItemList listed = list(query);
      for (const CatalogueItem& item : listed.items) ids.push_back(item.id + ' ' + item.origin);
      if (!listed.more) return ids;
      query.after_id = listed.items.back().id;
      query.after_origin = listed.items.back().origin;
      if (between) between();
    }
    ADD_FAILURE() << "no end";
    return ids;
  }
  ChangeList changes(std::uint64_t after, std::size_t limit = 100) {
    auto told = store_->changes(after, limit);
    EXPECT_TRUE(told) << told.error().detail;
    return told ? *told : ChangeList();
  }
};

TEST_F(CatalogueListTest, EveryRecordComesOnceInPartsOfAnySize) {
  for (std::uint64_t i = 0; i < 100; ++i)
    apply({make_change(test_id(i), "제목", "", i % 3 == 0 ? kOther : kTestOrigin, 1, i)});
  apply({make_change(test_id(7), "같은 번호", "", kOther, 1, 500)});  // claimed by both
  const auto whole = list_all({{}, {}, {}, 1000});
  EXPECT_EQ(whole.size(), 101U);
  EXPECT_EQ(std::set<std::string>(whole.begin(), whole.end()).size(), whole.size());
  for (const std::size_t limit : {1U, 2U, 7U, 100U, 101U})
    EXPECT_EQ(list_all({{}, {}, {}, limit}), whole) << limit;
  EXPECT_EQ(list_all({kOther, {}, {}, 10}).size(), 35U);
  EXPECT_TRUE(list_all({"nowhere.example/dure/1", {}, {}, 10}).empty());
}

TEST_F(CatalogueListTest, NewRevisionsNeitherRepeatNorHideARecord) {
  for (std::uint64_t i = 0; i < 60; ++i)
    apply({make_change(test_id(i), "제목", "", kTestOrigin, 1, i)});
  const auto before = list_all({{}, {}, {}, 1000});
  std::uint64_t next = 0;
  const auto during = list_all({{}, {}, {}, 7}, [&] {
    for (int n = 0; n < 6 && next < 60; ++n, ++next)
      apply({make_change(test_id(next), "고친 제목", "", kTestOrigin, 2, 100 + next)});
  });
  EXPECT_GT(next, 40U);
  EXPECT_EQ(during, before);
}

TEST_F(CatalogueListTest, WithdrawnRecordsAreNotListed) {
  apply({make_change(test_id(1), "하나"), make_change(test_id(2), "둘", "", kTestOrigin, 1, 1)});
  apply({withdrawal(test_id(1), 2, 2)});
  const auto ids = list_all({{}, {}, {}, 10});
  EXPECT_EQ(ids, std::vector<std::string>{test_id(2) + ' ' + kTestOrigin});
}

TEST_F(CatalogueListTest, APlaceThatIsNoneIsRefused) {
  EXPECT_FALSE(store_->list({{}, "not an id", "o/1", 10}));
}

TEST_F(CatalogueListTest, ChangesComeInTheOrderOfArrivalNewestStateOnly) {
  apply({make_change(test_id(1), "하나"), make_change(test_id(2), "둘", "", kTestOrigin, 1, 1)});
  apply({make_change(test_id(1), "하나 고침", "", kTestOrigin, 2, 2)});
  apply({withdrawal(test_id(2), 2, 3)});
  const ChangeList all = changes(0);
  ASSERT_EQ(all.changes.size(), 2U);
  EXPECT_EQ(all.changes[0].item.title, "하나 고침");
  EXPECT_TRUE(all.changes[1].item.withdrawn);
  EXPECT_EQ(all.newest, all.changes[1].number);
  EXPECT_TRUE(changes(all.newest).changes.empty());
  const ChangeList first = changes(0, 1);
  ASSERT_EQ(first.changes.size(), 1U);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(changes(first.changes[0].number).changes.size(), 1U);
}

TEST_F(CatalogueListTest, ACatalogueMadeAnewSaysSo) {
  apply({make_change(test_id(1), "하나")});
  const auto before = changes(0);
  ASSERT_TRUE(store_->clear());
  apply({make_change(test_id(1), "하나")});
  EXPECT_NE(changes(0).epoch, before.epoch);
}

}  // namespace
}  // namespace dure::node
