// SPDX-License-Identifier: Apache-2.0
// Backing up and putting back with the real program, and the accidents that need an operator's
// word: the head lock is gone, the key is gone, everything is gone.
#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include "integration/recovery_fixture.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

class RestoreTest : public RecoveryFixture {
 protected:
  Outcome new_head_lock(const Words& further = {}) const {
    Words words = {"restore", "--data", a_, "--new-head-lock", "--yes"};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words);
  }
  /// The number of calls that strace shows for `words`, and one run each in which the n-th ends the
  /// process. `check` looks at what is left.
  static void kill_at_every(const std::string& calls, const Words& words,
                            const std::function<void(int code, int when)>& check) {
    for (int when = 1, code = -1; code != 0 && when < 200; ++when) {
      Words traced = {"/usr/bin/strace",
                      "-f",
                      "-qq",
                      "-o",
                      "/dev/null",
                      "-e",
                      "trace=" + calls,
                      "-e",
                      "inject=" + calls + ":signal=KILL:when=" + std::to_string(when),
                      program_path()};
      traced.insert(traced.end(), words.begin(), words.end());
      // The address sanitizer's search for leaks does not work under strace.
      code = run_program(traced, {}, {"ASAN_OPTIONS=detect_leaks=0"}).code;
      check(code, when);
      if (HasFatalFailure()) return;
    }
  }
  static bool can_trace() { return run_program({"/usr/bin/strace", "-qq", "/bin/true"}).code == 0; }
};

TEST_F(RestoreTest, ABackupTakenWhilePublishingIsConsistent) {
  add_peer(a_, osan_->url());
  const auto suwon = serve(a_);
  ASSERT_EQ(publish(a_, "앞", 2000).code, 0);
  std::atomic<bool> done = false;
  std::thread publisher([&] {
    for (int i = 0; !done; ++i) EXPECT_EQ(publish(a_, "동안" + std::to_string(i), 20).code, 0);
  });
  for (int i = 0; i < 5; ++i) {
    const auto backup = path("backup" + std::to_string(i));
    must({"backup", "--data", a_, backup});
    must({"backup", "verify", backup});
    EXPECT_FALSE(exists(backup + "/head.db"));
  }
  done = true;
  publisher.join();
  mirror(*suwon);
  const auto whole = status(a_)["size"].get<std::uint64_t>();
  suwon->stop(SIGKILL);
  must({"restore", "--data", a_, path("backup0"), "--replace"});
  double seconds = 0;
  EXPECT_EQ(publishes_again(seconds), whole + 1);
  must({"fsck", "--data", a_});
}

