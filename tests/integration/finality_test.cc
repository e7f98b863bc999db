// SPDX-License-Identifier: Apache-2.0
// Four towns of one charter: what one publishes becomes final, and anybody can check that offline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"
#include "integration/dure_process.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kTowns = 4;

class FinalityProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
  }
  void init(int i) {
    data_.push_back(folder_.path("t" + std::to_string(i)));
    const auto made = run_dure({"init", "--data", data_.back(), "--origin", origin(i), "--name",
                                "마을 " + std::to_string(i), "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
    urls_.emplace_back();
    nodes_.emplace_back();
    urls_.back() = "http://" + free_address();
    begin(i);
    ASSERT_EQ(nodes_.back()->url(), urls_.back());
  }
  /// Nothing is pulled by the clock: what moves was announced, or asked for by a test.
  void begin(int i, const std::vector<std::string>& further = {}) {
    const auto at = static_cast<std::size_t>(i);
    const auto& url = urls_[at];
    std::vector<std::string> words = {
        "--listen", url.substr(url.rfind('/') + 1), "--url", url, "--pull-interval", "86400"};
    words.insert(words.end(), further.begin(), further.end());
    nodes_[at] = std::make_unique<ServeProcess>(data_[at], words);
  }
  void serve(int i) {
    begin(i);
    const auto at = static_cast<std::size_t>(i);
    ASSERT_EQ(nodes_[at]->url(), urls_[at]);
  }
  static std::string origin(int i) { return "t" + std::to_string(i) + ".example/dure/1"; }
  json charter(int i) const { return ask(i, {"charter", "status"}); }
  json status(int i) const { return ask(i, {"status"}); }
  json finality(int i) const { return status(i).value("finality", json::object()); }
  json ask(int i, std::vector<std::string> words) const {
    words.insert(words.end(), {"--data", data_[static_cast<std::size_t>(i)], "--json"});
    return json::parse(run_dure(words).out, nullptr, false);
  }
  void ask_around() const {
    for (std::size_t i = 0; i < data_.size(); ++i) {
      if (nodes_[i]) (void)run_dure({"pull", "--data", data_[i], "--once"});
    }
  }
  template <class Condition>
  bool comes_true(const Condition& condition) const {
    for (int i = 0; i < 60; ++i) {
      if (condition()) return true;
      ask_around();
    }
    return false;
  }
  void take_in(int i) {
    const auto fingerprint = charter(0)["fingerprint"].get<std::string>();
    const auto asked = run_dure({"join", urls_[0], "--data", data_[static_cast<std::size_t>(i)],
                                 "--fingerprint", fingerprint});
    ASSERT_EQ(asked.code, 0) << asked.err;
    const auto hash = charter(0)["drafts"][0]["hash"].get<std::string>();
    const auto signed_here =
        run_dure({"charter", "sign", hash.substr(0, 12), "--data", data_[0], "--yes"});
    ASSERT_EQ(signed_here.code, 0) << signed_here.err;
  }
  void federate(int towns = kTowns) {
    for (int i = 0; i < towns; ++i) init(i);
    ASSERT_TRUE(comes_true([&] { return charter(0)["members"][0]["url"] == urls_[0]; }));
    for (int i = 1; i < towns; ++i) take_in(i);
    ASSERT_TRUE(comes_true([&] {
      for (int i = 0; i < towns; ++i) {
        if (charter(i)["members"].size() != static_cast<std::size_t>(towns)) return false;
      }
      return true;
    }));
  }
  static std::string entry(const std::string& title) {
    return R"({"type":"service","title":{"ko":")" + title +
           R"("},"summary":{"ko":"간호사가 찾아갑니다."},"department":{"ko":"보건소"},)"
           R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
           R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})"
           "\n";
  }
  Outcome publish(int i, const std::string& title, std::vector<std::string> further = {}) const {
    std::vector<std::string> words = {"publish", "--data", data_[static_cast<std::size_t>(i)], "-"};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words, entry(title));
  }
  std::string get(int i, const std::string& path) const {
    return node::http::testing::Client::to(urls_[static_cast<std::size_t>(i)]).get(path).body;
  }

  TempFolder folder_;
  std::vector<std::string> data_, urls_;
  std::vector<std::unique_ptr<ServeProcess>> nodes_;
};

