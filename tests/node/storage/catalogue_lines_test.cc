// SPDX-License-Identifier: Apache-2.0
// One record in several generations of a log: whatever comes in which order, the newest shows.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "node/storage/catalogue_store_fixture.h"

namespace dure::node {
namespace {

const std::string kFirst = "suwon.example/dure/1", kSecond = "suwon.example/dure/2",
                  kTenth = "suwon.example/dure/10", kStranger = "thief.example/dure/1";

class CatalogueLinesTest : public CatalogueStoreTest {
 protected:
  void set_lines(const std::vector<LogLine>& lines) { ASSERT_TRUE(store_->set_lines(lines)); }
  std::vector<std::string> shown() { return titles_of(search(make_search("", 100))); }
  static CatalogueChange withdrawn(CatalogueChange change) {
    change.item.type = "withdraw";
    change.item.withdrawn = true;
    change.item.title.clear();
    return change;
  }
};

TEST_F(CatalogueLinesTest, TheNewestGenerationShowsInBothOrders) {
  const auto old = make_change(test_id(1), "옛이름", "", kFirst, 7, 3);
  const auto next = make_change(test_id(1), "새이름", "", kTenth, 2, 0);
  for (const bool old_first : {true, false}) {
    ASSERT_TRUE(store_->clear());
    set_lines({{kFirst, kFirst}, {kTenth, kFirst}});
    apply({old_first ? old : next});
    apply({old_first ? next : old});
    EXPECT_EQ(shown(), std::vector<std::string>{"새이름"});
    EXPECT_TRUE(search(make_search("옛이름")).hits.empty());
    EXPECT_EQ(search(make_search("")).total, 1U);
    const auto items = *store_->find(test_id(1));
    ASSERT_EQ(items.size(), 2U);
    for (const auto& item : items) {
      EXPECT_EQ(item.line, kFirst);
      EXPECT_EQ(item.superseded, item.origin == kFirst);
    }
    reopen();
    EXPECT_EQ(shown(), std::vector<std::string>{"새이름"}) << "after a start, too";
  }
}

TEST_F(CatalogueLinesTest, AWithdrawalInTheNewestTakesTheRecordOut) {
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}});
  apply({withdrawn(make_change(test_id(1), "", "", kSecond, 2, 0))});
  apply({make_change(test_id(1), "옛이름", "", kFirst, 1, 0)});
  EXPECT_TRUE(shown().empty());
}

TEST_F(CatalogueLinesTest, NobodyElseHidesARecord) {
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}, {kStranger, kStranger}});
  apply({make_change(test_id(1), "참", "", kFirst, 1, 0),
         make_change(test_id(1), "거짓", "", kStranger, 99, 0)});
  EXPECT_EQ(shown().size(), 2U) << "two logs claim it";
}

TEST_F(CatalogueLinesTest, LinesMayChangeAfterwards) {
  apply({make_change(test_id(1), "옛이름", "", kFirst, 1, 0),
         make_change(test_id(1), "새이름", "", kSecond, 2, 0)});
  EXPECT_EQ(shown().size(), 2U) << "not sealed: two logs";
  const auto version = store_->version();
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}});
  EXPECT_GT(store_->version(), version);
  EXPECT_EQ(shown(), std::vector<std::string>{"새이름"});
  const auto settled = store_->version();
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}});
  EXPECT_EQ(store_->version(), settled) << "nothing changed";
  set_lines({{kFirst, kFirst}, {kSecond, kSecond}});
  EXPECT_EQ(shown().size(), 2U) << "the seal was taken back";
}

TEST_F(CatalogueLinesTest, WhatIsForgottenHidesNothing) {
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}});
  apply({make_change(test_id(1), "옛이름", "", kFirst, 1, 0),
         make_change(test_id(1), "새이름", "", kSecond, 2, 0)});
  ASSERT_TRUE(store_->forget(kSecond));
  EXPECT_EQ(shown(), std::vector<std::string>{"옛이름"});
  apply({make_change(test_id(1), "새이름", "", kSecond, 2, 0)});
  EXPECT_EQ(shown(), std::vector<std::string>{"새이름"});
}

TEST_F(CatalogueLinesTest, WhoFollowsTheChangesBeginsAnewWhenRecordsGoOrComeBack) {
  const auto epoch = [this] { return store_->changes(0, 10)->epoch; };
  const auto begun = epoch();
  apply({make_change(test_id(1), "옛이름", "", kFirst, 1, 0)});
  apply({make_change(test_id(1), "새이름", "", kSecond, 2, 0)});
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}});
  ASSERT_TRUE(store_->forget(kStranger));
  EXPECT_EQ(epoch(), begun) << "nothing went that is not told by what came";
  set_lines({{kFirst, kFirst}, {kSecond, kSecond}});
  const auto came_back = epoch();
  EXPECT_NE(came_back, begun);
  ASSERT_TRUE(store_->forget(kSecond));
  const auto went = epoch();
  EXPECT_NE(went, came_back);
  EXPECT_EQ(search(make_search("")).hits.size(), 1U);
  reopen();
  EXPECT_EQ(epoch(), went);
}

