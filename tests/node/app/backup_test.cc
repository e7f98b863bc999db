// SPDX-License-Identifier: Apache-2.0
// What verifying a backup notices, file by file.
#include "app/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "node/app/whole_node.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    settings_ = suwon_settings(folder_.file("node"));
    node_ = new_node(settings_);
    ASSERT_TRUE(node_);
    Submission submission;
    submission.type = "service";
    submission.body = R"({"title":{"ko":"하나"}})";
    ASSERT_TRUE(node_->publisher->publish(std::move(submission)));
  }
  void back_up(WithSeed seed = WithSeed::kNo) {
    const auto made = make_backup(*node_, backup_, seed);
    ASSERT_TRUE(made) << made.error().detail;
  }
  std::string read(const std::string& name) const {
    std::stringstream out;
    out << std::ifstream(backup_ + "/" + name, std::ios::binary).rdbuf();
    return out.str();
  }
  void write(const std::string& name, const std::string& contents) const {
    std::ofstream(backup_ + "/" + name, std::ios::binary) << contents;
  }
  ErrorCode refused() const {
    const auto verified = verify_backup(backup_);
    return verified ? ErrorCode::kInternal : verified.error().code;
  }

  TempFolder folder_;
  Settings settings_;
  std::string backup_ = folder_.file("backup");
  std::unique_ptr<NodeParts> node_;
};

TEST_F(BackupTest, IsWhole) {
  back_up();
  const auto manifest = verify_backup(backup_);
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_EQ(manifest->origin, settings_.origin);
  EXPECT_EQ(manifest->size, 1U);
  EXPECT_EQ(fs::status(backup_).permissions() & fs::perms::all, fs::perms::owner_all);
}

TEST_F(BackupTest, HoldsNeitherHeadLockNorCatalogueNorSeed) {
  back_up();
  for (const char* name : {"head.db", "catalogue.db", "seed.key", "node.db-wal", "node.db-shm"})
    EXPECT_FALSE(fs::exists(backup_ + "/" + name)) << name;
  EXPECT_FALSE(fs::exists(backup_ + ".partial"));
}

TEST_F(BackupTest, HoldsTheSeedWhenTold) {
  back_up(WithSeed::kYes);
  const auto mode = fs::status(backup_ + "/seed.key").permissions();
  EXPECT_EQ(mode & fs::perms::all, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_TRUE(verify_backup(backup_)->has("seed.key"));
}

TEST_F(BackupTest, EveryFlippedByteOfManifestAndSettingsIsNoticed) {
  back_up();
  for (const char* name : {kManifestName, kBackupSettings}) {
    const auto whole = read(name);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      auto changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      write(name, changed);
      // The digit of the format makes it one of a later program.
      ASSERT_THAT(refused(), testing::AnyOf(ErrorCode::kMalformed, ErrorCode::kUnsupported))
          << name << " " << i;
    }
    write(name, whole);
  }
  EXPECT_TRUE(verify_backup(backup_));
}

TEST_F(BackupTest, FlippedBytesOfTheDatabaseAreNoticed) {
  back_up();
  const auto whole = read(kBackupDatabase);
  for (std::size_t i = 0; i < whole.size(); i += 997) {
    auto changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write(kBackupDatabase, changed);
    ASSERT_EQ(refused(), ErrorCode::kMalformed) << i;
  }
}

TEST_F(BackupTest, AManifestThatFitsItsFilesButNotTheTreeIsRefused) {
  back_up();
  auto manifest = *parse_manifest(read(kManifestName));
  manifest.root[0] ^= 1;
  write(kManifestName, format_manifest(manifest));
  EXPECT_EQ(refused(), ErrorCode::kMalformed);
}

TEST_F(BackupTest, AMissingFileOrManifestIsNoticed) {
  back_up();
  fs::rename(backup_ + "/dure.toml", backup_ + "/elsewhere");
  EXPECT_EQ(refused(), ErrorCode::kMalformed);
  fs::rename(backup_ + "/elsewhere", backup_ + "/dure.toml");
  fs::remove(backup_ + "/manifest.json");
  EXPECT_EQ(refused(), ErrorCode::kNotFound);
  EXPECT_EQ(verify_backup(folder_.file("none")).error().text, "backup.not-whole");
}

TEST_F(BackupTest, OverwritesNothing) {
  back_up();
  const auto before = read(kManifestName);
  EXPECT_EQ(make_backup(*node_, backup_, WithSeed::kNo).error().code, ErrorCode::kConflict);
  EXPECT_EQ(read(kManifestName), before);
  const auto empty = folder_.file("empty");
  fs::create_directory(empty);
  EXPECT_EQ(make_backup(*node_, empty, WithSeed::kNo).error().code, ErrorCode::kConflict);
}

TEST_F(BackupTest, WhatAnInterruptedOneLeftIsClearedAway) {
  fs::create_directory(backup_ + ".partial");
  std::ofstream(backup_ + ".partial/node.db") << "half";
  std::ofstream(backup_ + ".partial/seed.key") << "of an earlier attempt";
  EXPECT_EQ(verify_backup(backup_ + ".partial").error().code, ErrorCode::kNotFound);
  back_up();
  EXPECT_TRUE(verify_backup(backup_));
  EXPECT_FALSE(fs::exists(backup_ + "/seed.key"));
}

}  // namespace
}  // namespace dure::node