TEST_F(FinalityProcessTest, WhatIsFinalIsProvenOfflineByTheChartersPolicy) {
  ASSERT_NO_FATAL_FAILURE(federate());
  const auto done = publish(1, "방문 건강", {"--wait", "final", "--wait-seconds", "60", "--json"});
  ASSERT_EQ(done.code, 0) << done.err << run_dure({"status", "--data", data_[1]}).out;
  const auto answer = json::parse(done.out);
  EXPECT_EQ(answer["state"], "final");
  EXPECT_EQ(answer["published"][0]["state"], "final");
  EXPECT_EQ(answer["finality"]["n"], 3);
  EXPECT_EQ(answer["finality"]["k"], 2);
  EXPECT_EQ(finality(1)["behind"], 0);

  // The proof and the policy, nothing else.
  const auto id = answer["published"][0]["id"].get<std::string>();
  const auto proof = folder_.path("proof"), body = folder_.path("body");
  // The record is found by the catalogue, which is behind on a busy machine.
  ASSERT_TRUE(comes_true([&] {
    return run_dure({"proof", "--data", data_[1], id, "--output", proof, "--body", body}).code == 0;
  }));
  const auto policy = run_dure({"charter", "policy", "--data", data_[1]});
  EXPECT_THAT(policy.out, HasSubstr("group quorum 2 "));
  const auto file = folder_.file("policy", policy.out);
  const auto verified = run_dure({"verify", proof, body, "--policy", file});
  EXPECT_EQ(verified.code, 0) << verified.err << read_file(proof);
  const auto forged = folder_.file("forged", read_file(body) + " ");
  EXPECT_NE(run_dure({"verify", proof, forged, "--policy", file}).code, 0);
  // One cosignature fewer than the quorum is none.
  std::string poor = read_file(proof);
  const auto first_witness = poor.find("/witness ");
  poor = poor.substr(0, poor.find('\n', first_witness) + 1);
  EXPECT_NE(run_dure({"verify", folder_.file("poor", poor), body, "--policy", file}).code, 0);

  // What is served says who cosigned, and the mirror says that it holds it.
  EXPECT_THAT(get(1, "/log/checkpoint"), HasSubstr("/witness "));
  bool mirrored = false;
  for (const int other : {0, 2, 3}) {
    const auto note = get(other, "/mirror/" + origin_hash(origin(1)) + "/checkpoint");
    mirrored |= note.find("t" + std::to_string(other) + ".example/dure/mirror ") != note.npos;
  }
  EXPECT_TRUE(mirrored);
  const auto said = run_dure({"status", "--data", data_[1], "--lang", "ko"});
  EXPECT_THAT(said.out, HasSubstr("증인 3표, 필요 2표"));

  const auto withdrawn = run_dure({"withdraw", "--data", data_[1], id, "--reason", "끝", "--wait",
                                   "final", "--wait-seconds", "60", "--json"});
  EXPECT_EQ(withdrawn.code, 0) << withdrawn.err;
  EXPECT_EQ(json::parse(withdrawn.out)["state"], "final");
}

TEST_F(FinalityProcessTest, WithoutAQuorumItSaysWhoIsSilentAndBecomesFinalLater) {
  ASSERT_NO_FATAL_FAILURE(federate());
  ASSERT_EQ(publish(0, "하나", {"--wait", "final", "--wait-seconds", "60"}).code, 0);
  // One of three may be out of order.
  EXPECT_EQ(nodes_[1]->stop(SIGKILL), 128 + SIGKILL);
  const auto one_out = publish(0, "둘", {"--wait", "final", "--wait-seconds", "60"});
  EXPECT_EQ(one_out.code, 0) << one_out.err;
  // Two may not.
  EXPECT_EQ(nodes_[2]->stop(SIGKILL), 128 + SIGKILL);
  nodes_[1].reset();
  nodes_[2].reset();
  const auto two_out = publish(0, "셋", {"--wait", "final", "--wait-seconds", "1", "--json"});
  EXPECT_EQ(two_out.code, 6) << two_out.err;
  EXPECT_THAT(two_out.err, HasSubstr("t1.example/dure"));
  EXPECT_THAT(two_out.err, HasSubstr("t2.example/dure"));
  EXPECT_THAT(two_out.err, Not(HasSubstr("t3.example/dure")));
  const auto answer = json::parse(two_out.out);
  EXPECT_EQ(answer["state"], "local");
  EXPECT_EQ(answer["published"][0]["state"], "local");
  EXPECT_EQ(answer["finality"]["behind"], 1);
  EXPECT_EQ(publish(0, "넷").code, 0) << "publishing goes on";
  serve(1);
  EXPECT_TRUE(comes_true([&] { return finality(0)["behind"] == 0; }))
      << run_dure({"status", "--data", data_[0]}).out;
  // What was final stays so over a restart, before anybody was asked.
  const auto before = finality(0)["final_size"];
  EXPECT_EQ(nodes_[0]->stop(SIGKILL), 128 + SIGKILL);
  EXPECT_EQ(finality(0)["final_size"], before);
}

