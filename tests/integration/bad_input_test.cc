// SPDX-License-Identifier: Apache-2.0
// Everything that can be wrong with what an operator gives: a clear message, the right exit code,
// nothing lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "integration/dure_process.h"

namespace dure::test {
namespace {

using testing::HasSubstr;

constexpr const char* kEntry =
    R"({"type":"service","title":{"ko":"방문 건강관리"},"summary":{"ko":"간호사가 찾아갑니다."},"department":{"ko":"보건소"},)"
    R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
    R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})";

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program dure was not built";
  }

  Outcome init(const std::vector<std::string>& further = {}) {
    std::vector<std::string> words = {
        "init",   "--data", data_,      "--origin", "suwon.go.kr/dure/1",
        "--name", "수원시", "--region", "41110"};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words);
  }
  Outcome publish(const std::string& contents, const std::vector<std::string>& further = {}) {
    std::vector<std::string> words = {"publish", "--data", data_,
                                      folder_.file("entries.json", contents)};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words);
  }
  void expect_empty_log() {
    EXPECT_THAT(run_dure({"status", "--data", data_, "--json"}).out, HasSubstr("\"size\": 0"));
  }

  TempFolder folder_;
  std::string data_ = folder_.path("node");
};

TEST_F(BadInputTest, WrongUsageSaysWhatIsMeant) {
  EXPECT_EQ(run_dure({"pubish", "x"}).code, 2);
  EXPECT_THAT(run_dure({"pubish", "x"}).err, HasSubstr("Did you mean publish?"));
  EXPECT_THAT(run_dure({"status", "--jsn"}).err, HasSubstr("Did you mean --json?"));
  EXPECT_THAT(run_dure({"show", "--lang", "ko"}).err, HasSubstr("값이 필요합니다"));
  EXPECT_EQ(run_dure({"verify", "a", "b"}).code, 2);
  EXPECT_EQ(run_dure({"serve", "--listen"}).code, 2);
}

TEST_F(BadInputTest, MissingFolderSuggestsInit) {
  const auto outcome = run_dure({"status", "--data", data_}, {}, {"LANG=ko_KR.UTF-8"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("dure init --data " + data_));
}

TEST_F(BadInputTest, InitIsNeverRepeated) {
  ASSERT_EQ(init().code, 0);
  const auto seed = read_file(data_ + "/seed.key");
  const auto again = init();
  EXPECT_EQ(again.code, 3);
  EXPECT_EQ(read_file(data_ + "/seed.key"), seed);
}

TEST_F(BadInputTest, InitWantsAnOriginAndAKnownRegion) {
  EXPECT_EQ(run_dure({"init", "--data", data_, "--name", "수원시", "--region", "41110"}).code, 2);
  EXPECT_EQ(init({"--role", "village"}).code, 2);
  EXPECT_EQ(run_dure({"init", "--data", data_, "--origin", "a.kr/dure/1", "--name", "가",
                      "--region", "99999"})
                .code,
            2);
  EXPECT_FALSE(std::filesystem::exists(data_));
}

TEST_F(BadInputTest, SettingsNameLineKeyAndRemedy) {
  ASSERT_EQ(init().code, 0);
  const auto config = folder_.file("dure.toml", "[server]\nlistn = \"127.0.0.1:1\"\n");
  const auto outcome = run_dure({"status", "--data", data_, "--config", config});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr(config + ":2"));
  EXPECT_THAT(outcome.err, HasSubstr("Did you mean server.listen?"));
}

