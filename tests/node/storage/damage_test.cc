// SPDX-License-Identifier: Apache-2.0
// Files that are missing, foreign, newer, damaged, read-only or in use.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "storage/head_lock.h"
#include "storage/node_store.h"
#include "storage/process_lock.h"
#include "storage/sqlite.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

class DamageTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(NodeStore::create(node_db(), kTestOrigin));
    ASSERT_TRUE(create_head_lock(head_db()));
    auto store = NodeStore::open(node_db());
    ASSERT_TRUE(store);
    std::vector<NewEntry> entries;
    for (std::uint64_t i = 0; i < 600; ++i) entries.push_back(test_entry(i));
    ASSERT_TRUE((*store)->own_log().append(0, entries));
  }
  std::string node_db() const { return folder_.file("node.db"); }
  std::string head_db() const { return folder_.file("head.db"); }
  void execute(const std::string& path, const char* sql) {
    auto connection = Connection::open(path, OpenMode::kReadWrite);
    ASSERT_TRUE(connection);
    ASSERT_TRUE((*connection)->execute(sql));
  }
  static std::string text_of(const Error& error) { return error.text; }
  TempFolder folder_;
};

TEST_F(DamageTest, NeverMakesAMissingFile) {
  const auto store = NodeStore::open(folder_.file("none.db"));
  EXPECT_EQ(store.error().text, "storage.cannot-open");
  const auto lock = open_head_lock(folder_.file("none-head.db"));
  EXPECT_EQ(lock.error().code, ErrorCode::kStorage);
  EXPECT_EQ(lock.error().text, "storage.head-lock-missing");
  EXPECT_FALSE(std::filesystem::exists(folder_.file("none.db")));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("none-head.db")));
}

TEST_F(DamageTest, NeverOverwritesAFile) {
  EXPECT_EQ(NodeStore::create(node_db(), kTestOrigin).error().code, ErrorCode::kConflict);
  EXPECT_EQ(create_head_lock(head_db()).error().code, ErrorCode::kConflict);
  EXPECT_EQ((*NodeStore::open(node_db()))->own_log().size(), 600U);
}

TEST_F(DamageTest, RefusesANewerVersionAndAForeignFile) {
  execute(node_db(), "PRAGMA user_version=99");
  EXPECT_EQ(NodeStore::open(node_db()).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(NodeStore::open(node_db()).error().text, "storage.newer-version");
  execute(head_db(), "PRAGMA user_version=99");
  EXPECT_EQ(open_head_lock(head_db()).error().text, "storage.newer-version");
  execute(node_db(), "PRAGMA user_version=3; PRAGMA application_id=5");
  EXPECT_EQ(NodeStore::open(node_db()).error().text, "storage.not-ours");
  execute(node_db(), "PRAGMA application_id=0");
  EXPECT_EQ(open_head_lock(node_db()).error().text, "storage.not-ours");
}

TEST_F(DamageTest, BringsAHeadLockOfTheFirstVersionUpToDate) {
  ASSERT_TRUE((*open_head_lock(head_db()))->replace_head(std::nullopt, "a head"));
  execute(head_db(),
          "DROP TABLE witnessed_heads; DROP TABLE charter; DROP TABLE erasures; DROP TABLE "
          "erasure_receipts; DROP TABLE erasing; DROP TABLE witness_key; DROP TABLE final_head; "
          "DROP TABLE mirrored_heads; DROP TABLE independent_head; PRAGMA user_version=1");
  for (int opened = 0; opened < 2; ++opened) {
    const auto lock = open_head_lock(head_db());
    ASSERT_TRUE(lock) << lock.error().detail;
    EXPECT_EQ(**(*lock)->head(), "a head");
    EXPECT_EQ(*(*lock)->witness_key_number(), kFirstWitnessKey);
    EXPECT_EQ((*lock)->all()->size(), opened == 0 ? 0U : 1U);
    const WitnessedHead none{"log", {}, 0, ""};
    const auto replaced = (*lock)->replace(none, {"log", {}, 5, "note"});
    EXPECT_EQ(replaced.has_value(), opened == 0);
  }
}

TEST_F(DamageTest, AHeadLockOfTheSecondVersionKeepsItsWitnessKeyAndHeads) {
  const WitnessedHead none{"log", {}, 0, ""};
  ASSERT_TRUE((*open_head_lock(head_db()))->replace(none, {"log", {}, 5, "note"}));
  execute(
      head_db(),
      "DROP TABLE charter; DROP TABLE erasures; DROP TABLE erasure_receipts; DROP TABLE erasing; "
      "DROP TABLE witness_key; DROP TABLE final_head; DROP TABLE mirrored_heads; "
      "DROP TABLE independent_head; PRAGMA user_version=2");
  const auto lock = open_head_lock(head_db());
  ASSERT_TRUE(lock) << lock.error().detail;
  EXPECT_EQ(*(*lock)->witness_key_number(), kFirstWitnessKey);
  EXPECT_EQ((*lock)->all()->size(), 1U);
}

TEST_F(DamageTest, AHeadLockOfTheSeventhVersionKeepsWhatItErased) {
  Erasure erasure;
  erasure.origin = "log";
  erasure.erase_index = 9;
  erasure.target = 4;
  {
    const auto lock = open_head_lock(head_db());
    ASSERT_TRUE((*lock)->erasures().put(std::span(&erasure, 1)));
    ASSERT_TRUE((*lock)->erasures().set_complete());
  }
  execute(head_db(), "ALTER TABLE erasures DROP COLUMN target_origin; PRAGMA user_version=7");
  const auto lock = open_head_lock(head_db());
  ASSERT_TRUE(lock) << lock.error().detail;
  const auto kept = (*lock)->erasures().erasures();
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().target, 4U);
  EXPECT_FALSE(kept->front().of_sealed());
  EXPECT_FALSE(*(*lock)->erasures().is_complete()) << "what it did not know has to be searched for";
}

