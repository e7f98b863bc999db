// SPDX-License-Identifier: Apache-2.0
// A town loses its head lock, and with it the charter: what its own log says of it brings it back
// from whoever has it. Prints how long the town was away; entries lost are counted.
#include <chrono>
#include <fstream>
#include <iostream>

#include "integration/charter_towns.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using testing::Not;

class CharterRecoveryTest : public CharterProcessTest {
 protected:
  using Clock = std::chrono::steady_clock;

  void SetUp() override {
    CharterProcessTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_NO_FATAL_FAILURE(become_federation());
    for (int i = 0; i < 5; ++i) publish(data_[1], "앞 " + std::to_string(i));
    // All of it is on another town's disk, and the entry about the charter with it.
    ASSERT_TRUE(comes_true([&] {
      size_ = status(1)["size"].get<std::uint64_t>();
      return status(1)["finality"]["final_size"] == size_;
    }));
  }
  static double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }
  Outcome new_head_lock(const std::vector<std::string>& further = {}) const {
    std::vector<std::string> words = {"restore", "--data", data_[1], "--new-head-lock", "--yes"};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words);
  }
  /// From the restore until the town has published, and until that is final. Nothing was lost, and
  /// nobody was asked to join anything.
  void comes_back(const char* what, Clock::time_point begin) {
    start_again(1);
    EXPECT_EQ(report(1)["hash"], report(0)["hash"]);
    EXPECT_EQ(report(1)["fingerprint"], report(0)["fingerprint"]);
    publish(data_[1], "다시");
    const double published = seconds_since(begin);
    EXPECT_EQ(status(1)["size"], size_ + 1) << "entries were lost, or the charter was told twice";
    const auto waited =
        run_dure({"publish", "--data", data_[1], "-", "--wait", "final", "--wait-seconds", "60"},
                 service("확정"));
    EXPECT_EQ(waited.code, 0) << waited.err << run_dure({"status", "--data", data_[1]}).out;
    std::cout << what << ": publishes again after " << published << " s, final again after "
              << seconds_since(begin) << " s, entries lost: 0\n";
    const auto checked = run_dure({"fsck", "--data", data_[1]});
    EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  }

  /// The town asks for its new witness key by itself; the steward signs.
  void is_witness_again() {
    json draft;
    ASSERT_TRUE(comes_true([&] {
      const json drafts = report(0)["drafts"];
      for (const json& waiting : drafts) {
        if (waiting.contains("keys") && waiting["keys"]["step"] == "others") draft = waiting;
      }
      return !draft.is_null();
    })) << report(0)
        << report(1) << status(1);
    EXPECT_EQ(draft["keys"]["origin"], "t1.example/dure/1");
    EXPECT_EQ(draft["keys"]["wished_by_present_key"], true);
    EXPECT_THAT(run_dure({"charter", "status", "--data", data_[0]}).out,
                HasSubstr("other keys of t1.example/dure/1 as witness"));
    const auto done = run_dure(
        {"charter", "sign", draft["hash"].get<std::string>(), "--data", data_[0], "--yes"});
    ASSERT_EQ(done.code, 0) << done.err;
    const auto witness = status(1)["witness_vkey"].get<std::string>();
    EXPECT_TRUE(comes_true([&] {
      return run_dure({"charter", "show", "--data", data_[1]}).out.find(witness) !=
             std::string::npos;
    }));
    ask_around();
    EXPECT_TRUE(report(1)["drafts"].empty()) << "nothing more is to be asked for";
  }

  std::uint64_t size_ = 0;  // of the second town's log, before the accident
};

TEST_F(CharterRecoveryTest, ALostHeadLockComesBackWithItsCharter) {
  stop(1);
  fs::remove(data_[1] + "/head.db");
  const auto begin = Clock::now();
  const auto made = new_head_lock();
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("is back, version "));
  EXPECT_THAT(made.out, HasSubstr("your old witness key"));
  comes_back("lost head lock", begin);
  is_witness_again();
}

TEST_F(CharterRecoveryTest, EverythingButTheSeedIsLost) {
  stop(1);
  const auto seed = folder_.path("seed");
  fs::copy_file(data_[1] + "/seed.key", seed);
  fs::permissions(seed, fs::perms::owner_read | fs::perms::owner_write);
  fs::remove_all(data_[1]);
  const auto begin = Clock::now();
  const auto prepared =
      run_dure({"restore", "--data", data_[1], "--from-peer", nodes_[0]->url(), "--seed", seed,
                "--origin", "t1.example/dure/1", "--name", "마을 1", "--region", "41110", "--yes"});
  ASSERT_EQ(prepared.code, 0) << prepared.err;
  const auto made = new_head_lock();
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("from t0.example/dure/1"));
  comes_back("everything but the seed lost", begin);
  EXPECT_EQ(status(1)["peers"].size(), 2U) << "the charter names the third town too";
}

TEST_F(CharterRecoveryTest, AStrangersCharterIsNotTaken) {
  const auto stranger = folder_.path("stranger");
  ASSERT_EQ(run_dure({"init", "--data", stranger, "--origin", "x.example/dure/1", "--name", "남",
                      "--region", "41110", "--yes"})
                .code,
            0);
  const ServeProcess other(stranger);
  stop(1);
  // Who moved in at the address of the third town answers with a charter of its own.
  auto list = read_file(data_[1] + "/peers");
  const auto at = list.find(nodes_[2]->url());
  ASSERT_NE(at, list.npos) << list;
  std::ofstream(data_[1] + "/peers") << list.replace(at, nodes_[2]->url().size(), other.url());
  fs::remove(data_[1] + "/head.db");
  for (const char* file : {"/node.db", "/node.db-wal", "/node.db-shm"}) fs::remove(data_[1] + file);
  const auto begin = Clock::now();
  const auto made = new_head_lock();
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("from t0.example/dure/1"));
  comes_back("lost head lock and database, a stranger among the peers", begin);
}

TEST_F(CharterRecoveryTest, IfNobodyHasItTheFingerprintIsKnownAndPeopleAreTold) {
  const auto fingerprint = report(0)["fingerprint"].get<std::string>();
  for (const std::size_t i : {0U, 1U, 2U}) stop(i);
  fs::remove(data_[1] + "/head.db");
  const auto made = new_head_lock({"--answers", "0"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("did not come back"));
  EXPECT_THAT(made.out, HasSubstr("dure join URL --fingerprint " + fingerprint));
  for (const std::size_t i : {0U, 1U, 2U}) start_again(i);
  EXPECT_NE(report(1)["fingerprint"], fingerprint);
  const auto joined =
      run_dure({"join", nodes_[0]->url(), "--data", data_[1], "--fingerprint", fingerprint});
  EXPECT_EQ(joined.code, 0) << joined.err;
  EXPECT_EQ(report(1)["fingerprint"], fingerprint);
}

TEST_F(CharterRecoveryTest, ALoneNodeIsToldNothingOfAnyCharter) {
  const auto alone = folder_.path("alone");
  ASSERT_EQ(run_dure({"init", "--data", alone, "--origin", "x.example/dure/1", "--name", "남",
                      "--region", "41110", "--yes"})
                .code,
            0);
  publish(alone, "하나");
  fs::remove(alone + "/head.db");
  const auto made =
      run_dure({"restore", "--data", alone, "--new-head-lock", "--answers", "0", "--yes"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, Not(HasSubstr("charter")));
  publish(alone, "둘");
}

}  // namespace
}  // namespace dure::test
