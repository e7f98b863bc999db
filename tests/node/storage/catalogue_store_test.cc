// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "catalogue/snippet.h"
#include "node/catalogue/memory_catalogue.h"
#include "node/storage/catalogue_store_fixture.h"
#include "storage/catalogue_columns.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

constexpr const char* kOther = "anyang.example/dure/1";

TEST_F(CatalogueStoreTest, KeepsPositionsWithTheirChanges) {
  EXPECT_EQ(*store_->position(kTestOrigin), 0U);
  const std::pair<std::string, std::uint64_t> position{kTestOrigin, 5};
  ASSERT_TRUE(store_->apply(std::vector{make_change(test_id(1), "하나")}, {&position, 1}));
  EXPECT_EQ(*store_->position(kTestOrigin), 5U);
  reopen();
  EXPECT_EQ(*store_->position(kTestOrigin), 5U);
  EXPECT_EQ(search(make_search("하나")).matched, 1U);
}

TEST_F(CatalogueStoreTest, ABadChangeChangesNothing) {
  const std::pair<std::string, std::uint64_t> position{kTestOrigin, 5};
  EXPECT_FALSE(store_->apply(
      std::vector{make_change(test_id(1), "하나"), make_change("bad id", "둘")}, {&position, 1}));
  EXPECT_EQ(*store_->position(kTestOrigin), 0U);
  EXPECT_EQ(search({}).total, 0U);
  apply({make_change(test_id(1), "하나")});
  EXPECT_EQ(search(make_search("하나")).matched, 1U);
}

TEST_F(CatalogueStoreTest, ANewRevisionReplacesTheWords) {
  apply({make_change(test_id(1), "낡은 이름")});
  const std::uint64_t version = store_->version();
  apply({make_change(test_id(1), "새로운 이름", "", kTestOrigin, 2, 1)});
  EXPECT_GT(store_->version(), version);
  EXPECT_EQ(search(make_search("낡은")).matched, 0U);
  EXPECT_EQ(search(make_search("새로운")).matched, 1U);
  EXPECT_EQ(search({}).total, 1U);
  EXPECT_EQ(*store_->history(kTestOrigin, test_id(1)), (std::vector<std::uint64_t>{0, 1}));
}

TEST_F(CatalogueStoreTest, SnippetsShowWhatSomebodyWroteAndNotKeywords) {
  auto change = make_change(test_id(1), "쉼터", "더위를 피하는 곳");
  change.keywords = "어르신 elderly";
  change.body = "경로당을 엽니다";
  apply({change});
  const auto snippet = [this](std::string_view word) {
    const auto page = search(make_search(word));
    return page.hits.size() == 1 ? page.hits[0].snippet : "";
  };
  EXPECT_EQ(snippet("elderly"), "더위를 피하는 곳");
  EXPECT_EQ(snippet("경로당"),
            std::string(kMarkOpen) + "경로당" + std::string(kMarkClose) + "을 엽니다");
}

TEST_F(CatalogueStoreTest, WithdrawalTakesARecordOutOfSearchAndKeepsATombstone) {
  apply(
      {make_change(test_id(1), "교통"), make_change(test_id(2), "교통 둘", "", kTestOrigin, 1, 1)});
  CatalogueChange withdrawal = make_change(test_id(1), "", "", kTestOrigin, 2, 2);
  withdrawal.item.type = "withdraw";
  withdrawal.item.withdrawn = true;
  apply({withdrawal});
  EXPECT_EQ(search(make_search("교통")).matched, 1U);
  EXPECT_EQ(search({}).total, 1U);
  const auto found = store_->find(test_id(1));
  ASSERT_EQ(found->size(), 1U);
  EXPECT_TRUE(found->front().withdrawn);
  EXPECT_EQ(found->front().rev, 2U);
  apply({make_change(test_id(1), "교통 다시", "", kTestOrigin, 3, 3)});
  EXPECT_EQ(search(make_search("교통")).matched, 2U) << "a later revision brings it back";
}