TEST_F(DamageTest, AHeadLockOfTheFifthVersionHasNothingFinalYet) {
  ASSERT_TRUE((*open_head_lock(head_db()))->replace_head(std::nullopt, "a head"));
  execute(head_db(),
          "DROP TABLE final_head; DROP TABLE mirrored_heads; DROP TABLE independent_head; "
          "ALTER TABLE erasures DROP COLUMN target_origin; PRAGMA user_version=5");
  const auto lock = open_head_lock(head_db());
  ASSERT_TRUE(lock) << lock.error().detail;
  EXPECT_EQ(**(*lock)->head(), "a head");
  EXPECT_FALSE((*lock)->final_head()->has_value());
  EXPECT_TRUE((*lock)->mirrored_heads()->empty());
  EXPECT_TRUE((*lock)->keep_final_head({"note", "mirror"}));
}

TEST_F(DamageTest, AHeadLockMadeAfterALossNamesItsOwnWitnessKey) {
  const std::string path = folder_.file("later.db");
  ASSERT_TRUE(create_head_lock(path, 0x123456789AU));
  EXPECT_EQ(*(*open_head_lock(path))->witness_key_number(), 0x123456789AU);
  execute(path, "DELETE FROM witness_key");
  EXPECT_EQ((*open_head_lock(path))->witness_key_number().error().text, "storage.corrupt");
}

TEST_F(DamageTest, ADamagedCosignedHeadIsNotTakenForNone) {
  const WitnessedHead none{"log", {}, 0, ""};
  ASSERT_TRUE((*open_head_lock(head_db()))->replace(none, {"log", {}, 5, "note"}));
  execute(head_db(), "UPDATE witnessed_heads SET root = x'00'");
  EXPECT_EQ((*open_head_lock(head_db()))->all().error().text, "storage.corrupt");
  ASSERT_TRUE((*open_head_lock(head_db()))->keep_mirrored_head({"log", {5, {}}, 1, 5, "note"}));
  execute(head_db(), "UPDATE mirrored_heads SET root = x'00'");
  EXPECT_EQ((*open_head_lock(head_db()))->mirrored_heads().error().text, "storage.corrupt");
}

TEST_F(DamageTest, RefusesAFileThatIsNoDatabase) {
  std::ofstream(folder_.file("text.db")) << std::string(8192, 'x');
  EXPECT_EQ(NodeStore::open(folder_.file("text.db")).error().text, "storage.not-a-database");
  EXPECT_EQ(open_head_lock(folder_.file("text.db")).error().text, "storage.not-a-database");
}

