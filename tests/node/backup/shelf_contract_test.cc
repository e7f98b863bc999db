// SPDX-License-Identifier: Apache-2.0
// What every shelf does, in memory and on disk; and what only a disk can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>

#include "storage/backup_folder.h"
#include "support/memory_backup_shelf.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kName = "suwon.go.kr+dure+1_20261130T120000Z.dure-backup";
constexpr const char* kLater = "suwon.go.kr+dure+1_20261201T120000Z.dure-backup";

std::vector<std::string> names(BackupShelf& shelf) {
  const auto files = shelf.list();
  EXPECT_TRUE(files);
  std::vector<std::string> out;
  if (!files) return out;
  for (const auto& file : *files) out.push_back(file.name);
  std::sort(out.begin(), out.end());
  return out;
}

using MakeShelf = std::unique_ptr<BackupShelf> (*)(const std::string& folder);

class ShelfContractTest : public testing::TestWithParam<MakeShelf> {
 protected:
  TempFolder folder_;
  const std::unique_ptr<BackupShelf> shelf_ = GetParam()(folder_.path().string());
};

TEST_P(ShelfContractTest, AFileHasItsNameOnlyWhenItIsKept) {
  {
    const auto file = shelf_->begin(kName);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write("one "));
    ASSERT_TRUE((*file)->write("two"));
    ASSERT_TRUE((*file)->sync());
    char room[16];
    EXPECT_EQ(*(*file)->read(0, room), 7U);
    EXPECT_EQ(std::string_view(room, 7), "one two");
    EXPECT_EQ(*(*file)->read(4, std::span(room).first(2)), 2U);
    EXPECT_EQ(std::string_view(room, 2), "tw");
    EXPECT_EQ(*(*file)->read(7, room), 0U);
    EXPECT_EQ(*(*file)->read(99, room), 0U);
    ASSERT_TRUE((*file)->keep());
  }
  EXPECT_THAT(names(*shelf_), ElementsAre(kName));
  EXPECT_EQ(shelf_->list()->front().bytes, 7U);
}

TEST_P(ShelfContractTest, WithoutKeepingNothingStays) {
  {
    const auto file = shelf_->begin(kName);
    ASSERT_TRUE((*file)->write("half"));
  }
  EXPECT_THAT(names(*shelf_), IsEmpty());
}

TEST_P(ShelfContractTest, OverwritesNothing) {
  ASSERT_TRUE((*shelf_->begin(kName))->keep());
  const auto again = shelf_->begin(kName);
  ASSERT_TRUE((*again)->write("other"));
  EXPECT_FALSE((*again)->keep());
  EXPECT_EQ(shelf_->list()->front().bytes, 0U);
}

TEST_P(ShelfContractTest, RemovesOneAndIsContentIfItIsGone) {
  ASSERT_TRUE((*shelf_->begin(kName))->keep());
  ASSERT_TRUE((*shelf_->begin(kLater))->keep());
  EXPECT_TRUE(shelf_->remove(kName));
  EXPECT_TRUE(shelf_->remove(kName));
  EXPECT_THAT(names(*shelf_), ElementsAre(kLater));
}

INSTANTIATE_TEST_SUITE_P(InMemory, ShelfContractTest,
                         testing::Values([](const std::string&) -> std::unique_ptr<BackupShelf> {
                           return std::make_unique<MemoryBackupShelf>();
                         }));
INSTANTIATE_TEST_SUITE_P(OnDisk, ShelfContractTest, testing::Values([](const std::string& folder) {
                           return open_backup_folder(folder, &::fsync);
                         }));

class BackupFolderTest : public testing::Test {
 protected:
  void put(const std::string& name) const { std::ofstream(folder_.file(name)) << "x"; }
  TempFolder folder_;
};

TEST_F(BackupFolderTest, IsNotMadeIfItIsMissing) {
  const auto shelf = open_backup_folder(folder_.file("unmounted"), &::fsync);
  EXPECT_EQ(shelf->list().error().text, "backup.folder");
  EXPECT_EQ(shelf->begin(kName).error().text, "backup.folder");
  EXPECT_FALSE(std::filesystem::exists(folder_.file("unmounted")));
}

TEST_F(BackupFolderTest, ClearsAwayOnlyItsOwnUnfinishedOnes) {
  put(std::string(kName) + ".partial");
  put("osan.go.kr+dure+1_20261130T120000Z.dure-backup.partial");
  put("notes.partial");
  const auto shelf = open_backup_folder(folder_.path().string(), &::fsync);
  ASSERT_TRUE((*shelf->begin(kLater))->keep());
  EXPECT_THAT(names(*shelf),
              ElementsAre("notes.partial", "osan.go.kr+dure+1_20261130T120000Z.dure-backup.partial",
                          kLater));
}

TEST_F(BackupFolderTest, ItsFilesAreTheirOwnersOnly) {
  const auto shelf = open_backup_folder(folder_.path().string(), &::fsync);
  ASSERT_TRUE((*shelf->begin(kName))->keep());
  struct stat status {};
  ASSERT_EQ(stat(folder_.file(kName).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(BackupFolderTest, ListsPlainFilesOnly) {
  std::filesystem::create_directory(folder_.file(kName));
  std::filesystem::create_symlink("/dev/zero", folder_.file(kLater));
  EXPECT_THAT(names(*open_backup_folder(folder_.path().string(), &::fsync)), IsEmpty());
}

TEST_F(BackupFolderTest, AFailedSyncOfTheFileKeepsNothingAndOneOfTheFolderIsSaid) {
  int calls = 0, fail_at = 1;
  const auto shelf = open_backup_folder(folder_.path().string(), [&](int) {
    errno = ENOSPC;
    return ++calls == fail_at ? -1 : 0;
  });
  {
    const auto file = shelf->begin(kName);
    EXPECT_EQ((*file)->sync().error().text, "storage.full");
  }
  EXPECT_THAT(names(*shelf), IsEmpty());
  calls = 0;
  fail_at = 2;
  const auto file = shelf->begin(kName);
  ASSERT_TRUE((*file)->sync());
  EXPECT_FALSE((*file)->keep());
  EXPECT_THAT(names(*shelf), ElementsAre(kName)) << "it has its name, and nobody was told so";
}

}  // namespace
}  // namespace dure::node
