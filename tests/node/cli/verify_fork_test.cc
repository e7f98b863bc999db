// SPDX-License-Identifier: Apache-2.0
// `dure verify-fork` as a journalist runs it: a file, a key, an answer in words and an exit code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/program.h"
#include "dure/fork_proof.h"
#include "support/fake_log.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using testing::HasSubstr;

constexpr const char* kOrigin = "suwon.go.kr/dure/1";

struct Answer {
  ExitCode code = ExitCode::kOk;
  std::string out, err;
};

class VerifyForkTest : public testing::Test {
 protected:
  VerifyForkTest() {
    FakeLog one(kOrigin), other(kOrigin);
    one.grow_to(11);
    other.grow_to(5);
    other.append("another history");
    other.grow_to(20);
    const auto keys = one.keys();
    proof_ = format_fork_proof(*prove_fork(kOrigin, side_of(one), side_of(other), keys));
    vkey_ = keys[0].format();
  }
  static ForkSide side_of(const FakeLog& log) {
    return {log.note(log.size()), [&log](unsigned level, std::uint64_t index) -> Result<Hash> {
              std::vector<Hash> leaves;
              for (const auto& leaf : log.leaves()) leaves.push_back(hash_leaf(leaf));
              return tree_root(std::span<const Hash>(leaves).subspan(
                  static_cast<std::size_t>(index << level), std::size_t{1} << level));
            }};
  }
  std::string file(const std::string& name, const std::string& contents) {
    std::ofstream(folder_.file(name), std::ios::binary) << contents;
    return folder_.file(name);
  }
  static Answer run(std::vector<std::string> words) {
    words.insert(words.begin(), "verify-fork");
    std::istringstream in;
    std::ostringstream out, err;
    Session session{in, out, err, {{"LANG", "en_US.UTF-8"}}};
    const auto code = run_program(words, session);
    return {code, out.str(), err.str()};
  }

  TempFolder folder_;
  std::string proof_, vkey_;
};

TEST_F(VerifyForkTest, SaysWhatIsProvenInBothLanguages) {
  const auto proof = file("x.fork", proof_);
  const auto english = run({proof, "--vkey", vkey_});
  EXPECT_EQ(english.code, ExitCode::kOk) << english.err;
  EXPECT_THAT(english.out, HasSubstr("entry 5"));
  EXPECT_THAT(english.out, HasSubstr("size 11 and one of size 20"));
  const auto korean = run({proof, "--vkey", vkey_, "--lang", "ko"});
  EXPECT_THAT(korean.out, HasSubstr("5번 항목"));
}

TEST_F(VerifyForkTest, TakesTheKeyFromAPolicyToo) {
  const auto policy = file("policy", "log " + vkey_ + "\nquorum none\n");
  const auto told = run({file("x.fork", proof_), "--policy", policy, "--json"});
  EXPECT_EQ(told.code, ExitCode::kOk) << told.err;
  const auto json = nlohmann::json::parse(told.out);
  EXPECT_EQ(json["origin"], kOrigin);
  EXPECT_EQ(json["agreed"], 5);
  EXPECT_EQ(json["parted"], 6);
  EXPECT_EQ(json["heads"][1]["size"], 20);
}

TEST_F(VerifyForkTest, WithoutAKeyItIsWrongUsage) {
  const auto proof = file("x.fork", proof_);
  EXPECT_EQ(run({proof}).code, ExitCode::kUsage);
  EXPECT_EQ(run({proof, "--vkey", vkey_, "--policy", proof}).code, ExitCode::kUsage);
}

TEST_F(VerifyForkTest, WhatDoesNotHoldIsANo) {
  std::string forged = proof_;
  forged[forged.rfind("\n11\n") + 1] = '2';
  EXPECT_EQ(run({file("forged", forged), "--vkey", vkey_}).code, ExitCode::kNo);
  std::string other_hash = proof_;
  other_hash[40] = other_hash[40] == 'A' ? 'B' : 'A';
  const auto refused = run({file("hash", other_hash), "--vkey", vkey_});
  EXPECT_EQ(refused.code, ExitCode::kNo);
  EXPECT_THAT(refused.err, HasSubstr("Not proven"));
  EXPECT_EQ(run({file("rubbish", "x\n"), "--vkey", vkey_}).code, ExitCode::kNo);
  const auto stranger = FakeLog("other.go.kr/dure/1", 9).keys()[0].format();
  const auto unknown = run({file("x.fork", proof_), "--vkey", stranger});
  EXPECT_EQ(unknown.code, ExitCode::kNo);
  EXPECT_THAT(unknown.err, HasSubstr("no key of this log"));
}

TEST_F(VerifyForkTest, AMissingFileIsTheEnvironment) {
  EXPECT_EQ(run({folder_.file("none"), "--vkey", vkey_}).code, ExitCode::kEnvironment);
}

}  // namespace
}  // namespace dure::node