TEST_F(RestoreTest, ABackupSaysWhatItHolds) {
  ASSERT_EQ(publish(a_, "하나", 4).code, 0);
  const auto made = run_dure({"backup", "--data", a_, path("backup"), "--json"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto report = json::parse(made.out);
  EXPECT_EQ(report["size"], 4);
  EXPECT_EQ(report["root"], status(a_)["root"]);
  EXPECT_FALSE(report["seed"]);
  const auto verified = run_dure({"backup", "verify", path("backup"), "--json"});
  EXPECT_EQ(json::parse(verified.out)["origin"], "suwon.go.kr/dure/1");
  EXPECT_EQ(run_dure({"backup", "--data", a_, path("backup")}).code, 3) << "nothing is overwritten";
  EXPECT_THAT(run_dure({"backup", "--data", a_, path("second")}).out, HasSubstr("seed.key is not"));
  fs::resize_file(path("backup") + "/node.db", 100);
  const auto damaged = run_dure({"backup", "verify", path("backup")});
  EXPECT_EQ(damaged.code, 1);
  EXPECT_THAT(damaged.err, HasSubstr("damaged"));
  EXPECT_EQ(run_dure({"restore", "--data", path("c"), path("backup")}).code, 1);
  EXPECT_FALSE(exists(path("c") + "/node.db"));
}

TEST_F(RestoreTest, AKilledBackupLeavesNothingThatLooksWhole) {
  if (!can_trace()) GTEST_SKIP() << "NOT TESTED: strace does not work here";
  ASSERT_EQ(publish(a_, "하나", 300).code, 0);
  const auto backup = path("backup");
  int kills = 0;
  kill_at_every("fsync,renameat2", {"backup", "--data", a_, backup}, [&](int code, int when) {
    if (code == 0) return;
    ++kills;
    const bool named = exists(backup);
    // Killed between getting its name and syncing the folder that holds it: then it is whole.
    if (named) must({"backup", "verify", backup});
    EXPECT_EQ(run_dure({"backup", "verify", backup + ".partial"}).code == 0 && named, false)
        << when;
    if (named) fs::remove_all(backup);
  });
  EXPECT_GE(kills, 5);
  must({"backup", "verify", backup});
  EXPECT_FALSE(exists(backup + ".partial"));
}

TEST_F(RestoreTest, AKilledRestoreIsDoneAgain) {
  if (!can_trace()) GTEST_SKIP() << "NOT TESTED: strace does not work here";
  add_peer(a_, osan_->url());
  publish_and_mirror("모두", 20);
  must({"backup", "--data", a_, path("backup")});
  int kills = 0;
  kill_at_every("fsync,rename,unlink", {"restore", "--data", a_, path("backup"), "--replace"},
                [&](int code, int) {
                  if (code == 0) return;
                  ++kills;
                  must({"restore", "--data", a_, path("backup"), "--replace"});
                  publish_and_mirror("그 뒤", 1);
                });
  EXPECT_GE(kills, 6);
  must({"fsck", "--data", a_});
}

TEST_F(RestoreTest, AKilledNewHeadLockIsDoneAgain) {
  if (!can_trace()) GTEST_SKIP() << "NOT TESTED: strace does not work here";
  add_peer(a_, osan_->url());
  publish_and_mirror("모두", 20);
  fs::remove(a_ + "/head.db");
  int kills = 0;
  const Words words = {"restore", "--data", a_, "--new-head-lock", "--yes"};
  kill_at_every("fsync,fdatasync,rename", words, [&](int code, int when) {
    if (code == 0) return;
    ++kills;
    // Either it is there and right, or it is not there.
    if (exists(a_ + "/head.db")) {
      ASSERT_EQ(publish(a_, "그 뒤").code, 0) << when;
      fs::remove(a_ + "/head.db");
    } else {
      ASSERT_EQ(publish(a_, "그 뒤").code, 3) << when;
    }
  });
  EXPECT_GE(kills, 4);
  EXPECT_EQ(publish(a_, "끝").code, 0);
}

TEST_F(RestoreTest, AFullDiskLeavesNoBackupAndNoHalfRestoredNode) {
  if (run_program({"/usr/bin/unshare", "-m", "/bin/true"}).code != 0)
    GTEST_SKIP() << "NOT TESTED: this account may not make mount namespaces (run as root)";
  ASSERT_EQ(publish(a_, "하나", 3000).code, 0);
  must({"backup", "--data", a_, path("whole")});
  fs::create_directory(path("small"));
  const auto ran =
      run_program({"/usr/bin/unshare", "-m", "/bin/sh", "-c",
                   "mount -t tmpfs -o size=1200k none " + path("small") + " && cd " +
                       path("small") + " && A=" + a_ + " WHOLE=" + path("whole") + R"sh(
    "$DURE" backup --data $A copy; echo "backup $?" >&2
    [ -z "$(ls -A)" ] || exit 91
    "$DURE" init --data node --origin suwon.go.kr/dure/1 --name 수원시 --region 41110 --yes >/dev/null ||
      exit 92
    cp -p $A/seed.key node/ || exit 93
    "$DURE" restore --data node $WHOLE --replace; echo "restore $?" >&2
    [ -e node/node.db ] && ! [ -e node/node.db.restoring ] || exit 94)sh"},
                  {}, {"DURE=" + program_path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("backup 3"));
  EXPECT_THAT(ran.err, HasSubstr("restore 3"));
  EXPECT_THAT(ran.err, HasSubstr("disk is full"));
}

TEST_F(RestoreTest, RefusesAFolderWithANode) {
  ASSERT_EQ(publish(a_, "하나").code, 0);
  must({"backup", "--data", a_, path("backup")});
  const auto refused = run_dure({"restore", "--data", a_, path("backup")});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--replace"));
  const auto other = run_dure({"restore", "--data", b_, path("backup"), "--replace"});
  EXPECT_EQ(other.code, 5) << "the folder is in use";
  osan_.reset();
  const auto foreign = run_dure({"restore", "--data", b_, path("backup"), "--replace"});
  EXPECT_EQ(foreign.code, 5);
  EXPECT_THAT(foreign.err, HasSubstr("osan.go.kr/dure/1"));
}

TEST_F(RestoreTest, AnotherSeedIsRefused) {
  ASSERT_EQ(publish(a_, "하나").code, 0);
  must({"backup", "--data", a_, path("backup")});
  const auto refused =
      run_dure({"restore", "--data", path("c"), path("backup"), "--seed", b_ + "/seed.key"});
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("is not the key"));
  EXPECT_FALSE(exists(path("c") + "/node.db"));
}

TEST_F(RestoreTest, ALostHeadLockIsMadeAnewOnlyWhenThePeersAgree) {
  add_peer(a_, osan_->url());
  publish_and_mirror("모두", 300);
  must({"backup", "--data", a_, path("backup")});
  publish_and_mirror("나중", 5);
  const auto before = status(a_)["witness_vkey"];
  EXPECT_EQ(new_head_lock().code, 1) << "never over one that is there";

  fs::remove(a_ + "/head.db");
  const auto refused = publish(a_, "몰래");
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("--new-head-lock"));
  must({"restore", "--data", a_, path("backup"), "--replace"});

  osan_.reset();
  const auto silent = new_head_lock();
  EXPECT_EQ(silent.code, 4) << silent.out;
  EXPECT_THAT(silent.err, HasSubstr("osan.go.kr/dure/1"));
  EXPECT_FALSE(exists(a_ + "/head.db"));

  // Osan comes back at another address. It cannot be told to a node without a head lock, so the
  // list beside the database is what an operator corrects.
  osan_ = std::make_unique<ServeProcess>(b_, kSlowRounds);
  const auto list = read_file(a_ + "/peers");
  std::ofstream(a_ + "/peers") << osan_->url() + list.substr(list.find(' '));
  fs::remove(a_ + "/node.db");
  const auto made = new_head_lock();
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("1 of 1 peers"));
  EXPECT_THAT(made.out, HasSubstr("305 entries came back"));
  EXPECT_EQ(publish(a_, "다시").code, 0);
  EXPECT_EQ(status(a_)["size"], 306);
  EXPECT_NE(status(a_)["witness_vkey"], before)
      << "what the old key cosigned is not known any more";
}

