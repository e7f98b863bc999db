// SPDX-License-Identifier: Apache-2.0
#include "storage/link_book.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/temp_folder.h"

namespace dure::node {
namespace {

class LinkBookTest : public testing::Test {
 protected:
  LinkBookTest() { open(); }
  void open() {
    book_.reset();
    auto book = open_link_book(path());
    ASSERT_TRUE(book) << book.error().detail;
    book_ = std::move(*book);
  }
  std::string path() const { return (folder_.path() / "links.db").string(); }
  KnownLink find(const std::string& url) {
    const auto found = book_->find(url);
    EXPECT_TRUE(found && *found) << url;
    return found && *found ? **found : KnownLink{};
  }
  std::string files() const {
    std::ostringstream all;
    for (const char* suffix : {"", "-wal"})
      all << std::ifstream(path() + suffix, std::ios::binary).rdbuf();
    return all.str();
  }

  TempFolder folder_;
  std::unique_ptr<LinkBook> book_;
};

TEST_F(LinkBookTest, KeepsWhatIsKnownOfAnAddress) {
  ASSERT_TRUE(book_->keep(1, {{"e1", {"https://a/", "https://b/"}}, {"e2", {"https://b/"}}}));
  KnownLink state = find("https://b/");
  EXPECT_EQ(state.checked_at, 0);
  EXPECT_EQ(state.next_at, 0);
  state = {"https://b/", 100, 200, LinkFinding::kGone, 404, 3, 100, 404};
  ASSERT_TRUE(book_->record(state));
  ASSERT_TRUE(book_->keep(2, {{"e1", {"https://a/", "https://b/"}}})) << "read again";
  open();
  EXPECT_EQ(find("https://b/"), state);
  const auto dead = book_->dead();
  ASSERT_TRUE(dead);
  ASSERT_EQ(dead->size(), 2U);
  EXPECT_EQ((*dead)[0].id, "e1");
  EXPECT_EQ((*dead)[1].id, "e2");
  EXPECT_EQ((*dead)[1].state, state);
  const auto counts = book_->counts();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->links, 2U);
  EXPECT_EQ(counts->checked, 1U);
  EXPECT_EQ(counts->dead, 1U);
  EXPECT_EQ(counts->last_checked, 100);
}

TEST_F(LinkBookTest, TellsTheLongestDueFirst) {
  ASSERT_TRUE(book_->keep(1, {{"e", {"https://a/", "https://b/", "https://c/"}}}));
  EXPECT_EQ(*book_->next_due(), std::optional<std::int64_t>(0));
  ASSERT_TRUE(book_->record({"https://a/", 1, 300, LinkFinding::kAnswers, 200, 0, 0, 0}));
  ASSERT_TRUE(book_->record({"https://b/", 1, 200, LinkFinding::kAnswers, 200, 0, 0, 0}));
  ASSERT_TRUE(book_->record({"https://c/", 1, 400, LinkFinding::kAnswers, 200, 0, 0, 0}));
  const auto due = book_->due(300, 10);
  ASSERT_TRUE(due);
  ASSERT_EQ(due->size(), 2U);
  EXPECT_EQ((*due)[0].url, "https://b/");
  EXPECT_EQ(book_->due(300, 1)->size(), 1U);
  EXPECT_EQ(*book_->next_due(), std::optional<std::int64_t>(200));
}

TEST_F(LinkBookTest, ForgetsWhatNoEntryHasWithoutATrace) {
  ASSERT_TRUE(
      book_->keep(1, {{"e1", {"https://a/secret-of-e1", "https://b/"}}, {"e2", {"https://b/"}}}));
  ASSERT_TRUE(book_->keep(2, {{"e2", {"https://b/"}}}));
  ASSERT_NE(files().find("secret-of-e1"), std::string::npos);
  ASSERT_TRUE(book_->forget_but(2));
  EXPECT_FALSE(*book_->find("https://a/secret-of-e1"));
  EXPECT_TRUE(*book_->stands_in("e2", "https://b/"));
  EXPECT_FALSE(*book_->stands_in("e1", "https://b/"));
  EXPECT_EQ(files().find("secret-of-e1"), std::string::npos);
  EXPECT_EQ(book_->record({"https://a/secret-of-e1", 1, 2, LinkFinding::kGone, 404, 1, 0, 0})
                .error()
                .code,
            ErrorCode::kNotFound);
}

TEST_F(LinkBookTest, AFileOfAnotherKindIsRefusedAndCanBeRemoved) {
  book_.reset();
  std::ofstream(path(), std::ios::trunc) << "not a database at all, and long enough to be read";
  EXPECT_FALSE(open_link_book(path()));
  ASSERT_TRUE(remove_link_book(path()));
  ASSERT_TRUE(remove_link_book(path())) << "nothing there";
  open();
}

}  // namespace
}  // namespace dure::node