TEST_F(CatalogueStoreTest, AnyOrderOfArrivalGivesTheSameCatalogue) {
  std::vector<CatalogueChange> changes;
  for (std::uint64_t id = 0; id < 6; ++id) {
    for (std::uint64_t rev = 1; rev <= 4; ++rev) {
      auto change =
          make_change(test_id(id), "교통 " + std::to_string(id) + " 판 " + std::to_string(rev), "",
                      kTestOrigin, rev, id * 10 + rev);
      change.item.withdrawn = id == 3 && rev == 4;
      changes.push_back(change);
    }
    // A publisher's mistake: the last revision twice. The first one in the log counts.
    changes.push_back(make_change(test_id(id), "교통 두 번째", "", kTestOrigin, 4, 900 + id));
    changes.push_back(make_change(test_id(id), "교통 남의 것", "", kOther, 9, id));
  }
  const auto state = [&] {
    std::vector<std::string> all;
    for (const SearchHit& hit : search(make_search("교통", 100)).hits) {
      all.push_back(hit.item.origin + ' ' + hit.item.title + ' ' + std::to_string(hit.score));
    }
    for (std::uint64_t id = 0; id < 6; ++id) {
      const auto history = store_->history(kTestOrigin, test_id(id));
      for (const std::uint64_t position : *history) all.push_back(std::to_string(position));
    }
    return all;
  };
  apply(changes);
  const auto expected = state();
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same every time
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(store_->clear());
    std::shuffle(changes.begin(), changes.end(), random);
    for (std::size_t i = 0; i < changes.size(); i += 5) {
      apply({changes.begin() + static_cast<std::ptrdiff_t>(i),
             changes.begin() + static_cast<std::ptrdiff_t>(std::min(i + 5, changes.size()))});
    }
    EXPECT_EQ(state(), expected) << "round " << round;
  }
}

TEST_F(CatalogueStoreTest, FoldingTwiceChangesNothing) {
  const auto change = make_change(test_id(1), "교통");
  apply({change, change});
  apply({change});
  EXPECT_EQ(search(make_search("교통")).matched, 1U);
  EXPECT_EQ(store_->history(kTestOrigin, test_id(1))->size(), 1U);
}

TEST_F(CatalogueStoreTest, EveryDocumentOfALargeBatchHasItsOwnWords) {
  constexpr std::uint64_t kDocuments = 600;  // words are made ahead in parts of 256
  const auto word = [](std::uint64_t i) { return "mark" + std::to_string(1000 + i); };
  std::vector<CatalogueChange> changes;
  for (std::uint64_t i = 0; i < kDocuments; ++i) {
    changes.push_back(make_change(test_id(i), word(i), "교통", kTestOrigin, 1, i));
    changes.back().item.withdrawn = i % 100 == 7;
  }
  apply(changes);
  for (std::uint64_t i = 0; i < kDocuments; ++i) {
    const SearchPage page = search(make_search(word(i)));
    ASSERT_EQ(page.hits.size(), i % 100 == 7 ? 0U : 1U) << i;
    for (const SearchHit& hit : page.hits) EXPECT_EQ(hit.item.id, test_id(i));
  }
  // The same words are needed to take them out again.
  for (auto& change : changes) change.item.rev = 2, change.item.title = "바뀜";
  apply(changes);
  for (std::uint64_t i = 0; i < kDocuments; ++i)
    ASSERT_EQ(search(make_search(word(i))).matched, 0U) << i;
}

TEST_F(CatalogueStoreTest, FiltersByTypeOriginAndRegion) {
  auto practice = make_change(test_id(2), "교통 사례", "", kTestOrigin, 1, 1);
  practice.item.type = "practice";
  practice.item.region = "41130";
  auto district = make_change(test_id(3), "교통 구", "", kOther, 1, 0);
  district.item.region = "41111";
  auto several = make_change(test_id(4), "교통 여럿", "", kOther, 1, 1);
  several.item.region = "11110";
  several.more_regions = {"41290"};
  apply({make_change(test_id(1), "교통 사업"), practice, district, several});
  const auto count = [&](const char* type, const char* region, const char* origin) {
    SearchQuery words = make_search("교통");
    SearchQuery all;
    words.type = all.type = type;
    words.region = all.region = region;
    words.origin = all.origin = origin;
    EXPECT_EQ(search(words).matched, search(all).matched);
    return search(words).matched;
  };
  EXPECT_EQ(count("", "", ""), 4U);
  EXPECT_EQ(count("practice", "", ""), 1U);
  EXPECT_EQ(count("nothing", "", ""), 0U);
  EXPECT_EQ(count("", "", kOther), 2U);
  EXPECT_EQ(count("", "", "x.example/dure/1"), 0U);
  EXPECT_EQ(count("", "41000", ""), 4U) << "a province finds its towns";
  EXPECT_EQ(count("", "41110", ""), 2U) << "a city finds its districts";
  EXPECT_EQ(count("", "41111", ""), 1U);
  EXPECT_EQ(count("", "11000", ""), 1U);
  EXPECT_EQ(count("", "41290", ""), 1U);
  EXPECT_EQ(count("", "99999", ""), 0U);
  reopen();
  EXPECT_EQ(count("", "41290", ""), 1U);
}

