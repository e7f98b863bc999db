// SPDX-License-Identifier: Apache-2.0
// Making backups with a fake clock, on a shelf that fails in each way.
#include "backup/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "support/backup_bytes.h"
#include "support/memory_backup_shelf.h"

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Failing = MemoryBackupShelf::Failing;
using std::chrono::seconds;

constexpr std::int64_t kHour = 3600, kDay = 24 * kHour;
constexpr std::int64_t kNoon = 1'796'040'000;  // 2026-11-30T12:00:00Z
constexpr const char* kSuwon = "suwon.go.kr/dure/1";

class TwoFiles final : public BackupContents {
 public:
  explicit TwoFiles(bool shrinking) : shrinking_(shrinking) {}
  const std::vector<ArchiveMember>& members() const override { return members_; }
  Status read(const ArchiveMember& member, const TakeBytes& take) override {
    const std::string content = member.name == "node.db" ? std::string(100'000, 'n') : "[node]";
    return take(std::string_view(content).substr(shrinking_ ? 1 : 0));
  }

 private:
  const bool shrinking_;
  const std::vector<ArchiveMember> members_ = {{"dure.toml", 6}, {"node.db", 100'000}};
};

class KeeperTest : public testing::Test {
 protected:
  KeeperTest() { begin_again(); }

  // As after a restart.
  void begin_again() {
    BackupPorts ports;
    ports.shelf = &shelf_;
    ports.collect = [this]() -> Result<std::unique_ptr<BackupContents>> {
      if (collect_error_) return *collect_error_;
      return std::unique_ptr<BackupContents>(std::make_unique<TwoFiles>(shrinking_));
    };
    ports.now = [this] { return now_; };
    ports.stopping = [this] { return stopping_; };
    ports.on_made = [this](const std::string& name) { made_.push_back(name); };
    ports.on_removed = [this](const std::string& name) { removed_.push_back(name); };
    ports.on_failure = [this](const Error& error) { failures_.push_back(error.text); };
    keeper_ = std::make_unique<BackupKeeper>(std::move(ports), plan_);
  }
  std::vector<std::string> shelved() const {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : shelf_.files) names.push_back(name);
    return names;
  }
  static std::string name(std::int64_t time) { return backup_name(kSuwon, time); }

  MemoryBackupShelf shelf_;
  std::int64_t now_ = kNoon;
  bool stopping_ = false, shrinking_ = false;
  std::optional<Error> collect_error_;
  std::vector<std::string> made_, removed_, failures_;
  BackupPlan plan_{kSuwon, kDay, {3, 2}, std::nullopt};
  std::unique_ptr<BackupKeeper> keeper_;
};

TEST_F(KeeperTest, MakesTheFirstOneAtOnceAndTheNextWhenDue) {
  EXPECT_EQ(keeper_->step(), seconds(60));
  EXPECT_THAT(shelved(), ElementsAre(name(kNoon)));
  now_ += kDay - 1;
  EXPECT_EQ(keeper_->step(), seconds(1));
  EXPECT_THAT(made_, SizeIs(1));
  ++now_;
  keeper_->step();
  EXPECT_THAT(shelved(), ElementsAre(name(kNoon), name(kNoon + kDay)));
  EXPECT_THAT(failures_, IsEmpty());
}

TEST_F(KeeperTest, ARestartPutsNothingOffAndMakesNothingTwice) {
  keeper_->step();
  now_ += kDay / 2;
  begin_again();
  keeper_->step();
  EXPECT_THAT(shelved(), SizeIs(1));
  now_ += kDay / 2;
  begin_again();
  keeper_->step();
  EXPECT_THAT(shelved(), SizeIs(2));
}

TEST_F(KeeperTest, WhatSomebodyTakesAwayIsMadeAgain) {
  keeper_->step();
  shelf_.files.clear();
  now_ += 60;
  keeper_->step();
  EXPECT_THAT(shelved(), ElementsAre(name(kNoon + 60)));
}

TEST_F(KeeperTest, EachReadsBackAsTheFilesItHolds) {
  ASSERT_TRUE(keeper_->make());
  const auto opened = open_backup(shelf_.files.begin()->second, nullptr);
  ASSERT_TRUE(opened);
  std::map<std::string, std::size_t> found;
  std::string last;
  ArchiveSink sink;
  sink.begin = [&](const ArchiveMember& member) {
    last = member.name;
    return ok();
  };
  sink.content = [&](std::string_view part) {
    found[last] += part.size();
    return ok();
  };
  sink.end = [] { return ok(); };
  ASSERT_TRUE(read_archive(give(*opened), sink));
  EXPECT_EQ(found, (std::map<std::string, std::size_t>{{"dure.toml", 6}, {"node.db", 100'000}}));
}

TEST_F(KeeperTest, ASealedOneOpensWithTheSecretOnly) {
  const auto secret = make_backup_secret();
  plan_.recipient = recipient_of(secret);
  begin_again();
  const auto made = keeper_->make();
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_TRUE(open_backup(shelf_.files[made->name], &secret));
  EXPECT_FALSE(open_backup(shelf_.files[made->name], nullptr));
  EXPECT_EQ(made->bytes, shelf_.files[made->name].size());
}

TEST_F(KeeperTest, TwoInOneSecondHaveNamesOfTheirOwn) {
  ASSERT_TRUE(keeper_->make());
  ASSERT_TRUE(keeper_->make());
  EXPECT_THAT(made_, ElementsAre(name(kNoon), name(kNoon + 1)));
}

TEST_F(KeeperTest, LetsOutdatedOnesGoAndNothingElse) {
  shelf_.files["suwon.go.kr+dure+2_20200101T000000Z.dure-backup"] = "another generation";
  shelf_.files["osan.go.kr+dure+1_20200101T000000Z.dure-backup"] = "another node";
  shelf_.files["family.jpg"] = "somebody's";
  shelf_.files["suwon.go.kr+dure+1_20200101T000000Z.dure-backup.sha256"] = "somebody's, too";
  const auto others = shelf_.files.size();
  for (int day = 0; day < 100; ++day) {
    keeper_->step();
    now_ += kDay;
  }
  EXPECT_THAT(made_, SizeIs(100));
  EXPECT_EQ(made_.size() - removed_.size(), shelf_.files.size() - others);
  EXPECT_EQ(shelf_.files.size() - others, 4U) << "three days, and the last of the month before";
  EXPECT_EQ(keeper_->report().count, 4U);
}

TEST_F(KeeperTest, AFullDiskAtAnyByteLeavesNothingHalfDone) {
  ASSERT_TRUE(keeper_->make());
  const auto size = shelf_.files.begin()->second.size();
  for (std::size_t room = 0; room < size; room += 2999) {
    shelf_.room = room;
    now_ += kHour;
    const auto made = keeper_->make();
    ASSERT_FALSE(made) << room;
    EXPECT_EQ(made.error().text, "storage.full");
    EXPECT_THAT(shelved(), ElementsAre(name(kNoon)));
    EXPECT_THAT(shelf_.partial, IsEmpty());
  }
  EXPECT_EQ(keeper_->report().last_error->text, "storage.full");
  EXPECT_EQ(keeper_->report().newest->time, kNoon);
}

TEST_F(KeeperTest, AFailureIsTriedAgainAndForgottenAfterASuccess) {
  shelf_.room = 10;
  EXPECT_EQ(keeper_->step(), seconds(60));
  EXPECT_EQ(keeper_->report().failed_at, kNoon);
  now_ += 599;
  EXPECT_EQ(keeper_->step(), seconds(1));
  EXPECT_THAT(failures_, SizeIs(1));
  ++now_;
  shelf_.room = 1'000'000;
  keeper_->step();
  EXPECT_THAT(shelved(), ElementsAre(name(kNoon + 600)));
  EXPECT_FALSE(keeper_->report().last_error);
  EXPECT_EQ(keeper_->report().failed_at, 0);
}

// Its name was given but maybe not durably: another one is made, and both are whole.
TEST_F(KeeperTest, WhatWasKeptButNotAnsweredIsDoubtedAndDoneAgain) {
  shelf_.failing = Failing::kKeepAfter;
  EXPECT_FALSE(keeper_->make());
  EXPECT_THAT(shelved(), SizeIs(1));
  shelf_.failing = Failing::kNothing;
  now_ += 600;
  keeper_->step();
  EXPECT_THAT(made_, SizeIs(1));
  EXPECT_THAT(shelved(), ElementsAre(name(kNoon + 600))) << "the other one is of the same day";
  for (const auto& [name, bytes] : shelf_.files) EXPECT_TRUE(open_backup(bytes, nullptr));
}

TEST_F(KeeperTest, WhatWasNotKeptIsGone) {
  for (const auto failing : {Failing::kBegin, Failing::kSync, Failing::kKeepBefore}) {
    shelf_.failing = failing;
    EXPECT_FALSE(keeper_->make());
    EXPECT_THAT(shelf_.files, IsEmpty());
    EXPECT_THAT(shelf_.partial, IsEmpty());
  }
  EXPECT_THAT(removed_, IsEmpty());
}

TEST_F(KeeperTest, WhatTheDiskChangesIsFoundBeforeItHasAName) {
  const auto secret = make_backup_secret();
  for (const bool sealed : {false, true}) {
    plan_.recipient = sealed ? std::optional(recipient_of(secret)) : std::nullopt;
    begin_again();
    shelf_.flipped_at = std::numeric_limits<std::size_t>::max();
    ASSERT_TRUE(keeper_->make());
    const auto whole = shelf_.files.begin()->second.size();
    shelf_.files.clear();
    for (std::size_t at = 0; at < whole; at += at < 200 ? 1 : 9973) {
      shelf_.flipped_at = at;
      ASSERT_FALSE(keeper_->make()) << at;
      ASSERT_THAT(shelf_.files, IsEmpty()) << at;
    }
    shelf_.flipped_at = whole - 1;
    EXPECT_EQ(keeper_->make().error().text, "backup.not-as-written");
  }
}

TEST_F(KeeperTest, ContentsThatFailOrChangeMakeNoBackup) {
  collect_error_ = Error{ErrorCode::kStorage, "no space", "storage.full"};
  EXPECT_EQ(keeper_->make().error().text, "storage.full");
  collect_error_.reset();
  shrinking_ = true;
  EXPECT_EQ(keeper_->make().error().text, "backup.changed");
  EXPECT_THAT(shelf_.files, IsEmpty());
}

TEST_F(KeeperTest, AMissingFolderIsSaidOnceAndLookedForEachMinute) {
  shelf_.failing = Failing::kList;
  for (int minute = 0; minute < 5; ++minute) {
    EXPECT_EQ(keeper_->step(), seconds(60));
    now_ += 60;
  }
  EXPECT_THAT(failures_, ElementsAre("backup.folder"));
  EXPECT_EQ(keeper_->report().last_error->text, "backup.folder");
  EXPECT_EQ(keeper_->make().error().text, "backup.folder");
  shelf_.failing = Failing::kNothing;
  now_ += 600;
  keeper_->step();
  EXPECT_THAT(shelved(), SizeIs(1));
  EXPECT_FALSE(keeper_->report().last_error);
}

TEST_F(KeeperTest, WhatCannotBeRemovedIsToldAndMakesNoMoreBackups) {
  for (int day = 0; day < 5; ++day, now_ += kDay) keeper_->step();
  EXPECT_THAT(removed_, SizeIs(1)) << "the last one of November stays";
  shelf_.failing = Failing::kRemove;
  keeper_->step();
  EXPECT_EQ(keeper_->report().last_error->text, "backup.folder");
  const auto count = shelf_.files.size();
  now_ += kHour;
  keeper_->step();
  EXPECT_EQ(shelf_.files.size(), count);
  shelf_.failing = Failing::kNothing;
  now_ += kDay;
  keeper_->step();
  EXPECT_FALSE(keeper_->report().last_error);
  EXPECT_THAT(shelf_.files, SizeIs(4));
}

TEST_F(KeeperTest, AClosingNodeGivesUpAndCallsItNoFailure) {
  stopping_ = true;
  EXPECT_EQ(keeper_->make().error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(shelf_.files, IsEmpty());
  EXPECT_THAT(failures_, IsEmpty());
}

TEST_F(KeeperTest, AClockSetBackDeletesNothingNewAndPutsNothingOff) {
  now_ += 300 * kDay;
  keeper_->step();
  const auto ahead = name(now_);
  now_ = kNoon;
  for (int day = 0; day < 10; ++day, now_ += kDay) keeper_->step();
  EXPECT_TRUE(shelf_.files.contains(ahead));
  EXPECT_TRUE(shelf_.files.contains(name(kNoon + 9 * kDay)));
  EXPECT_EQ(keeper_->report().newest->time, kNoon + 9 * kDay);
}

}  // namespace
}  // namespace dure::node
