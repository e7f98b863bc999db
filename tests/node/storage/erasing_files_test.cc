// SPDX-License-Identifier: Apache-2.0
// That nothing of an erased text stays in node.db, catalogue.db and what lies beside them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "node/storage/catalogue_store_fixture.h"
#include "storage/log_tables.h"
#include "storage/node_store.h"
#include "storage/sqlite.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

constexpr const char* kWord = "zqxjwvkbjrz";
constexpr const char* kName = "뷁쉙";

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Every file of the folder in which `needle` stands.
std::vector<std::string> holders(const TempFolder& folder, std::string_view needle) {
  std::vector<std::string> found;
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    if (contents(file.path()).find(needle) != std::string::npos)
      found.push_back(file.path().filename().string());
  }
  return found;
}

/// Leaves bytes in the file that nothing owns any more, as splitting and freeing pages may.
void plant(const std::string& path, const std::string& bytes) {
  auto connection = *Connection::open(path, OpenMode::kReadWrite);
  ASSERT_TRUE(connection->execute("PRAGMA secure_delete=OFF; CREATE TABLE stale(bytes BLOB)"));
  {
    auto insert = *connection->prepare("INSERT INTO stale VALUES(?1)");
    insert.bind_blob(1, bytes);
    ASSERT_TRUE(insert.run());
  }
  ASSERT_TRUE(connection->execute("PRAGMA wal_checkpoint(TRUNCATE); DROP TABLE stale"));
}

class CatalogueErasingTest : public CatalogueStoreTest {
 protected:
  static CatalogueChange change(std::uint64_t number, std::uint64_t rev = 1) {
    const bool secret = number == 40;
    auto out =
        make_change(test_id(number),
                    secret ? std::string(kName) + " " + kWord : "안내 " + std::to_string(number),
                    "요약", kTestOrigin, rev, number + (rev - 1) * 1000);
    out.body = secret ? std::string("본문 ") + kWord : "본문";
    return out;
  }
  static CatalogueChange tombstone(std::uint64_t number, std::uint64_t rev = 1) {
    auto out = make_change(test_id(number), "", "", kTestOrigin, rev, number + (rev - 1) * 1000);
    out.item.withdrawn = true;
    return out;
  }
  void fill(std::uint64_t first, std::uint64_t end) {
    for (std::uint64_t number = first; number < end; ++number) apply({change(number)});
  }
  void erase_and_sweep(const CatalogueChange& of) {
    const auto erased = store_->erase(std::vector{of});
    ASSERT_TRUE(erased) << erased.error().detail;
    const auto swept = store_->sweep();
    ASSERT_TRUE(swept) << swept.error().detail;
  }
};

TEST_F(CatalogueErasingTest, NoWordStaysInAnyFile) {
  fill(0, 80);  // a segment of the index for each
  ASSERT_FALSE(holders(folder_, kWord).empty());
  ASSERT_FALSE(holders(folder_, kName).empty());
  EXPECT_EQ(search(make_search(kWord)).matched, 1U);
  erase_and_sweep(tombstone(40));
  EXPECT_THAT(holders(folder_, kWord), testing::IsEmpty());
  EXPECT_THAT(holders(folder_, kName), testing::IsEmpty());
  EXPECT_EQ(search(make_search(kWord)).matched, 0U);
  EXPECT_EQ(search(make_search("안내")).matched, 79U);
  ASSERT_EQ(store_->find(test_id(40))->size(), 1U);
  EXPECT_TRUE(store_->find(test_id(40))->front().withdrawn);
  reopen();
  EXPECT_EQ(search(make_search("안내")).matched, 79U);
}

TEST_F(CatalogueErasingTest, TheOnlyDocumentGoesToo) {
  apply({change(40)});
  erase_and_sweep(tombstone(40));
  EXPECT_THAT(holders(folder_, kWord), testing::IsEmpty());
  EXPECT_THAT(holders(folder_, kName), testing::IsEmpty());
  apply({change(41)});
  EXPECT_EQ(search({}).total, 1U);
}

TEST_F(CatalogueErasingTest, WordsOfAnEarlierRevisionGoToo) {
  fill(0, 80);
  auto revised = make_change(test_id(40), "고친 안내", "", kTestOrigin, 2, 1040);
  apply({revised});
  while (*store_->tidy()) {
  }
  erase_and_sweep(tombstone(40));
  EXPECT_THAT(holders(folder_, kWord), testing::IsEmpty());
  EXPECT_THAT(holders(folder_, kName), testing::IsEmpty());
  EXPECT_EQ(search(make_search("고친")).matched, 1U) << "the newest revision stays";
}

