// SPDX-License-Identifier: Apache-2.0
// Does search find what people mean? Recall and precision over a small labelled set, printed and
// held.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <sstream>

#include "node/catalogue/korean_corpus.h"
#include "node/catalogue/memory_catalogue.h"

namespace dure::node {
namespace {

std::set<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::set<std::string> words;
  for (std::string word; stream >> word;) words.insert(word);
  return words;
}

bool holds(const LabelledSentence& sentence, const std::string& noun) {
  const auto nouns = words_of(sentence.nouns);
  if (nouns.count(noun) != 0) return true;
  const auto others = SynonymTable::built_in().others(noun);
  return std::any_of(others.begin(), others.end(),
                     [&](const std::string& other) { return nouns.count(other) != 0; });
}

std::set<std::size_t> relevant(const LabelledQuery& query) {
  std::set<std::size_t> found;
  for (std::size_t i = 0; i < kSentences.size(); ++i) {
    const auto nouns = words_of(query.nouns);
    if (std::all_of(nouns.begin(), nouns.end(),
                    [&](const std::string& noun) { return holds(kSentences[i], noun); }))
      found.insert(i);
  }
  return found;
}

class KoreanSearchTest : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<CatalogueChange> changes;
    for (std::size_t i = 0; i < kSentences.size(); ++i) {
      changes.push_back(make_change(test_id(i), "제목 " + std::to_string(i),
                                    std::string(kSentences[i].text), kTestOrigin, 1, i));
    }
    ASSERT_TRUE(house_.store->apply(changes, {}));
  }
  std::set<std::size_t> found(std::string_view typed) {
    auto page = house_.store->search(make_search(typed, 100));
    EXPECT_TRUE(page) << page.error().detail;
    std::set<std::size_t> sentences;
    for (const SearchHit& hit : page->hits) sentences.insert(hit.item.index);
    EXPECT_EQ(page->matched, sentences.size());
    return sentences;
  }
  CatalogueHouse house_;
};

TEST_F(KoreanSearchTest, FindsWhatPeopleMean) {
  double recall = 0;
  std::size_t right = 0, wrong = 0;
  for (const LabelledQuery& query : kQueries) {
    const auto gold = relevant(query);
    ASSERT_FALSE(gold.empty()) << query.typed;
    const auto hits = found(query.typed);
    std::size_t hit = 0;
    for (const std::size_t i : gold) {
      hit += hits.count(i);
      if (hits.count(i) == 0)
        std::printf("%s misses: %s\n", std::string(query.typed).c_str(),
                    std::string(kSentences[i].text).c_str());
    }
    for (const std::size_t i : hits) {
      if (gold.count(i) == 0)
        std::printf("%s wrongly finds: %s\n", std::string(query.typed).c_str(),
                    std::string(kSentences[i].text).c_str());
    }
    recall += static_cast<double>(hit) / static_cast<double>(gold.size());
    right += hit;
    wrong += hits.size() - hit;
  }
  recall /= static_cast<double>(kQueries.size());
  const double precision = static_cast<double>(right) / static_cast<double>(right + wrong);
  std::printf("recall %.3f, precision %.3f over %zu sentences and %zu queries\n", recall, precision,
              kSentences.size(), kQueries.size());
  EXPECT_GE(recall, 0.97);
  EXPECT_GE(precision, 0.85);
}

TEST_F(KoreanSearchTest, OneSyllableDoesNotFindTheEndOfOtherWords) {
  for (const std::size_t i : found("물"))
    EXPECT_TRUE(holds(kSentences[i], "물") || holds(kSentences[i], "물류")) << kSentences[i].text;
}

TEST_F(KoreanSearchTest, RanksAWordsStartAboveItsInside) {
  ASSERT_TRUE(
      house_.store->apply(std::vector<CatalogueChange>{make_change(test_id(900), "대도시 계획"),
                                                       make_change(test_id(901), "도시 계획")},
                          {}));
  const auto page = house_.store->search(make_search("도시 계획"));
  ASSERT_TRUE(page);
  ASSERT_GE(page->hits.size(), 2U);
  EXPECT_EQ(page->hits[0].item.title, "도시 계획");
  EXPECT_EQ(page->hits[1].item.title, "대도시 계획");
}

TEST_F(KoreanSearchTest, RanksTitleAboveKeywordsAboveSummaryAboveBody) {
  auto in_body = make_change(test_id(910), "하나");
  in_body.body = "굴뚝 청소";
  auto in_keywords = make_change(test_id(911), "둘");
  in_keywords.keywords = "굴뚝 청소";
  const auto in_summary = make_change(test_id(912), "셋", "굴뚝 청소");
  const auto in_title = make_change(test_id(913), "굴뚝 청소");
  ASSERT_TRUE(house_.store->apply(
      std::vector<CatalogueChange>{in_body, in_keywords, in_summary, in_title}, {}));
  const auto page = house_.store->search(make_search("굴뚝"));
  ASSERT_TRUE(page);
  EXPECT_EQ(titles_of(*page), (std::vector<std::string>{"굴뚝 청소", "둘", "셋", "하나"}));
}

TEST_F(KoreanSearchTest, MarksHitsInTheSnippet) {
  const auto page = house_.store->search(make_search("그늘막"));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->hits.size(), 1U);
  EXPECT_EQ(page->hits[0].snippet, "도시 열섬을 줄이는 \xEE\x80\x80그늘막\xEE\x80\x81 배치");
}

}  // namespace
}  // namespace dure::node
