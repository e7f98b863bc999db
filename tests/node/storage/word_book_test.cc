// SPDX-License-Identifier: Apache-2.0
// The dictionary beside the index: always what titles and keywords of the newest revisions hold.
#include "storage/word_book.h"

#include <gtest/gtest.h>

#include <set>

#include "node/catalogue/memory_catalogue.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

class WordBookTest : public testing::Test {
 protected:
  WordBookTest() { open(); }
  void open() {
    store_.reset();
    auto opened = open_catalogue(path());
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = *std::move(opened);
  }
  std::string path() const { return (folder_.path() / "catalogue.db").string(); }
  void apply(const std::vector<CatalogueChange>& changes) {
    ASSERT_TRUE(store_->apply(changes, {}));
  }
  std::uint64_t documents(std::string_view word) {
    const auto found = store_->documents_with(word);
    EXPECT_TRUE(found);
    return found ? *found : 0;
  }
  std::set<std::string> like(std::string_view word) {
    std::set<std::string> words;
    const auto found = store_->spelled_like(word);
    EXPECT_TRUE(found);
    if (!found) return words;
    for (const KnownWord& known : *found) {
      words.insert(known.word);
      EXPECT_EQ(known.documents, documents(known.word));
    }
    return words;
  }
  /// Rows of both tables together.
  std::int64_t rows() {
    auto connection = Connection::open(path(), OpenMode::kReadOnly);
    EXPECT_TRUE(connection);
    const auto count =
        (*connection)
            ->query_integer(
                "SELECT (SELECT count(*) FROM words) + (SELECT count(*) FROM spellings)");
    EXPECT_TRUE(count);
    return count ? *count : -1;
  }

  TempFolder folder_;
  std::unique_ptr<CatalogueStore> store_;
};

TEST_F(WordBookTest, CountsDocumentsNotOccurrences) {
  auto with_keywords = make_change(test_id(1), "주차장 주차장을", "도서관");
  with_keywords.keywords = "빈자리\n주차장";
  apply({with_keywords, make_change(test_id(2), "주차장")});
  EXPECT_EQ(documents("주차장"), 2U);
  EXPECT_EQ(documents("빈자리"), 1U);
  EXPECT_EQ(documents("도서관"), 0U) << "summaries suggest nothing";
  EXPECT_EQ(like("주자장"), std::set<std::string>{"주차장"});
  open();
  EXPECT_EQ(documents("주차장"), 2U) << "kept in the file";
  EXPECT_EQ(like("주자장"), std::set<std::string>{"주차장"});
}

TEST_F(WordBookTest, FollowsRevisionsAndWithdrawals) {
  apply({make_change(test_id(1), "주차장"), make_change(test_id(2), "주차장")});
  apply({make_change(test_id(1), "도서관", "", kTestOrigin, 2, 5)});
  EXPECT_EQ(documents("주차장"), 1U);
  EXPECT_EQ(documents("도서관"), 1U);
  auto withdrawn = make_change(test_id(2), "", "", kTestOrigin, 2, 6);
  withdrawn.item.withdrawn = true;
  apply({withdrawn});
  EXPECT_EQ(documents("주차장"), 0U);
  EXPECT_TRUE(like("주자장").empty());
  ASSERT_TRUE(store_->forget(kTestOrigin));
  EXPECT_EQ(rows(), 0);
}

TEST_F(WordBookTest, ErasingLeavesNoWordBehind) {
  apply({make_change(test_id(1), "비밀주차장 도서관", "", kTestOrigin, 1, 3)});
  ASSERT_GT(rows(), 0);
  auto tombstone = make_change(test_id(1), "", "", kTestOrigin, 1, 3);
  tombstone.item.withdrawn = true;
  ASSERT_TRUE(store_->erase(std::vector<CatalogueChange>{tombstone}));
  EXPECT_EQ(documents("비밀주차장"), 0U);
  EXPECT_EQ(rows(), 0);
}

TEST_F(WordBookTest, AFailedTransactionLeavesNoCounts) {
  auto bad = make_change("no id", "주차장");
  EXPECT_FALSE(
      store_->apply(std::vector<CatalogueChange>{make_change(test_id(1), "주차장"), bad}, {}));
  EXPECT_EQ(documents("주차장"), 0U);
  apply({make_change(test_id(2), "도서관")});
  EXPECT_EQ(documents("주차장"), 0U) << "nothing of the failed batch comes with the next";
  EXPECT_EQ(documents("도서관"), 1U);
}

TEST_F(WordBookTest, ALargeTransactionCountsTheSame) {
  std::vector<CatalogueChange> many;
  const auto syllable = [](std::size_t n) {
    const auto c = static_cast<unsigned>(0xAC00 + n);
    return std::string{static_cast<char>(0xE0U | (c >> 12U)),
                       static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)),
                       static_cast<char>(0x80U | (c & 0x3FU))};
  };
  std::string title;
  for (std::size_t i = 0; i < 20'000; ++i) {
    title += syllable(i / 140) + syllable(7000 + i % 140) + ' ';
    if (i % 100 != 99) continue;
    many.push_back(make_change(test_id(i), title + "공통"));
    title.clear();
  }
  apply(many);
  EXPECT_EQ(documents("공통"), 200U);
}

}  // namespace
}  // namespace dure::node