TEST_F(CatalogueErasingTest, PagesThatWereFreedBeforeAreNotLeftEither) {
  fill(0, 3);
  store_.reset();
  plant(path(), std::string(20'000, 'x') + kWord);
  ASSERT_FALSE(holders(folder_, kWord).empty()) << "in a page that nobody owns";
  reopen();
  erase_and_sweep(tombstone(40));
  EXPECT_THAT(holders(folder_, kWord), testing::IsEmpty());
  EXPECT_EQ(search({}).total, 3U);
}

TEST_F(CatalogueErasingTest, WhatWasReadBeforeIsNotTakenInAfterwards) {
  fill(0, 40);
  erase_and_sweep(tombstone(40));
  apply({change(40), change(41)});  // somebody had read it from the log in time
  EXPECT_EQ(search(make_search(kWord)).matched, 0U);
  EXPECT_EQ(search({}).total, 41U);
  EXPECT_THAT(holders(folder_, kWord), testing::IsEmpty());
}

TEST_F(CatalogueErasingTest, ADamagedFileThatWasSetAsideGoesToo) {
  std::ofstream(path() + ".damaged") << kWord;
  fill(0, 3);
  ASSERT_TRUE(store_->sweep());
  EXPECT_THAT(holders(folder_, kWord), testing::IsEmpty());
}

TEST_F(CatalogueErasingTest, TheMarkGrowsAndNamesTheFile) {
  const auto before = *store_->mark();
  fill(0, 2);
  EXPECT_GT(store_->mark()->version, before.version);
  EXPECT_EQ(store_->mark()->epoch, before.epoch);
  ASSERT_TRUE(store_->clear());
  EXPECT_NE(store_->mark()->epoch, before.epoch);
}

class BodyStoreTest : public testing::Test {
 protected:
  BodyStoreTest() {
    EXPECT_TRUE(NodeStore::create(path_, kTestOrigin));
    open();
    std::vector<NewEntry> entries;
    for (std::uint64_t i = 0; i < 600; ++i) {
      entries.push_back(test_entry(i));
      entries.back().source = "gov24:" + std::to_string(i);
    }
    secret_ =
        "본문 " + std::string(kWord) + std::string(40'000, 'x') + kName;  // over several pages
    entries[7].body = secret_;
    entries[7].source = std::string("gov24:") + kWord;
    for (std::size_t i = 0; i < kSaltBytes; ++i)
      entries[7].salt[i] = static_cast<std::uint8_t>(200 + i);
    salt_ = std::string(reinterpret_cast<const char*>(entries[7].salt.data()), kSaltBytes);
    EXPECT_TRUE(store_->own_log().append(0, entries));
  }
  void open() {
    store_.reset();
    store_ = std::move(*NodeStore::open(path_));
  }
  void expect_nothing_left() {
    for (const std::string& needle : {std::string(kWord), std::string(kName), salt_})
      EXPECT_THAT(holders(folder_, needle), testing::IsEmpty()) << needle;
  }
  Status erase() {
    const std::vector<std::uint64_t> indexes = {7};
    return store_->bodies().erase(kOwnLog, indexes);
  }
  TempFolder folder_;
  std::string path_ = folder_.file("node.db");
  std::string secret_, salt_;
  std::unique_ptr<NodeStore> store_;
};

TEST_F(BodyStoreTest, TakesBodySaltAndSourceOutOfEveryFile) {
  ASSERT_FALSE(holders(folder_, kWord).empty());
  const std::vector<std::uint64_t> asked = {6, 7, 9999};
  EXPECT_EQ(store_->bodies().present(kOwnLog, asked)->size(), 2U);
  ASSERT_TRUE(erase());
  EXPECT_EQ(store_->bodies().present(kOwnLog, asked)->size(), 1U);
  EXPECT_FALSE(store_->reader().entry(kOwnLog, 7)->salt);
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kSearch));
  expect_nothing_left();
  EXPECT_FALSE(store_->own_log().find_by_source(std::string("gov24:") + kWord)->has_value());
  EXPECT_TRUE(store_->own_log().find_by_source("gov24:8")->has_value());
  EXPECT_EQ(store_->own_log().find_by_id(test_id(7))->value().source, "");
  EXPECT_TRUE(store_->reader().entry(kOwnLog, 8)->salt);
  open();
  EXPECT_TRUE(store_->own_log().append(600, std::vector{test_entry(600)})) << "the tree is whole";
  expect_nothing_left();
}

TEST_F(BodyStoreTest, ASourceThatWaitsToBeFiledIsNotFiled) {
  std::vector<NewEntry> many;
  for (std::uint64_t i = 600; i < 70'000; ++i) many.push_back(test_entry(i));
  ASSERT_TRUE(store_->own_log().append(600, many));  // begins to file the records
  ASSERT_TRUE(erase());
  open();  // when it ends, all are filed
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kRewrite));
  expect_nothing_left();
}

TEST_F(BodyStoreTest, AStaleCopyOfTheRowIsFoundAndTheFileWrittenAnew) {
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kSearch));
  ASSERT_TRUE(erase());
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kSearch));
  open();
  // What splitting a page may leave behind: bytes that no row owns any more. Here they are put
  // where a table was.
  plant(path_, salt_ + secret_);
  ASSERT_FALSE(holders(folder_, salt_).empty()) << "the plant took";
  open();
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kSearch));
  EXPECT_FALSE(holders(folder_, salt_).empty()) << "nobody said what to look for";
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kRewrite));
  expect_nothing_left();
}

TEST_F(BodyStoreTest, SearchingFindsATraceOfWhatWasJustTaken) {
  plant(path_, salt_ + secret_);
  ASSERT_TRUE(erase());
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kSearch));
  expect_nothing_left();
}

TEST_F(BodyStoreTest, WaitsForALongReadAndSaysSo) {
  ASSERT_TRUE(erase());
  auto reader = *Connection::open(path_, OpenMode::kReadOnly);
  ASSERT_TRUE(reader->execute("BEGIN"));
  ASSERT_TRUE(reader->query_integer("SELECT count(*) FROM entries"));
  ASSERT_TRUE(store_->own_log().append(600, std::vector{test_entry(600)}));
  const auto swept = store_->bodies().sweep(Sweep::kSearch);
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error().code, ErrorCode::kUnavailable);
  ASSERT_TRUE(reader->execute("COMMIT"));
  ASSERT_TRUE(store_->bodies().sweep(Sweep::kSearch));
  expect_nothing_left();
}

}  // namespace
}  // namespace dure::node