/// Stops a process without ending it: connections are taken, nothing is answered.
class Hanging {
 public:
  explicit Hanging(pid_t pid) : pid_(pid) { EXPECT_EQ(kill(pid_, SIGSTOP), 0); }
  ~Hanging() { kill(pid_, SIGCONT); }
  Hanging(const Hanging&) = delete;
  Hanging& operator=(const Hanging&) = delete;

 private:
  pid_t pid_;
};

TEST_F(FinalityProcessTest, AHungWitnessAmongFiveDoesNotHoldBackTheOthersQuorum) {
  ASSERT_NO_FATAL_FAILURE(federate(6));
  ASSERT_EQ(publish(0, "하나", {"--wait", "final", "--wait-seconds", "60"}).code, 0);
  const auto witness = [&](const std::string& member) {
    const json report = finality(0);
    for (const auto& one : report["witnesses"]) {
      if (one["member"] == member) return one;
    }
    return json::object();
  };
  ASSERT_TRUE(comes_true([&] { return witness("t3.example/dure").value("size", 0) > 0; }));
  const auto had = witness("t3.example/dure")["size"];
  const Hanging hanging(nodes_[3]->pid());
  for (int i = 0; i < 3; ++i) {
    const auto done =
        publish(0, "둘" + std::to_string(i), {"--wait", "final", "--wait-seconds", "60", "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(json::parse(done.out)["finality"]["n"], 5);
    EXPECT_EQ(witness("t3.example/dure")["size"], had) << "it has not answered";
  }
}

TEST_F(FinalityProcessTest, AnIdleLogIsCosignedAgainSoThatOthersSeeThatItIsTheNewest) {
  ASSERT_NO_FATAL_FAILURE(federate(2));
  EXPECT_EQ(nodes_[0]->stop(SIGTERM), 0);
  begin(0, {"--witness-refresh", "1"});
  ASSERT_EQ(publish(0, "하나", {"--wait", "final", "--wait-seconds", "60"}).code, 0);
  const auto before = finality(0)["witnesses"][0];
  ASSERT_TRUE(comes_true([&] {
    return finality(0)["witnesses"][0]["time"].get<std::uint64_t>() >=
           before["time"].get<std::uint64_t>() + 2;
  })) << "asked again, and again";
  EXPECT_EQ(finality(0)["witnesses"][0]["size"], before["size"]) << "nothing new was published";
  // Whoever reads the served head sees the later time too.
  const auto note = parse_note(get(0, "/log/checkpoint"));
  ASSERT_TRUE(note);
  const auto key = VerifierKey::parse(status(1)["witness_vkey"].get<std::string>());
  std::uint64_t newest = 0;
  for (const NoteSignature& line : note->signatures) {
    if (line.key_id == key->id()) newest = *verify_cosignature(note->text, line, *key);
  }
  EXPECT_GE(newest, before["time"].get<std::uint64_t>() + 2);
}

TEST_F(FinalityProcessTest, AloneNothingIsFinalAndNothingHangs) {
  init(0);
  EXPECT_EQ(nodes_[0]->stop(SIGTERM), 0);
  nodes_[0].reset();
  const auto stopped = publish(0, "하나", {"--wait", "final"});
  EXPECT_EQ(stopped.code, 6);
  EXPECT_THAT(stopped.err, HasSubstr("charter names no other member"));
  serve(0);
  const auto alone = publish(0, "둘", {"--wait", "final", "--wait-seconds", "600"});
  EXPECT_EQ(alone.code, 6);
  EXPECT_THAT(alone.err, HasSubstr("charter names no other member"));
  EXPECT_EQ(publish(0, "셋", {"--wait", "local"}).code, 0);
  EXPECT_EQ(publish(0, "넷", {"--wait", "soon"}).code, 2);
  EXPECT_EQ(publish(0, "넷", {"--wait", "final", "--wait-seconds", "-1"}).code, 2);
  EXPECT_EQ(status(0)["size"], 3) << "what was refused published nothing";
}

}  // namespace
}  // namespace dure::test
