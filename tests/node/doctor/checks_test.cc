// SPDX-License-Identifier: Apache-2.0
// Machine and node: each fact wrong in each way.
#include "doctor/checks.h"

#include "doctor_fixture.h"

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(FileChecksTest, RightsThatAreRightAreOneLine) {
  EXPECT_THAT(said(check_files(healthy_files())), ElementsAre("ok files_ok"));
  EXPECT_THAT(said(check_files({})), ElementsAre("not-checked files_unknown"));
}

TEST(FileChecksTest, ASecretIsForItsOwnerOnly) {
  for (const unsigned bit : {001U, 002U, 004U, 010U, 020U, 040U}) {
    auto files = healthy_files();
    files[1].mode |= bit;
    EXPECT_THAT(said(check_files(files)), ElementsAre("error secret_readable")) << bit;
  }
  auto files = healthy_files();
  files[1].mode = 0400;
  EXPECT_THAT(said(check_files(files)), ElementsAre("ok files_ok"));
}

TEST(FileChecksTest, NobodyElseWritesIntoTheFolder) {
  auto files = healthy_files();
  files[0].mode = 0770;
  EXPECT_THAT(said(check_files(files)), ElementsAre("error folder_writable"));
}

TEST(FileChecksTest, AFolderThatNobodyElseEntersShieldsItsFiles) {
  auto files = healthy_files();
  files[0].mode = 0755;
  EXPECT_THAT(said(check_files(files)), ElementsAre("warning private_readable"));
  files[3].mode = 0666;
  EXPECT_THAT(said(check_files(files)),
              ElementsAre("warning private_readable", "error file_writable"));
  // A file elsewhere is not shielded by it.
  files = healthy_files();
  files.push_back({"/etc/ssl/dure.key", FileFacts::Kind::kPrivate, 0644, "root"});
  EXPECT_THAT(said(check_files(files)), ElementsAre("warning private_readable"));
}

TEST(FileChecksTest, AFileOfAnotherAccountIsWhatACommandAsRootLeaves) {
  auto files = healthy_files();
  files[3].owner = "root";
  const auto found = check_files(files);
  EXPECT_THAT(said(found), ElementsAre("error file_owner"));
  EXPECT_EQ(argument(found[0], "folder_owner"), "dure");
  EXPECT_EQ(argument(found[0], "owner"), "root");
}

TEST(DiskChecksTest, RoomIsJudgedByWhatErasingNeeds) {
  constexpr std::uint64_t kMib = 1U << 20U;
  auto disk = healthy_disk();
  EXPECT_THAT(said(check_disk(disk)), ElementsAre("ok disk_space", "ok disk_speed"));
  disk.free = 1023 * kMib;
  EXPECT_EQ(said(check_disk(disk))[0], "warning disk_little");
  disk.free = 255 * kMib;
  EXPECT_EQ(said(check_disk(disk))[0], "error disk_full");
  disk.free = 5000 * kMib;
  disk.catalogue = 5001 * kMib;
  EXPECT_EQ(said(check_disk(disk))[0], "warning disk_little");
  disk = healthy_disk();
  disk.free_files = 3;
  EXPECT_EQ(said(check_disk(disk))[0], "error disk_files");
  disk.free_files = disk.total_files = 0;  // btrfs counts none
  EXPECT_EQ(said(check_disk(disk))[0], "ok disk_space");
}

TEST(DiskChecksTest, SlowRemoteAndUnwritableDisks) {
  auto disk = healthy_disk();
  disk.sync_microseconds = 100'001;
  const auto slow = check_disk(disk);
  EXPECT_EQ(said(slow)[1], "warning disk_slow");
  EXPECT_EQ(argument(slow[1], "milliseconds"), "100.0");
  disk.sync_microseconds.reset();
  disk.failure = some_error();
  EXPECT_EQ(said(check_disk(disk))[1], "error disk_unwritable");
  disk = healthy_disk();
  disk.remote = true;
  EXPECT_EQ(said(check_disk(disk))[2], "warning disk_remote");
  disk = {};
  disk.failure = some_error();
  EXPECT_THAT(said(check_disk(disk)), ElementsAre("error disk_unknown"));
}

TEST(DatabaseChecksTest, EachStateHasItsWords) {
  using State = DatabaseFacts::State;
  EXPECT_THAT(said(check_databases({{"node.db", State::kWhole, "", {}},
                                    {"links.db", State::kAbsent, "", {}},
                                    {"head.db", State::kDamaged, "row 3 missing", {}},
                                    {"a/catalogue.db", State::kDamaged, "row 3 missing", {}},
                                    {"node.db", State::kUnfinished, "", {}},
                                    {"inbox.db", State::kUnknown, "", some_error()}})),
              ElementsAre("ok database_ok", "error database_damaged", "error catalogue_damaged",
                          "not-checked database_unfinished", "not-checked database_unknown"));
}

TEST(NodeChecksTest, RunsIsStoppedIsClosedOrSignsNothing) {
  auto node = healthy_node();
  EXPECT_THAT(said(check_node(node)), ElementsAre("ok node_running"));
  node.running = false;
  EXPECT_THAT(said(check_node(node)), ElementsAre("warning node_stopped"));
  node.quarantine = Error{ErrorCode::kQuarantined, "a twin"};
  EXPECT_THAT(said(check_node(node)), ElementsAre("error node_quarantined"));
  node.failure = some_error();
  EXPECT_THAT(said(check_node(node)), ElementsAre("error node_closed"));
  EXPECT_THAT(said(check_head(node)), ElementsAre("not-checked node_unknown"));
  EXPECT_THAT(said(check_charter(node)), ElementsAre("not-checked node_unknown"));
  EXPECT_THAT(said(check_peers({}, node)), ElementsAre("not-checked node_unknown"));
  EXPECT_THAT(check_finality(node), IsEmpty());
}

