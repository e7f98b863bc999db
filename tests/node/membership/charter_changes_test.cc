// SPDX-License-Identifier: Apache-2.0
// Sealing a log, and going on after it.
#include "membership/charter_changes.h"

#include <gtest/gtest.h>

#include "federation-protocol/charter_fixture.h"
#include "membership/charter_drafts.h"

namespace dure::node {
namespace {

using dure::testing::sign;
using dure::testing::signer;
using dure::testing::town;

class ChangesTest : public ::testing::Test {
 protected:
  ChangesTest() : current_(sign(dure::testing::founding_charter(), {1, 2})) {}
  static SealedLog seal(const std::string& reason = "forked", const std::string& successor = "") {
    return {"t1.example/dure/1", 7, hash_leaf("end"), reason, successor};
  }
  void seal_first(const std::string& successor = "") {
    current_ = sign(*version_sealing(current_, seal("key-lost", successor)), {1, 2});
  }
  std::string fingerprint() const { return std::string(64, '0'); }
  /// What t1 sends with the log of that generation.
  static JoinRequest request(std::uint64_t generation = 2) {
    JoinRequest made;
    made.member = town(1);
    const auto key = [&](const std::string& purpose, KeyType type, std::uint8_t seed) {
      return signer(made.member.id + "/" + purpose, type, seed)->verifier();
    };
    made.member.logs = {{generation, key(std::to_string(generation), KeyType::kEd25519, 90)}};
    made.member.witness = key("witness", KeyType::kCosignatureV1, 91);
    made.member.mirror = key("mirror", KeyType::kCosignatureV1, 92);
    made.member.request = key("request", KeyType::kEd25519, 93);
    return made;
  }
  SignedCharter current_;
};

TEST_F(ChangesTest, SealsALogOfAMemberOnce) {
  const auto once = version_sealing(current_, seal());
  ASSERT_TRUE(once);
  ASSERT_EQ(once->sealed.size(), 1U);
  EXPECT_TRUE(verify_succession(current_, sign(*once, {1, 2})));
  const auto again = version_sealing(sign(*once, {1, 2}), seal("key-stolen"));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->sealed.size(), 1U) << "a seal is corrected, not added";
  EXPECT_EQ(again->sealed[0].reason, "key-stolen");
}

TEST_F(ChangesTest, RefusesSealsThatAreNone) {
  SealedLog other = seal();
  other.origin = "t9.example/dure/1";
  EXPECT_EQ(version_sealing(current_, other).error().code, ErrorCode::kNotFound);
  other.origin = "t1.example/dure/2";
  EXPECT_EQ(version_sealing(current_, other).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(version_sealing(current_, seal("boredom")).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(version_sealing(current_, seal("forked", "no origin")).error().code,
            ErrorCode::kInvalid);
}

TEST_F(ChangesTest, AMemberGoesOnAfterItsLogWasSealed) {
  EXPECT_EQ(version_continuing(current_, request(), fingerprint()).error().code,
            ErrorCode::kRefused)
      << "it is not sealed";
  seal_first();
  const auto next = version_continuing(current_, request(), fingerprint());
  ASSERT_TRUE(next) << next.error().detail;
  ASSERT_EQ(next->members[0].logs.size(), 2U) << "the old log's key stays: it is read under it";
  EXPECT_EQ(next->members[0].logs[1].key.format(), request().member.logs[0].key.format());
  EXPECT_EQ(next->members[0].request->format(), request().member.request->format());
  EXPECT_TRUE(only_continues(current_, *next));
  EXPECT_FALSE(only_takes_in(current_, *next));
}

TEST_F(ChangesTest, NobodyGoesOnAsAnybodyElse) {
  seal_first("t1.example/dure/2");
  EXPECT_TRUE(version_continuing(current_, request(), fingerprint()));
  EXPECT_FALSE(version_continuing(current_, request(3), fingerprint())) << "not the next one";
  EXPECT_FALSE(version_continuing(current_, request(1), fingerprint()));
  EXPECT_FALSE(version_continuing(current_, request(), std::string(64, '1')));
  auto other = request();
  other.member = town(2);
  EXPECT_FALSE(version_continuing(current_, other, fingerprint())) << "its log goes on";
  other.member = town(7);
  EXPECT_FALSE(version_continuing(current_, other, fingerprint())) << "a stranger joins";
  seal_first("t2.example/dure/1");
  EXPECT_FALSE(version_continuing(current_, request(), fingerprint())) << "merged into another";
}

// An unsigned draft that somebody asked for may change nothing else.
TEST_F(ChangesTest, WhatGoesOnChangesNothingElse) {
  seal_first();
  const Charter next = *version_continuing(current_, request(), fingerprint());
  const auto refused = [&](const auto& change) {
    Charter more = next;
    change(more);
    return !only_continues(current_, more);
  };
  EXPECT_TRUE(refused([](Charter& c) { c.members[0].url = "https://elsewhere.example"; }));
  EXPECT_TRUE(refused([](Charter& c) { c.members[0].logs[0].key = c.members[0].logs[1].key; }));
  EXPECT_TRUE(refused([](Charter& c) { c.members[1].request.reset(); }));
  EXPECT_TRUE(refused([](Charter& c) { c.members.pop_back(); }));
  EXPECT_TRUE(refused([](Charter& c) { c.members.push_back(town(5)); }));
  EXPECT_TRUE(refused([](Charter& c) { c.sealed.clear(); }));
  EXPECT_TRUE(refused([](Charter& c) { c.witnesses = 3; }));
  EXPECT_TRUE(refused([](Charter& c) { c.members[0].logs.pop_back(); })) << "nobody goes on";
  EXPECT_FALSE(refused([](Charter&) {}));
}

}  // namespace
}  // namespace dure::node
