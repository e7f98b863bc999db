// SPDX-License-Identifier: Apache-2.0
// Every write of the projection fails in two ways: not kept, and kept but unanswered. The next
// round goes on from there, and the catalogue becomes what it would have been.
#include <gtest/gtest.h>

#include "node/catalogue/memory_catalogue.h"
#include "support/failures.h"

namespace dure::node {
namespace {

constexpr const char* kNeighbour = "anyang.example/dure/1";

/// A catalogue whose writes fail when told to.
class FailingCatalogue final : public CatalogueStore {
 public:
  explicit FailingCatalogue(CatalogueStore& sound) : sound_(sound) {}
  FailNext fail_apply, fail_clear;

  Result<std::uint64_t> position(std::string_view origin) override {
    return sound_.position(origin);
  }
  Status apply(std::span<const CatalogueChange> changes,
               std::span<const std::pair<std::string, std::uint64_t>> positions) override {
    return fail_apply.around([&] { return sound_.apply(changes, positions); });
  }
  Status clear() override {
    return fail_clear.around([&] { return sound_.clear(); });
  }
  Result<SearchPage> search(const SearchQuery& query) override { return sound_.search(query); }
  Result<std::vector<CatalogueItem>> find(std::string_view id) override { return sound_.find(id); }
  Result<std::vector<std::uint64_t>> history(std::string_view origin,
                                             std::string_view id) override {
    return sound_.history(origin, id);
  }
  std::uint64_t version() override { return sound_.version(); }

 private:
  CatalogueStore& sound_;
};

class IndexerFailureTest : public testing::TestWithParam<Failure> {
 protected:
  /// Eleven records of two governments; the second one is revised, the third one withdrawn.
  static void fill(CatalogueHouse& house) {
    for (std::uint64_t i = 0; i < 10; ++i)
      house.add(make_entry("service", test_id(i), 1, service_body("사업 " + std::to_string(i))));
    house.add(make_entry("service", test_id(1), 2, service_body("고친 사업")));
    house.add(make_entry("withdraw", test_id(2), 2, R"({"reason":"끝남"})"));
    house.add(make_entry("service", test_id(20), 1, service_body("이웃 사업")), kNeighbour);
  }
  static IndexerOptions small_batches() {
    IndexerOptions options;
    options.batch_entries = 4;
    return options;
  }
  static void expect_whole(CatalogueHouse& house) {
    EXPECT_EQ(*house.store->position(kTestOrigin), 12U);
    EXPECT_EQ(*house.store->position(kNeighbour), 1U);
    SearchQuery everything;
    everything.limit = 100;
    const auto page = house.store->search(everything);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->total, 10U);
    EXPECT_EQ(page->hits.size(), 10U);
    EXPECT_EQ(house.store->history(kTestOrigin, test_id(1))->size(), 2U);
    EXPECT_EQ(house.store->history(kTestOrigin, test_id(0))->size(), 1U);
    EXPECT_EQ(house.store->search(make_search("고친"))->matched, 1U);
    EXPECT_EQ(house.store->search(make_search("이웃"))->matched, 1U);
    EXPECT_TRUE(house.store->find(test_id(2))->front().withdrawn);
  }
};

TEST_P(IndexerFailureTest, GoesOnAfterAFailureOfEveryBatch) {
  int batches = 0;
  for (bool reached = true; reached; ++batches) {
    CatalogueHouse house;
    fill(house);
    FailingCatalogue catalogue(*house.store);
    Indexer indexer(catalogue, house.logs, small_batches());
    catalogue.fail_apply.arm(GetParam(), batches);
    const auto first = indexer.run_once();
    reached = !catalogue.fail_apply.armed();
    EXPECT_EQ(first.has_value(), !reached);
    if (reached) {
      ASSERT_FALSE(first);
      EXPECT_EQ(first.error().code, ErrorCode::kStorage);
      ASSERT_TRUE(indexer.run_once());
    }
    expect_whole(house);
  }
  EXPECT_EQ(batches, 5) << "three batches of one log, one of the other, and none after them";
}

TEST_P(IndexerFailureTest, RebuildsAfterAFailureToForget) {
  CatalogueHouse house;
  fill(house);
  FailingCatalogue catalogue(*house.store);
  Indexer indexer(catalogue, house.logs, small_batches());
  ASSERT_TRUE(indexer.run_once());
  catalogue.fail_clear.arm(GetParam());
  EXPECT_FALSE(indexer.rebuild());
  ASSERT_TRUE(indexer.run_once());
  expect_whole(house);
  ASSERT_TRUE(indexer.rebuild());
  expect_whole(house);
}

TEST_P(IndexerFailureTest, RebuildsAfterAFailureOfABatch) {
  for (int batch = 0; batch < 4; ++batch) {
    CatalogueHouse house;
    fill(house);
    FailingCatalogue catalogue(*house.store);
    Indexer indexer(catalogue, house.logs, small_batches());
    ASSERT_TRUE(indexer.run_once());
    catalogue.fail_apply.arm(GetParam(), batch);
    EXPECT_FALSE(indexer.rebuild());
    ASSERT_TRUE(indexer.run_once());
    expect_whole(house);
  }
}

INSTANTIATE_TEST_SUITE_P(Writes, IndexerFailureTest,
                         testing::Values(Failure::kBeforeWrite, Failure::kAfterWrite),
                         [](const auto& failure) {
                           return failure.param == Failure::kBeforeWrite ? "NotKept"
                                                                         : "KeptButUnanswered";
                         });

}  // namespace
}  // namespace dure::node