TEST_F(CatalogueStoreTest, ListsNewestFirst) {
  std::vector<CatalogueChange> changes;
  for (std::uint64_t i = 0; i < 5; ++i) {
    changes.push_back(make_change(test_id(i), std::to_string(i), "교통", kTestOrigin, 1, i));
    changes.back().item.modified = "2024-01-0" + std::to_string((i * 3) % 5 + 1);
  }
  apply(changes);
  for (const char* words : {"", "교통"}) {
    SearchQuery query = make_search(words, 2);
    query.newest_first = true;
    std::vector<std::string> modified;
    for (;;) {
      const SearchPage page = search(query);
      for (const SearchHit& hit : page.hits) modified.push_back(hit.item.modified);
      if (page.next_cursor.empty()) break;
      query.cursor = page.next_cursor;
    }
    EXPECT_EQ(modified, (std::vector<std::string>{"2024-01-05", "2024-01-04", "2024-01-03",
                                                  "2024-01-02", "2024-01-01"}));
  }
}

TEST_F(CatalogueStoreTest, PagesStayStableWhileEntriesArrive) {
  std::vector<CatalogueChange> changes;
  for (std::uint64_t i = 0; i < 60; ++i) {
    // Many equal scores and dates: only the ids tell them apart.
    changes.push_back(make_change(test_id(i), i % 3 == 0 ? "교통 안전" : "사업", "교통 안전 계획",
                                  kTestOrigin, 1, i));
  }
  apply(changes);
  std::uint64_t next = 1000;
  const auto ids = read_all(make_search("교통 안전", 7), [&](int page) {
    std::vector<CatalogueChange> arriving;
    for (int i = 0; i < 9; ++i, ++next)
      arriving.push_back(
          make_change(test_id(next), "교통 안전 교통 안전", "", kTestOrigin, 1, next));
    // A shown record changes, and so do the statistics of both words.
    arriving.push_back(make_change(test_id(static_cast<std::uint64_t>(page)), "안전", "교통",
                                   kTestOrigin, 2, 5000 + next));
    apply(arriving);
  });
  const std::set<std::string> unique(ids.begin(), ids.end());
  EXPECT_EQ(unique.size(), ids.size()) << "something was shown twice";
  for (std::uint64_t i = 10; i < 60; ++i)
    EXPECT_EQ(unique.count(test_id(i)), 1U) << "an unchanged record was skipped: " << i;
}

TEST_F(CatalogueStoreTest, ALaterPageLeavesOutWhatArrivedSince) {
  std::vector<CatalogueChange> changes;
  for (std::uint64_t i = 0; i < 6; ++i)
    changes.push_back(make_change(test_id(i), "교통", "", kTestOrigin, 1, i));
  apply(changes);
  SearchQuery query = make_search("교통", 4);
  const SearchPage first = search(query);
  changes.clear();
  // These rank behind everything that was there, so a later page would show them.
  for (std::uint64_t i = 10; i < 15; ++i)
    changes.push_back(
        make_change(test_id(i), "사업", "이것은 긴 설명 뒤의 교통", kTestOrigin, 1, i));
  apply(changes);
  query.cursor = first.next_cursor;
  const SearchPage second = search(query);
  EXPECT_EQ(second.hits.size(), 2U);
  EXPECT_EQ(second.matched, first.matched);
  EXPECT_EQ(second.as_of, first.as_of);
  EXPECT_TRUE(second.next_cursor.empty());
}

TEST_F(CatalogueStoreTest, RanksAWordsBeginningAboveItsInside) {
  // Of the same length; by id the second would come first.
  apply({make_change(test_id(1), "대교통신 안내"),
         make_change(test_id(2), "교통대신 안내", "", kTestOrigin, 1, 1)});
  const std::vector<std::string> expected = {"교통대신 안내", "대교통신 안내"};
  EXPECT_EQ(titles_of(search(make_search("교통"))), expected);
  apply({make_change(test_id(1), "교통대신 안내", "", kTestOrigin, 2, 2),
         make_change(test_id(2), "대교통신 안내", "", kTestOrigin, 2, 3)});
  EXPECT_EQ(titles_of(search(make_search("교통"))), expected);
}

