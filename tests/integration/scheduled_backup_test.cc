// SPDX-License-Identifier: Apache-2.0
// Backups on schedule with the real program, from the key to another machine.
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "integration/recovery_fixture.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ScheduledBackupTest : public RecoveryFixture {
 protected:
  void SetUp() override {
    RecoveryFixture::SetUp();
    if (IsSkipped()) return;
    fs::create_directory(shelf_);
    fs::create_directory(scratch_);
    const auto made = run_dure({"backup", "key", secret_, "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    recipient_ = json::parse(made.out)["recipient"];
  }

  std::vector<std::string> sealed() const {
    return {"DURE_BACKUP_FOLDER=" + shelf_, "DURE_BACKUP_RECIPIENT=" + recipient_,
            "TMPDIR=" + scratch_};
  }
  std::unique_ptr<ServeProcess> serve_with_backups() const {
    return std::make_unique<ServeProcess>(
        a_, Words{"--pull-interval", "86400", "--backup-folder", shelf_, "--backup-recipient",
                  recipient_, "--backup-keep-daily", "3", "--backup-keep-monthly", "0"});
  }
  Words shelved() const {
    Words names;
    for (const auto& entry : fs::directory_iterator(shelf_))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  Words finished() const {
    Words names = shelved();
    std::erase_if(names, [](const std::string& name) { return !name.ends_with(".dure-backup"); });
    return names;
  }
  std::string newest() const { return shelf_ + "/" + finished().back(); }
  /// As if the newest one had been made `days` earlier.
  void age_newest(int days) const {
    const auto name = finished().back();
    const auto at = name.find('_') + 1;
    std::tm date{};
    strptime(name.substr(at, 8).c_str(), "%Y%m%d", &date);
    date.tm_hour = 12;
    std::time_t time = timegm(&date) - std::time_t{days} * 86'400;
    char earlier[16];
    std::strftime(earlier, sizeof earlier, "%Y%m%d", gmtime_r(&time, &date));
    fs::rename(shelf_ + "/" + name,
               shelf_ + "/" + name.substr(0, at) + earlier + name.substr(at + 8));
  }
  json backups() const { return status(a_)["backups"]; }
  bool nothing_in_scratch() const { return fs::is_empty(scratch_); }
  Outcome drill(const std::string& file, const std::string& key) const {
    Words words = {"backup", "verify", file};
    if (!key.empty()) words.insert(words.end(), {"--key", key});
    return run_dure(words, {}, {"TMPDIR=" + scratch_});
  }

  const std::string shelf_ = path("shelf"), scratch_ = path("scratch"), secret_ = path("secret");
  std::string recipient_;
};

TEST_F(ScheduledBackupTest, TheRunningNodeMakesTheFirstAtOnceAndTheNextWhenOneIsOld) {
  ASSERT_EQ(publish(a_, "하나", 3).code, 0);
  {
    const auto suwon = serve_with_backups();
    ASSERT_TRUE(becomes([&] { return finished().size() == 1; }));
    ASSERT_TRUE(becomes([&] { return backups().contains("newest"); }));
    EXPECT_EQ(backups()["newest"], finished().front());
    EXPECT_TRUE(backups()["sealed"]);
  }
  {
    const auto suwon = serve_with_backups();
    ASSERT_TRUE(becomes([&] { return backups().contains("newest"); }));
    EXPECT_EQ(finished().size(), 1U) << "none is due after a restart";
  }
  age_newest(1);
  {
    const auto suwon = serve_with_backups();
    ASSERT_TRUE(becomes([&] { return finished().size() == 2; }));
  }
  EXPECT_EQ(shelved(), finished()) << "nothing half done is left";
  EXPECT_FALSE(exists(a_ + "/backing-up"));
  EXPECT_EQ(drill(newest(), secret_).code, 0);
}

TEST_F(ScheduledBackupTest, OldOnesGoAndStrangersStay) {
  const std::string stranger = "osan.go.kr+dure+1_20200101T000000Z.dure-backup";
  std::ofstream(shelf_ + "/" + stranger) << "somebody's";
  for (int day = 0; day < 5; ++day) {
    const auto made = run_dure({"backup", "now", "--data", a_}, {}, sealed());
    ASSERT_EQ(made.code, 0) << made.err;
    if (day < 4) age_newest(5 - day);
  }
  ASSERT_EQ(finished().size(), 6U) << "14 days are kept";
  const auto suwon = serve_with_backups();
  age_newest(1);
  // The node may be about to make one itself.
  ASSERT_TRUE(becomes([&] { return run_dure({"backup", "now", "--data", a_}).code == 0; }));
  EXPECT_EQ(finished().size(), 4U) << "three days, and somebody else's";
  EXPECT_TRUE(exists(shelf_ + "/" + stranger));
  const auto listed = run_dure({"backup", "list", "--data", a_, "--json"}, {}, sealed());
  EXPECT_EQ(listed.code, 0);
  EXPECT_EQ(json::parse(listed.out)["backups"].size(), 3U);
  EXPECT_EQ(json::parse(listed.out)["backups"][0]["recipient"], recipient_);
}

TEST_F(ScheduledBackupTest, TheDrillSaysWhatItFoundAndLeavesNothing) {
  add_peer(a_, osan_->url());
  publish_and_mirror("하나", 3);
  ASSERT_EQ(run_dure({"backup", "now", "--data", a_}, {}, sealed()).code, 0);
  const auto file = newest();
  struct stat mode {};
  ASSERT_EQ(stat(secret_.c_str(), &mode), 0);
  EXPECT_EQ(mode.st_mode & 0777U, 0600U);

  const auto right = drill(file, secret_);
  EXPECT_EQ(right.code, 0) << right.err;
  EXPECT_THAT(right.out, HasSubstr("whole backup of suwon.go.kr/dure/1: 3 entries"));
  EXPECT_TRUE(nothing_in_scratch());
  const auto report = json::parse(
      run_dure({"backup", "verify", file, "--key", secret_, "--json"}).out, nullptr, false);
  EXPECT_TRUE(report["audited"]);
  EXPECT_EQ(report["entries"], 3);
  EXPECT_EQ(report["damage_count"], 0);

  const auto without = drill(file, "");
  EXPECT_EQ(without.code, 5);
  EXPECT_THAT(without.err, HasSubstr(recipient_));
  ASSERT_EQ(run_dure({"backup", "key", path("other")}).code, 0);
  const auto wrong = drill(file, path("other"));
  EXPECT_EQ(wrong.code, 5);
  EXPECT_THAT(wrong.err, HasSubstr("sealed for another key"));
  EXPECT_EQ(run_dure({"backup", "key", secret_}).code, 1) << "no secret is overwritten";

  auto bytes = read_file(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(file, std::ios::binary) << bytes;
  const auto damaged = drill(file, secret_);
  EXPECT_EQ(damaged.code, 1);
  EXPECT_THAT(damaged.err, HasSubstr("damaged or cut off"));
  EXPECT_TRUE(nothing_in_scratch());
  EXPECT_EQ(drill(secret_, secret_).code, 1) << "no backup at all";
}

TEST_F(ScheduledBackupTest, AnotherMachineGoesOnFromASealedOneAndNothingIsLost) {
  add_peer(a_, osan_->url());
  publish_and_mirror("앞", 3);
  {
    const auto suwon = serve_with_backups();
    ASSERT_TRUE(becomes([&] { return finished().size() == 1; }));
  }
  publish_and_mirror("뒤", 4);  // after the backup: it comes back from Osan
  fs::copy_file(a_ + "/seed.key", path("seed"));
  fs::permissions(path("seed"), fs::perms::owner_read | fs::perms::owner_write);
  fs::remove_all(a_);

  const auto other = path("other-machine");
  EXPECT_EQ(run_dure({"restore", "--data", other, newest()}).code, 5) << "sealed";
  EXPECT_FALSE(exists(other + "/node.db"));
  const auto restored =
      run_dure({"restore", "--data", other, newest(), "--key", secret_, "--seed", path("seed")}, {},
               {"TMPDIR=" + scratch_});
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_TRUE(nothing_in_scratch());
  must({"restore", "--data", other, "--new-head-lock", "--yes"});
  const auto again = publish(other, "다시");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(status(other)["size"], 8);
  for (const char* title : {"앞 0", "앞 2", "뒤 0", "뒤 3"})
    EXPECT_EQ(run_dure({"search", "--data", other, title, "--exact"}).code, 0) << title;
  must({"fsck", "--data", other});
}

TEST_F(ScheduledBackupTest, AMissingFolderStopsNothingAndIsSaidEverywhere) {
  fs::remove(shelf_);
  const auto suwon = serve_with_backups();
  ASSERT_TRUE(becomes([&] { return backups().contains("error"); }));
  EXPECT_EQ(publish(a_, "하나").code, 0) << "the node goes on";
  EXPECT_FALSE(exists(shelf_)) << "a drive that is not mounted is not made up for";
  const auto said = run_dure({"status", "--data", a_});
  EXPECT_THAT(said.out, HasSubstr("A backup failed"));
  EXPECT_THAT(said.out, HasSubstr(shelf_));
  const auto doctor = run_dure({"doctor", "--data", a_});
  EXPECT_EQ(doctor.code, 1);
  EXPECT_THAT(doctor.out, HasSubstr("A backup failed"));
  EXPECT_EQ(run_dure({"backup", "now", "--data", a_}).code, 3);
  fs::create_directory(shelf_);
  ASSERT_TRUE(becomes([&] { return run_dure({"backup", "now", "--data", a_}).code == 0; }));
  EXPECT_FALSE(backups().contains("error"));
}

TEST_F(ScheduledBackupTest, AFullDiskLeavesNothingHalfDone) {
  if (run_program({"/usr/bin/unshare", "-m", "/bin/true"}).code != 0)
    GTEST_SKIP() << "NOT TESTED: this account may not make mount namespaces (run as root)";
  ASSERT_EQ(publish(a_, "하나", 2000).code, 0);
  const auto ran = run_program(
      {"/usr/bin/unshare", "-m", "/bin/sh", "-c",
       "mount -t tmpfs -o size=400k none " + shelf_ + " && A=" + a_ + " S=" + shelf_ + R"sh(
    export DURE_BACKUP_FOLDER=$S
    "$DURE" backup now --data $A; echo "code $?" >&2
    [ -z "$(ls -A $S)" ] || exit 91
    ! [ -e $A/backing-up ] || exit 92
    "$DURE" fsck --data $A >/dev/null || exit 93
    mount -o remount,size=100m $S || exit 94
    "$DURE" backup now --data $A || exit 95
    "$DURE" backup verify $S/*.dure-backup || exit 96)sh"},
      {}, {"DURE=" + program_path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("code 3"));
  EXPECT_THAT(ran.err, HasSubstr("full"));
}

TEST_F(ScheduledBackupTest, AKilledOneLeavesNothingThatLooksWhole) {
  if (run_program({"/usr/bin/strace", "-qq", "/bin/true"}).code != 0)
    GTEST_SKIP() << "NOT TESTED: strace does not work here";
  ASSERT_EQ(publish(a_, "하나", 20).code, 0);
  int kills = 0;
  for (int when = 1, code = -1; code != 0 && when < 100; ++when) {
    const std::string calls = "fsync,renameat2,pwrite64";
    const Words traced = {"/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls,
                          "-e",
                          // Every third write is enough.
                          "inject=" + calls + ":signal=KILL:when=" + std::to_string(when * 3 - 2),
                          program_path(), "backup", "now", "--data", a_};
    auto environment = sealed();
    environment.push_back("ASAN_OPTIONS=detect_leaks=0");
    code = run_program(traced, {}, environment).code;
    if (code == 0) break;
    ++kills;
    for (const auto& name : finished()) {
      EXPECT_EQ(drill(shelf_ + "/" + name, secret_).code, 0) << when;
      fs::remove(shelf_ + "/" + name);
    }
  }
  EXPECT_GE(kills, 3);
  EXPECT_EQ(shelved(), finished()) << "the last one cleared away what the others left";
  EXPECT_EQ(finished().size(), 1U);
  EXPECT_FALSE(exists(a_ + "/backing-up"));
  EXPECT_FALSE(exists(a_ + "/backing-up.partial"));
  must({"fsck", "--data", a_});
}

TEST_F(ScheduledBackupTest, SettingsAreCheckedAndASecretIsNeverRepeated) {
  const auto text = read_file(secret_);
  const auto secret = text.substr(0, text.size() - 1);
  const auto with = [&](const std::string& setting) {
    return run_dure({"config", "check", "--data", a_}, {}, {setting});
  };
  EXPECT_EQ(with("DURE_BACKUP_RECIPIENT=" + recipient_).code, 0);
  const auto swapped = with("DURE_BACKUP_RECIPIENT=" + secret);
  EXPECT_EQ(swapped.code, 1);
  EXPECT_THAT(swapped.err, HasSubstr("dure-backup-public-"));
  EXPECT_THAT(swapped.out + swapped.err, Not(HasSubstr(secret.substr(25))));
  EXPECT_THAT(with("DURE_BACKUP_EVERY=24").err, HasSubstr("backup.every"));
  EXPECT_THAT(with("DURE_BACKUP_FOLDER=backups").err, HasSubstr("begins with /"));
  EXPECT_THAT(with("DURE_BACKUP_KEEP_DAILY=0").err, HasSubstr("backup.keep_daily"));
  const auto shown =
      run_dure({"config", "show", "--data", a_, "--origin"}, {}, {"DURE_BACKUP_FOLDER=" + shelf_});
  EXPECT_THAT(shown.out, HasSubstr("backup.folder = \"" + shelf_ + "\""));
  EXPECT_THAT(shown.out, HasSubstr("DURE_BACKUP_FOLDER"));
  EXPECT_EQ(run_dure({"backup", "now", "--data", a_}).code, 1) << "no folder is set";
}

}  // namespace
}  // namespace dure::test