TEST_F(DamageTest, NoticesATruncatedFile) {
  std::filesystem::resize_file(node_db(), 3 * 4096);
  const auto store = NodeStore::open(node_db());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().text, "storage.corrupt");
  EXPECT_EQ(store.error().code, ErrorCode::kStorage);
  std::filesystem::resize_file(head_db(), 1000);
  EXPECT_FALSE(open_head_lock(head_db()));
}

TEST_F(DamageTest, NoticesMissingRows) {
  execute(node_db(), "DELETE FROM tiles WHERE key = (SELECT min(key) FROM tiles)");
  EXPECT_EQ(NodeStore::open(node_db()).error().text, "storage.corrupt");
}

TEST_F(DamageTest, NoticesOverwrittenPages) {
  {
    std::fstream file(node_db(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(2 * 4096);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(node_db()));
    for (std::streamoff at = 2 * 4096; at < size; at += 4096) {
      file.seekp(at);
      file << std::string(64, '\xAA');
    }
  }
  const auto store = NodeStore::open(node_db());
  EXPECT_FALSE(store);
}

/// Runs `check` in a process without root's rights, which would override every permission.
bool as_ordinary_user(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(2);
    ::_exit(check() ? 0 : 1);
  }
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(DamageTest, SaysThatTheFolderIsReadOnly) {
  using std::filesystem::perms;
  const perms readable = perms::owner_read | perms::group_read | perms::others_read;
  std::filesystem::permissions(node_db(), readable);
  std::filesystem::permissions(head_db(), readable);
  const perms enterable = perms::owner_exec | perms::group_exec | perms::others_exec;
  std::filesystem::permissions(folder_.path(), readable | enterable);
  EXPECT_TRUE(as_ordinary_user([&] {
    return NodeStore::open(node_db()).error().text == "storage.read-only" &&
           open_head_lock(head_db()).error().text == "storage.read-only" &&
           ProcessLock::take(folder_.file("lock")).error().text == "storage.read-only";
  }));
}

TEST_F(DamageTest, SaysThatTheDiskIsFullAndKeepsWhatWasThere) {
  auto connection = Connection::open(node_db(), OpenMode::kReadWrite);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->execute("PRAGMA max_page_count=1"));  // SQLite's own way to be full
  const auto full =
      (*connection)
          ->execute(
              "BEGIN; INSERT INTO entries(key, leaf) SELECT 1 << 50, zeroblob(1000000); COMMIT;");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::kStorage);
  EXPECT_EQ(full.error().text, "storage.full");
  EXPECT_FALSE(full.error().args.empty());
}

TEST_F(DamageTest, AnInitThatWasCutOffIsNoticed) {
  execute(node_db(), "DELETE FROM entries; DELETE FROM tiles; DELETE FROM logs;");
  EXPECT_EQ(NodeStore::open(node_db()).error().text, "storage.incomplete");
}

TEST(ProcessLockTest, SaysWhoHoldsIt) {
  const TempFolder folder;
  const std::string path = folder.file("lock");
  EXPECT_EQ(ProcessLock::holder(path), 0);
  const auto lock = ProcessLock::take(path);
  ASSERT_TRUE(lock);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto second = ProcessLock::take(path);
    const bool refused =
        !second && second.error().code == ErrorCode::kRefused &&
        second.error().text == "storage.locked" &&
        second.error().detail.find(std::to_string(::getppid())) != std::string::npos;
    ::_exit(refused && ProcessLock::holder(path) == ::getppid() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ProcessLockTest, IsFreeAgainWhenItsProcessHasDied) {
  const TempFolder folder;
  const std::string path = folder.file("lock");
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = ProcessLock::take(path);
    ::_exit(lock ? 0 : 1);  // without unlocking
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(ProcessLock::holder(path), 0);
  EXPECT_TRUE(ProcessLock::take(path));
}

TEST(ProcessLockTest, NamesAFolderThatDoesNotExist) {
  const TempFolder folder;
  const auto lock = ProcessLock::take(folder.file("none") + "/lock");
  EXPECT_EQ(lock.error().text, "storage.cannot-open");
}

}  // namespace
}  // namespace dure::node