TEST(NodeChecksTest, TheHeadLockIsNeverBehindWhatIsPublic) {
  auto node = healthy_node();
  EXPECT_THAT(said(check_head(node)), ElementsAre("ok head_ok"));
  node.head = {12, 10, 12, true, 10};  // publishing just now
  EXPECT_THAT(said(check_head(node)), ElementsAre("ok head_ok"));
  node.head = {9, 10, 10, true, 10};
  EXPECT_THAT(said(check_head(node)), ElementsAre("error head_old"));
  node.head = {10, 10, 10, false, 10};
  EXPECT_THAT(said(check_head(node)), ElementsAre("error head_old"));
  node.head = {10, 9, 9, true, 9};
  EXPECT_THAT(said(check_head(node)), ElementsAre("error head_leaves"));
}

TEST(NodeChecksTest, TheCharterIsFreshSignedAndOne) {
  auto node = healthy_node();
  EXPECT_THAT(said(check_charter(node)), ElementsAre("ok charter_ok"));
  node.charter.expires_soon = true;
  EXPECT_THAT(said(check_charter(node)), ElementsAre("warning charter_expires"));
  node.charter.days_left = 0;  // its last day
  EXPECT_THAT(said(check_charter(node)), ElementsAre("warning charter_expires"));
  node.charter.days_left = -1;
  EXPECT_THAT(said(check_charter(node)), ElementsAre("error charter_expired"));
  node = healthy_node();
  node.charter.drafts = 1;
  node.charter.conflicts = 1;
  node.charter.joining = "https://osan.go.kr";
  EXPECT_THAT(said(check_charter(node)), ElementsAre("ok charter_ok", "error charter_frozen",
                                                     "warning charter_drafts", "warning joining"));
}

TEST(NodeChecksTest, ABackupIsThereFreshAndSealed) {
  auto node = healthy_node();
  EXPECT_THAT(said(check_backups(node)), ElementsAre("ok backup_ok"));
  node.backups.sealed = false;
  EXPECT_THAT(said(check_backups(node)), ElementsAre("ok backup_plain"));
  node.backups.age = 2 * kDay - 1;  // the next one is being made, or tried again
  EXPECT_THAT(said(check_backups(node)), ElementsAre("ok backup_plain"));
  node.backups.age = 2 * kDay;
  EXPECT_THAT(said(check_backups(node)), ElementsAre("warning backup_old"));
  node.backups.age = 4 * kDay;
  const auto old = check_backups(node);
  EXPECT_THAT(said(old), ElementsAre("error backup_old"));
  EXPECT_EQ(argument(old[0], "hours"), "96");
  EXPECT_EQ(argument(old[0], "every"), "24");
}

TEST(NodeChecksTest, WithoutBackupsThatIsSaidAndNoFault) {
  auto node = healthy_node();
  node.backups = {};
  EXPECT_THAT(said(check_backups(node)), ElementsAre("not-checked backup_unset"));
  node.backups.known = false;
  EXPECT_THAT(said(check_backups(node)), ElementsAre("not-checked node_unknown"));
  node = healthy_node();
  node.failure = some_error();
  EXPECT_THAT(said(check_backups(node)), ElementsAre("not-checked node_unknown"));
}

TEST(NodeChecksTest, AFailedBackupIsAWarningUntilItMatters) {
  auto node = healthy_node();
  node.backups.failure = some_error();
  EXPECT_THAT(said(check_backups(node)), ElementsAre("warning backup_failed"));
  EXPECT_TRUE(check_backups(node)[0].cause);
  node.backups.age = 4 * kDay;
  EXPECT_THAT(said(check_backups(node)), ElementsAre("error backup_failed"));
  node.backups.failure.reset();
  node.backups.count = 0;
  EXPECT_THAT(said(check_backups(node)), ElementsAre("error backup_none"));
  node.backups.age = 60;
  EXPECT_THAT(said(check_backups(node)), ElementsAre("warning backup_none"));
}

TEST(NodeChecksTest, WhatWasPublishedAMomentAgoNeedNotBeFinal) {
  auto node = healthy_node();
  EXPECT_THAT(said(check_finality(node)), ElementsAre("ok finality_ok"));
  node.finality.behind = 2;
  node.head.settled = 8;
  EXPECT_THAT(said(check_finality(node)), ElementsAre("ok finality_ok"));
  node.head.settled = 9;
  EXPECT_THAT(said(check_finality(node)), ElementsAre("warning finality_behind"));
  node.finality.possible = false;
  EXPECT_THAT(said(check_finality(node)), ElementsAre("not-checked finality_none"));
}

TEST(NodeChecksTest, AnUpdateNeedsARestart) {
  auto node = healthy_node();
  EXPECT_THAT(said(check_versions(node, "1.2.3", "x")), ElementsAre("ok version_ok"));
  EXPECT_THAT(said(check_versions(node, "1.2.4", "x")), ElementsAre("warning version_differs"));
  node.running = false;
  EXPECT_THAT(said(check_versions(node, "1.2.4", "x")), ElementsAre("ok version_ok"));
}

}  // namespace
}  // namespace dure::node
