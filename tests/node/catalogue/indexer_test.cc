// SPDX-License-Identifier: Apache-2.0
#include "catalogue/indexer.h"

#include <gtest/gtest.h>

#include <limits>

#include "node/catalogue/memory_catalogue.h"

namespace dure::node {
namespace {

TEST(IndexerTest, FoldsEveryLogAndSaysHowFarItIs) {
  CatalogueHouse house;
  for (std::uint64_t i = 0; i < 5; ++i)
    house.add(make_entry("service", test_id(i), 1, service_body("사업 " + std::to_string(i))));
  house.add(make_entry("service", test_id(9), 1, service_body("이웃")), "anyang.example/dure/1");
  auto before = house.indexer->progress();
  ASSERT_TRUE(before);
  EXPECT_EQ((*before)[0].indexed, 0U);
  EXPECT_EQ((*before)[0].stored, 1U);
  house.fold();
  EXPECT_EQ(house.store->search({})->total, 6U);
  const auto after = house.indexer->progress();
  ASSERT_TRUE(after);
  for (const IndexProgress& log : *after) EXPECT_EQ(log.indexed, log.stored) << log.origin;
  EXPECT_EQ(house.indexer->counters().folded, 6U);
}

TEST(IndexerTest, CountsWhatItSkipsAndGoesOn) {
  CatalogueHouse house;
  house.add(make_entry("service", test_id(1), 1, "{"));
  house.add(make_entry("later-type", test_id(2), 1, "{}"));
  house.add(make_entry("service", test_id(3), 1, service_body("x"), EntryClass::kMembers));
  house.add(make_entry("service", test_id(4), 1, service_body("보임")));
  house.fold();
  const IndexerCounters counters = house.indexer->counters();
  EXPECT_EQ(counters.invalid, 1U);
  EXPECT_EQ(counters.unknown_type, 1U);
  EXPECT_EQ(counters.not_public, 1U);
  EXPECT_EQ(counters.folded, 1U);
  EXPECT_EQ(*house.store->position(kTestOrigin), 4U);
}

TEST(IndexerTest, TheThreadFoldsWhatArrives) {
  CatalogueHouse house;
  house.add(make_entry("service", test_id(1), 1, service_body("하나")));
  house.indexer->start();
  ASSERT_TRUE(house.indexer->wait_until_idle(20'000));
  EXPECT_EQ(house.store->search({})->total, 1U);
  house.add(make_entry("service", test_id(2), 1, service_body("둘")));
  house.indexer->wake();
  ASSERT_TRUE(house.indexer->wait_until_idle(20'000));
  EXPECT_EQ(house.store->search({})->total, 2U);
  house.indexer->stop();
  house.indexer->start();
  ASSERT_TRUE(house.indexer->wait_until_idle(20'000));
}

TEST(IndexerTest, TakesOutWhatIsWithheldAndFoldsItAgainLater) {
  CatalogueHouse house;
  const std::string other = "anyang.example/dure/1";
  house.add(make_entry("service", test_id(1), 1, service_body("하나")));
  house.add(make_entry("service", test_id(2), 1, service_body("둘 첫판")));
  house.add(make_entry("service", test_id(2), 2, service_body("둘 고친판")));
  house.add(make_entry("service", test_id(3), 1, service_body("셋")));
  house.add(make_entry("service", test_id(9), 1, service_body("이웃")), other);
  std::uint64_t until = std::numeric_limits<std::uint64_t>::max();
  IndexerOptions options;
  options.shown_until = [&](std::string_view origin) {
    return origin == kTestOrigin ? until : std::numeric_limits<std::uint64_t>::max();
  };
  Indexer indexer(*house.store, house.logs, options);
  ASSERT_TRUE(indexer.run_once());
  EXPECT_EQ(house.store->search({})->total, 4U);
  until = 2;
  ASSERT_TRUE(indexer.run_once());
  EXPECT_EQ(house.store->search({})->total, 3U);
  EXPECT_EQ((*house.store->find(test_id(2)))[0].title, "둘 첫판") << "what came before is shown";
  EXPECT_EQ(house.store->history(kTestOrigin, test_id(2))->size(), 1U);
  EXPECT_TRUE(house.store->find(test_id(3))->empty());
  EXPECT_TRUE(house.store->search(make_search("고친판"))->hits.empty());
  EXPECT_EQ(house.store->find(test_id(9))->size(), 1U) << "another log is not touched";
  const auto progress = indexer.progress();
  for (const IndexProgress& log : *progress) EXPECT_EQ(log.indexed, log.stored);
  house.add(make_entry("service", test_id(4), 1, service_body("넷")));
  ASSERT_TRUE(indexer.run_once());
  EXPECT_EQ(house.store->search({})->total, 3U);
  until = 0;
  ASSERT_TRUE(indexer.run_once());
  EXPECT_EQ(house.store->search({})->total, 1U);
  until = std::numeric_limits<std::uint64_t>::max();
  ASSERT_TRUE(indexer.run_once());
  EXPECT_EQ(house.store->search({})->total, 5U);
  EXPECT_EQ((*house.store->find(test_id(2)))[0].title, "둘 고친판");
}

TEST(IndexerTest, FoldsALogAgainThatHasAnotherHistoryNow) {
  CatalogueHouse house;
  const std::string other = "anyang.example/dure/1";
  house.add(make_entry("service", test_id(1), 1, service_body("하나")));
  house.add(make_entry("service", test_id(9), 1, service_body("이웃")), other);
  house.fold();
  house.indexer->fold_again(other);
  house.fold();
  EXPECT_EQ(house.indexer->counters().folded, 3U) << "that log, and only once";
  house.fold();
  EXPECT_EQ(house.indexer->counters().folded, 3U);
  EXPECT_EQ(house.store->search({})->total, 2U);
}

// The list of logs was read before the history was put aside, and its turn comes afterwards.
TEST(IndexerTest, WhatWasPutAsideMeanwhileIsNotFoldedInPlaceOfTheOtherHistory) {
  CatalogueHouse house;
  house.add(make_entry("service", test_id(9), 1, service_body("이웃")), "anyang.example/dure/1");
  house.add(make_entry("service", test_id(1), 1, service_body("틀린 하나")));
  house.add(make_entry("service", test_id(2), 1, service_body("틀린 둘")));
  house.fold();
  LogId anew = 0;
  std::unique_ptr<Indexer> indexer;
  IndexerOptions options;
  options.others_first = [&] {  // asked for the neighbour's log first
    if (anew != 0) return false;
    anew = house.logs.set_aside(house.logs.log_by_origin(kTestOrigin)->id);
    indexer->fold_again(kTestOrigin);
    return false;
  };
  indexer = std::make_unique<Indexer>(*house.store, house.logs, options);
  ASSERT_TRUE(indexer->run_once());
  ASSERT_NE(anew, 0);
  const auto right = make_entry("service", test_id(3), 1, service_body("맞는 하나"));
  house.logs.store(anew, {0, {right}}, [](const Status& stored) { EXPECT_TRUE(stored); });
  ASSERT_TRUE(indexer->run_once());
  EXPECT_EQ(house.store->search({})->total, 2U);
  EXPECT_TRUE(house.store->find(test_id(1))->empty());
  EXPECT_EQ(house.store->find(test_id(3))->size(), 1U);
}

TEST(IndexerTest, LetsOthersGoFirstButNotForEver) {
  CatalogueHouse house;
  for (std::uint64_t i = 0; i < 10; ++i)
    house.add(make_entry("service", test_id(i), 1, service_body("사업 " + std::to_string(i))));
  IndexerOptions options;
  options.batch_entries = 5;
  int asked = 0;
  options.others_first = [&] { return ++asked <= 3; };
  options.patience = std::chrono::hours(1);
  Indexer polite(*house.store, house.logs, options);
  ASSERT_TRUE(polite.run_once());
  EXPECT_GT(asked, 3) << "it did not look again, or not before every batch";
  EXPECT_EQ(house.store->search({})->total, 10U);

  ASSERT_TRUE(house.store->clear());
  options.others_first = [] { return true; };
  options.patience = std::chrono::milliseconds(1);
  Indexer impatient(*house.store, house.logs, options);
  ASSERT_TRUE(impatient.run_once());
  EXPECT_EQ(house.store->search({})->total, 10U);
}

TEST(IndexerTest, SmallBatchesGiveTheSame) {
  CatalogueHouse house;
  for (std::uint64_t i = 0; i < 23; ++i)
    house.add(make_entry("service", test_id(i), 1, service_body("사업")));
  IndexerOptions options;
  options.batch_entries = 4;
  options.batch_bytes = 300;
  Indexer small(*house.store, house.logs, options);
  ASSERT_TRUE(small.run_once());
  EXPECT_EQ(house.store->search({})->total, 23U);
}

TEST(IndexerTest, FoldsABacklogWithoutAGap) {
  CatalogueHouse house;
  constexpr std::uint64_t kEntries = 1'020;
  for (std::uint64_t i = 0; i < kEntries; ++i)
    house.add(make_entry("service", test_id(i), 1, service_body("사업")));
  IndexerOptions options;
  options.batch_entries = 50;
  Indexer indexer(*house.store, house.logs, options);
  ASSERT_TRUE(indexer.run_once());
  EXPECT_EQ(house.store->search({})->total, kEntries);
  EXPECT_EQ(*house.store->position(kTestOrigin), kEntries);
}

TEST(IndexerTest, RebuildGivesTheSameAnswers) {
  CatalogueHouse house;
  for (std::uint64_t i = 0; i < 12; ++i)
    house.add(make_entry("service", test_id(i), 1, service_body("교통 " + std::to_string(i % 3))));
  house.add(make_entry("service", test_id(3), 2, service_body("교통 새것")));
  house.add(make_entry("withdraw", test_id(4), 2, R"({"reason":"끝"})"));
  house.fold();
  const auto before = house.store->search(make_search("교통"));
  ASSERT_TRUE(house.indexer->rebuild());
  const auto after = house.store->search(make_search("교통"));
  ASSERT_TRUE(before && after);
  ASSERT_EQ(before->hits.size(), 11U);
  EXPECT_EQ(titles_of(*before), titles_of(*after));
  for (std::size_t i = 0; i < before->hits.size(); ++i) {
    EXPECT_EQ(before->hits[i].item.id, after->hits[i].item.id);
    EXPECT_DOUBLE_EQ(before->hits[i].score, after->hits[i].score);
  }
  EXPECT_EQ(before->matched, after->matched);
}

TEST(IndexerTest, RebuildAsksTheRunningThread) {
  CatalogueHouse house;
  house.add(make_entry("service", test_id(1), 1, service_body("하나")));
  house.indexer->start();
  ASSERT_TRUE(house.indexer->wait_until_idle(20'000));
  ASSERT_TRUE(house.indexer->rebuild());
  ASSERT_TRUE(house.indexer->wait_until_idle(20'000));
  EXPECT_EQ(house.indexer->counters().folded, 2U);
  EXPECT_EQ(house.store->search({})->total, 1U);
}

}  // namespace
}  // namespace dure::node