TEST_F(RestoreTest, AHeadLockIsNotMadeOverAFork) {
  add_peer(a_, osan_->url());
  publish_and_mirror("모두", 10);
  // A fork: the same key signed another history while the first one is at Osan.
  fs::copy(a_, path("clone"), fs::copy_options::recursive);
  ASSERT_EQ(publish(path("clone"), "복제").code, 0);
  publish_and_mirror("본래", 1);
  for (const int more : {0, 5}) {  // the other branch is as long as ours, then longer
    if (more > 0) publish_and_mirror("더", more);
    fs::remove(path("clone") + "/head.db");
    const auto refused = run_dure({"restore", "--data", path("clone"), "--new-head-lock", "--yes"});
    EXPECT_EQ(refused.code, 5) << refused.out;
    EXPECT_THAT(refused.err, HasSubstr("forked"));
    EXPECT_FALSE(exists(path("clone") + "/head.db"));
  }
}

TEST_F(RestoreTest, ANodeThatNobodyFollowsNeedsTheOperatorsWord) {
  ASSERT_EQ(publish(a_, "하나", 3).code, 0);
  fs::remove(a_ + "/head.db");
  const auto refused = new_head_lock();
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, HasSubstr("--answers 0"));
  EXPECT_EQ(run_dure({"restore", "--data", a_, "--new-head-lock"}).code, 5) << "nobody said yes";
  EXPECT_EQ(new_head_lock({"--answers", "0"}).code, 0);
  EXPECT_EQ(publish(a_, "둘").code, 0);
}

TEST_F(RestoreTest, EverythingButTheBackupAndTheSeedIsLost) {
  add_peer(a_, osan_->url());
  ASSERT_EQ(publish(a_, "앞", 3).code, 0);
  must({"backup", "--data", a_, path("backup"), "--with-seed"});
  publish_and_mirror("뒤", 4);
  fs::remove_all(a_);
  const auto restored = run_dure({"restore", "--data", a_, path("backup")});
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("--new-head-lock"));
  ASSERT_EQ(new_head_lock().code, 0);
  EXPECT_EQ(publish(a_, "다시").code, 0);
  EXPECT_EQ(status(a_)["size"], 8);
}

TEST_F(RestoreTest, EverythingButTheSeedIsLost) {
  publish_and_mirror("모두", 300);
  fs::copy_file(a_ + "/seed.key", path("seed"));
  fs::permissions(path("seed"), fs::perms::owner_read | fs::perms::owner_write);
  fs::remove_all(a_);
  must({"restore", "--data", a_, "--from-peer", osan_->url(), "--seed", path("seed"), "--origin",
        "suwon.go.kr/dure/1", "--name", "수원시", "--region", "41110", "--yes"});
  const auto made = new_head_lock();
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(publish(a_, "다시").code, 0);
  EXPECT_EQ(status(a_)["size"], 301);
  must({"fsck", "--data", a_});
}

TEST_F(RestoreTest, ALostKeyIsExplained) {
  ASSERT_EQ(publish(a_, "하나").code, 0);
  must({"backup", "--data", a_, path("backup")});
  fs::remove(a_ + "/seed.key");
  for (const char* command : {"serve", "status"}) {
    const auto refused = run_dure({command, "--data", a_});
    EXPECT_EQ(refused.code, 3);
    EXPECT_THAT(refused.err, HasSubstr("mirrors"));
    EXPECT_THAT(refused.err, HasSubstr("charter"));
  }
  const auto korean = run_dure({"serve", "--data", a_, "--lang", "ko"});
  EXPECT_THAT(korean.err, HasSubstr("헌장"));
  const auto restored = run_dure({"restore", "--data", path("c"), path("backup"), "--lang", "ko"});
  EXPECT_EQ(restored.code, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("헌장"));
}

TEST_F(RestoreTest, NeedsExactlyOneThingToDo) {
  EXPECT_EQ(run_dure({"restore", "--data", a_}).code, 2);
  EXPECT_EQ(run_dure({"restore", "--data", a_, "x", "--new-head-lock"}).code, 2);
  EXPECT_EQ(run_dure({"restore", "--data", a_, "--new-head-lock", "--answers", "few"}).code, 2);
}

}  // namespace
}  // namespace dure::test