TEST_F(CatalogueLinesTest, WhatShowsAgainCountsForItsProblemAgain) {
  auto old = make_change(test_id(1), "옛이름", "", kFirst, 1, 0);
  old.references = {{"addresses", "p.example/1", test_id(9)}};
  const auto counted = [this] {
    SearchQuery query = make_search("");
    query.count_facets = true;
    return search(query).facets->problems.size();
  };
  apply({old, make_change(test_id(1), "새이름", "", kSecond, 2, 0)});
  EXPECT_EQ(counted(), 1U);
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}});
  EXPECT_EQ(counted(), 0U) << "the newer one addresses nothing";
  ASSERT_TRUE(store_->forget(kSecond));
  EXPECT_EQ(counted(), 1U);
}

TEST_F(CatalogueLinesTest, AnErasedRecordStaysHiddenOrShownAsItWas) {
  set_lines({{kFirst, kFirst}, {kSecond, kFirst}});
  const auto old = make_change(test_id(1), "옛이름", "", kFirst, 1, 0);
  const auto next = make_change(test_id(1), "새이름", "", kSecond, 2, 0);
  apply({old, next});
  const std::vector<CatalogueChange> of_old = {withdrawn(old)}, of_next = {withdrawn(next)};
  ASSERT_TRUE(store_->erase(of_old));
  EXPECT_EQ(shown(), std::vector<std::string>{"새이름"});
  ASSERT_TRUE(store_->erase(of_next));
  EXPECT_TRUE(shown().empty()) << "never by an earlier revision";
}

/// What PROTOCOL.md 5.4 and 22.7 say, read off everything at once.
std::set<std::string> shown_slowly(const std::vector<CatalogueChange>& all,
                                   const std::map<std::string, std::string>& lines) {
  using Rank = std::tuple<std::uint64_t, std::uint64_t, std::int64_t>;
  std::map<std::pair<std::string, std::string>, std::pair<Rank, const CatalogueItem*>> newest;
  for (const CatalogueChange& change : all) {
    const CatalogueItem& item = change.item;
    const auto generation = std::stoull(item.origin.substr(item.origin.rfind('/') + 1));
    const Rank rank{generation, item.rev, -static_cast<std::int64_t>(item.index)};
    auto& best = newest[{lines.at(item.origin), item.id}];
    if (best.second == nullptr || rank > best.first) best = {rank, &item};
  }
  std::set<std::string> titles;
  for (const auto& [key, best] : newest) {
    if (!best.second->withdrawn) titles.insert(best.second->title);
  }
  return titles;
}

TEST_F(CatalogueLinesTest, AnyOrderOfLogsAndLinesShowsWhatAllOfThemSay) {
  std::mt19937 random(20261129);
  const std::vector<std::string> logs = {kFirst, kSecond, kTenth, kStranger};
  for (std::size_t round = 0; round < 30; ++round) {
    ASSERT_TRUE(store_->clear());
    std::vector<CatalogueChange> all;
    std::map<std::string, std::uint64_t> next;
    for (int i = 0; i < 60; ++i) {
      const std::string& origin = logs[random() % logs.size()];
      auto change = make_change(test_id(random() % 6), "이름" + std::to_string(i), "", origin,
                                1 + random() % 4, next[origin]++);
      all.push_back(random() % 5 == 0 ? withdrawn(change) : change);
    }
    std::map<std::string, std::string> lines;
    for (const auto& origin : logs)
      lines[origin] = origin != kStranger && random() % 2 == 0 ? kFirst : origin;
    std::vector<LogLine> told;
    for (const auto& [origin, line] : lines) told.push_back({origin, line});
    const std::set<std::string> expected = shown_slowly(all, lines);

    auto arriving = all;
    std::shuffle(arriving.begin(), arriving.end(), random);
    const std::size_t cut = random() % arriving.size();
    const auto middle = arriving.begin() + static_cast<std::ptrdiff_t>(cut);
    apply({arriving.begin(), middle});
    set_lines(told);  // the charter comes when it comes
    apply({middle, arriving.end()});
    if (round % 3 == 0) {  // one log is folded anew
      ASSERT_TRUE(store_->forget(logs[round % logs.size()]));
      std::vector<CatalogueChange> again;
      for (const auto& change : all) {
        if (change.item.origin == logs[round % logs.size()]) again.push_back(change);
      }
      apply(again);
    }
    if (round % 4 == 0) reopen();
    const auto titles = shown();
    EXPECT_EQ(std::set<std::string>(titles.begin(), titles.end()), expected) << "round " << round;
    EXPECT_EQ(titles.size(), expected.size());
  }
}

}  // namespace
}  // namespace dure::node