TEST_F(BadInputTest, InvalidEntriesAreNamedAndNothingIsPublished) {
  ASSERT_EQ(init().code, 0);
  const auto outcome = publish(std::string(kEntry) + "\n{\"type\":\"service\"}\n{broken\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("line 2"));
  EXPECT_THAT(outcome.err, HasSubstr("Line 3"));
  expect_empty_log();
  const auto skipped =
      publish(std::string(kEntry) + "\n{\"type\":\"service\"}\n", {"--skip-invalid"});
  EXPECT_EQ(skipped.code, 0) << skipped.err;
  EXPECT_THAT(run_dure({"status", "--data", data_, "--json"}).out, HasSubstr("\"size\": 1"));
}

TEST_F(BadInputTest, FilesInOtherEncodingsAreNamed) {
  ASSERT_EQ(init().code, 0);
  EXPECT_THAT(publish(std::string("\xff\xfe{\0\"\0", 6)).err, HasSubstr("UTF-16"));
  EXPECT_EQ(publish("{\"type\":\"serv\xc3\x28\"}").code, 1);
  EXPECT_EQ(publish("").code, 1);
  EXPECT_EQ(publish("{\"type\":\"service\",").code, 1);
  EXPECT_EQ(publish("{\"type\":\"service\",\"title\":\"" + std::string(300'000, 'x') + "\"}").code,
            1);
  EXPECT_EQ(run_dure({"publish", "--data", data_, folder_.path("missing.json")}).code, 3);
  EXPECT_EQ(run_dure({"publish", "--data", data_, folder_.path("")}).code, 3);
  expect_empty_log();
  EXPECT_EQ(publish("\xef\xbb\xbf" + std::string(kEntry)).code, 0);
}

TEST_F(BadInputTest, SeedMustBePrivateWholeAndTheRightOne) {
  ASSERT_EQ(init().code, 0);
  const auto seed = data_ + "/seed.key";
  chmod(seed.c_str(), 0644);
  const auto open = run_dure({"status", "--data", data_});
  EXPECT_EQ(open.code, 5);
  EXPECT_THAT(open.err, HasSubstr("chmod 600"));
  chmod(seed.c_str(), 0600);
  const auto right = read_file(seed);
  folder_.file("node/seed.key", std::string(64, 'a') + "\n");
  EXPECT_THAT(run_dure({"status", "--data", data_}).err, HasSubstr("not the key of this log"));
  folder_.file("node/seed.key", "short");
  EXPECT_NE(run_dure({"status", "--data", data_}).code, 0);
  folder_.file("node/seed.key", right);
  EXPECT_EQ(run_dure({"status", "--data", data_}).code, 0);
}

TEST_F(BadInputTest, DamagedDatabaseIsRefused) {
  ASSERT_EQ(init().code, 0);
  folder_.file("node/node.db", std::string(8192, 'x'));
  const auto outcome = run_dure({"status", "--data", data_});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("node.db"));
}

TEST_F(BadInputTest, IncompleteFolderIsNotFilledUp) {
  ASSERT_EQ(init().code, 0);
  std::filesystem::remove(data_ + "/head.db");
  const auto outcome = run_dure({"publish", "--data", data_, "-"}, kEntry);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("head.db"));
  EXPECT_FALSE(std::filesystem::exists(data_ + "/head.db"));
}

TEST_F(BadInputTest, PeersThatAreNoneAreNamed) {
  ASSERT_EQ(init().code, 0);
  EXPECT_EQ(run_dure({"peer", "add", "--data", data_, "ftp://x", "--yes"}).code, 1);
  EXPECT_EQ(run_dure({"peer", "add", "--data", data_, "http://127.0.0.1:1", "--yes"}).code, 4);
  EXPECT_EQ(run_dure({"peer", "remove", "--data", data_, "http://127.0.0.1:1"}).code, 1);
  const ServeProcess self(data_);
  const auto own = run_dure({"peer", "add", "--data", data_, self.url(), "--yes"});
  EXPECT_EQ(own.code, 1);
  EXPECT_THAT(own.err, HasSubstr("this very node"));
}

TEST_F(BadInputTest, PeerNeedsConfirmation) {
  ASSERT_EQ(init().code, 0);
  const auto other = folder_.path("other");
  ASSERT_EQ(run_dure({"init", "--data", other, "--origin", "andong.go.kr/dure/1", "--name",
                      "안동시", "--region", "47170"})
                .code,
            0);
  const ServeProcess peer(other);
  EXPECT_EQ(run_dure({"peer", "add", "--data", data_, peer.url()}).code, 5);
  EXPECT_EQ(run_dure({"peer", "add", "--data", data_, peer.url(), "--vkey",
                      "andong.go.kr/dure/1+00000000+AAAA"})
                .code,
            4);
}

}  // namespace
}  // namespace dure::test