TEST_F(CatalogueStoreTest, ACursorSurvivesARebuild) {
  std::vector<CatalogueChange> changes;
  for (std::uint64_t i = 0; i < 10; ++i)
    changes.push_back(
        make_change(test_id(i), "교통 " + std::string(i, 'x'), "", kTestOrigin, 1, i));
  apply(changes);
  const auto ids = read_all(make_search("교통", 3), [&](int page) {
    if (page != 0) return;
    ASSERT_TRUE(store_->clear());
    std::reverse(changes.begin(), changes.end());
    apply(changes);
  });
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 10U);
  EXPECT_EQ(ids.size(), 10U);
}

TEST_F(CatalogueStoreTest, RefusesABadCursorAndABadExpression) {
  apply({make_change(test_id(1), "교통")});
  SearchQuery query = make_search("교통");
  query.cursor = "AAAA";
  EXPECT_EQ(store_->search(query).error().code, ErrorCode::kInvalid);
  query = {};
  query.match = "\"";
  EXPECT_EQ(store_->search(query).error().code, ErrorCode::kInvalid);
  query.match = "NEAR(";
  EXPECT_EQ(store_->search(query).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(search(make_search("교통")).matched, 1U) << "the connection is as good as before";
}

TEST_F(CatalogueStoreTest, CountsWhatMatchesBeyondThePage) {
  std::vector<CatalogueChange> changes;
  for (std::uint64_t i = 0; i < 150; ++i)
    changes.push_back(make_change(test_id(i), "교통", "", kTestOrigin, 1, i));
  apply(changes);
  const SearchPage page = search(make_search("교통", 10));
  EXPECT_EQ(page.hits.size(), 10U);
  EXPECT_EQ(page.matched, 150U);
}

TEST_F(CatalogueStoreTest, SearchesWhileItIsWritten) {
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0}, searched{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!done) {
        // Every batch adds one record and revises the first: what a search sees must belong to one
        // batch.
        const auto page = store_->search(make_search("교통", 100));
        if (!page || page->matched != page->total ||
            page->hits.size() != std::min<std::size_t>(page->matched, 100))
          ++wrong;
        ++searched;
      }
    });
  }
  for (std::uint64_t i = 1; i <= 60; ++i) {
    apply({make_change(test_id(i), "교통", "", kTestOrigin, 1, i),
           make_change(test_id(0), "교통 " + std::to_string(i), "", kTestOrigin, i, 1000 + i)});
  }
  while (searched < 3) std::this_thread::yield();
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(CatalogueStoreTest, ASecondProcessReadsAlong) {
  apply({make_change(test_id(1), "교통")});
  CatalogueStoreOptions reading;
  reading.read_only = true;
  auto other = open_catalogue(path(), reading);
  ASSERT_TRUE(other) << other.error().detail;
  EXPECT_EQ((*other)->search(make_search("교통"))->matched, 1U);
  apply({make_change(test_id(2), "교통 둘", "", kTestOrigin, 1, 1)});
  EXPECT_EQ((*other)->search(make_search("교통"))->matched, 2U);
  EXPECT_EQ((*other)->apply({}, {}).error().code, ErrorCode::kRefused);
}

TEST_F(CatalogueStoreTest, HousekeepingKeepsTheAnswers) {
  std::vector<CatalogueChange> changes;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    changes.push_back(make_change(test_id(i), "교통 " + std::to_string(i), "", kTestOrigin, 1, i));
    if (changes.size() == 300) {
      apply(changes);
      changes.clear();
    }
  }
  const auto before = titles_of(search(make_search("교통", 50)));
  int steps = 0;
  for (auto more = store_->tidy(); more && *more; more = store_->tidy()) ASSERT_LT(++steps, 10'000);
  EXPECT_GT(steps, 0);
  apply({make_change(test_id(5), "교통 5 새것", "", kTestOrigin, 2, 9999)});
  EXPECT_EQ(search(make_search("교통")).matched, 3000U);
  EXPECT_EQ(search(make_search("새것")).matched, 1U);
  EXPECT_EQ(before.size(), 50U);
}

}  // namespace
}  // namespace dure::node
