// SPDX-License-Identifier: Apache-2.0
// The drill finds what a manifest cannot know, and leaves nothing behind.
#include "app/drill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/backup.h"
#include "app/backup_contents.h"
#include "app/durable_file.h"
#include "app/packed_backup.h"
#include "node/app/whole_node.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

class DrillTest : public testing::Test {
 protected:
  void SetUp() override {
    // Tests of other processes have scratch folders, too.
    fs::create_directory(folder_.file("tmp"));
    setenv("TMPDIR", folder_.file("tmp").c_str(), 1);
    fs::create_directory(folder_.file("shelf"));
    settings_ = suwon_settings(folder_.file("node"), {{"--backup-folder", folder_.file("shelf")}});
    node_ = new_node(settings_);
    ASSERT_TRUE(node_);
    for (const char* title : {"하나", "둘"}) {
      Submission submission;
      submission.type = "service";
      submission.body = std::string(R"({"title":{"ko":")") + title + R"("}})";
      ASSERT_TRUE(node_->publisher->publish(std::move(submission)));
    }
    ASSERT_TRUE(make_backup(*node_, backup_, WithSeed::kYes));
  }
  void TearDown() override {
    if (before_.empty()) {
      unsetenv("TMPDIR");
    } else {
      setenv("TMPDIR", before_.c_str(), 1);
    }
  }
  /// Runs `sql` on the backup's database, and writes a manifest that fits the result.
  void change(const std::string& sql) const {
    const auto path = backup_ + "/" + kBackupDatabase;
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    char* fault = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &fault), SQLITE_OK) << fault;
    EXPECT_GT(sqlite3_changes(database), 0);
    sqlite3_close(database);
    std::stringstream text;
    text << std::ifstream(backup_ + "/" + kManifestName).rdbuf();
    auto manifest = *parse_manifest(text.str());
    for (auto& file : manifest.files) {
      const auto digest = *digest_file(backup_ + "/" + file.name);
      file.bytes = digest.bytes;
      file.sha256 = digest.sha256;
    }
    std::ofstream(backup_ + "/" + kManifestName) << format_manifest(manifest);
  }
  static std::size_t scratch_folders() {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path()))
      count += entry.path().filename().string().starts_with("dure-scratch-") ? 1U : 0U;
    return count;
  }

  const std::string before_ = std::getenv("TMPDIR") == nullptr ? "" : std::getenv("TMPDIR");
  TempFolder folder_;
  Settings settings_;
  std::string backup_ = folder_.file("backup");
  std::unique_ptr<NodeParts> node_;
};

TEST_F(DrillTest, AWholeBackupIsAuditedAndNoSeedIsPutAnywhere) {
  const auto before = scratch_folders();
  const auto report = drill_backup(backup_, "");
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_TRUE(report->audited);
  EXPECT_EQ(report->entries, 2U);
  EXPECT_EQ(report->bodies, 2U);
  EXPECT_EQ(report->damage_count, 0U);
  EXPECT_EQ(scratch_folders(), before);
}

TEST_F(DrillTest, ABodyThatIsNotWhatItsLeafSaysIsFoundThoughTheManifestFits) {
  change("UPDATE entries SET body = x'7b7d' WHERE key = (SELECT min(key) FROM entries)");
  ASSERT_TRUE(verify_backup(backup_)) << "manifest and root fit";
  const auto report = drill_backup(backup_, "");
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->damage_count, 1U);
  EXPECT_EQ(report->logs.front().damages.front().kind, DamageKind::kBody);
}

TEST_F(DrillTest, AHeadThatNoKeySignedIsFound) {
  std::ofstream(backup_ + "/" + kBackupKeys) << "";
  change("UPDATE entries SET body = body");
  const auto report = drill_backup(backup_, "");
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_GE(report->damage_count, 1U);
  EXPECT_EQ(report->logs.front().damages.front().kind, DamageKind::kHead);
}

TEST_F(DrillTest, ABackupOfAnEarlierVersionHasNoKeysAndIsCheckedAsFarAsItGoes) {
  fs::remove(backup_ + "/" + kBackupKeys);
  std::stringstream text;
  text << std::ifstream(backup_ + "/" + kManifestName).rdbuf();
  auto manifest = *parse_manifest(text.str());
  std::erase_if(manifest.files, [](const BackupFile& file) { return file.name == kBackupKeys; });
  std::ofstream(backup_ + "/" + kManifestName) << format_manifest(manifest);
  const auto report = drill_backup(backup_, "");
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_FALSE(report->audited);
}

TEST_F(DrillTest, DamageAndAbsenceLeaveNoScratch) {
  const auto before = scratch_folders();
  EXPECT_EQ(drill_backup(folder_.file("none"), "").error().code, ErrorCode::kNotFound);
  fs::resize_file(backup_ + "/" + kBackupDatabase, 100);
  EXPECT_EQ(drill_backup(backup_, "").error().code, ErrorCode::kMalformed);
  std::ofstream(folder_.file("file")) << "dure-backup-file/1\np and what not";
  EXPECT_EQ(drill_backup(folder_.file("file"), "").error().text, "backup.stream-damaged");
  EXPECT_EQ(scratch_folders(), before);
}

TEST_F(DrillTest, WhatAKilledOneLeftGoesWithTheNextAndOneAtWorkIsLeftAlone) {
  const auto left = fs::temp_directory_path() / "dure-scratch-left00";
  fs::create_directories(left / "node");
  std::ofstream(left / "node/node.db") << "what citizens wrote";
  const auto working = ScratchFolder::make();
  ASSERT_TRUE(working);
  EXPECT_FALSE(fs::exists(left));
  std::ofstream((*working)->path("file")) << "x";
  ASSERT_TRUE(drill_backup(backup_, ""));
  EXPECT_TRUE(fs::exists((*working)->path("file")));
}

TEST_F(DrillTest, APackedNodeIsTheSameBackup) {
  ASSERT_TRUE(node_->backups);
  const auto made = node_->backups->make();
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_FALSE(fs::exists(node_->folder.backing_up()));
  const auto listed = list_backups(settings_);
  ASSERT_TRUE(listed) << listed.error().detail;
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().bytes, made->bytes);
  EXPECT_FALSE(listed->front().sealed);
  const auto report = drill_backup(listed->front().path, "");
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_TRUE(report->packed);
  EXPECT_EQ(report->entries, 2U);
  EXPECT_FALSE(report->manifest.has(kBackupSeed)) << "never on schedule";
}

TEST_F(DrillTest, AKeyFileThatOthersReadIsRefused) {
  const auto key = folder_.file("secret");
  ASSERT_TRUE(create_backup_key(key));
  EXPECT_EQ(create_backup_key(key).error().code, ErrorCode::kConflict);
  const auto made = node_->backups->make();
  ASSERT_TRUE(made);
  const auto file = settings_.backup_folder + "/" + made->name;
  EXPECT_TRUE(drill_backup(file, key)) << "a plain one takes any";
  fs::permissions(key, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(drill_backup(file, key).error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace dure::node
