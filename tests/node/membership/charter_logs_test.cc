// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_logs.h"

#include <gtest/gtest.h>

#include "federation-protocol/charter_fixture.h"

namespace dure::node {
namespace {

using dure::testing::signer;
using dure::testing::town;

VerifierKey key(const std::string& name, std::uint8_t seed) {
  return signer(name, KeyType::kEd25519, seed)->verifier();
}

class CharterLogsTest : public ::testing::Test {
 protected:
  CharterLogsTest() : charter_(dure::testing::founding_charter()) {
    auto& logs = charter_.members[0].logs;
    logs.push_back({2, key("t1.example/dure/2", 90)});
    logs.push_back({2, key("t1.example/dure/2", 91)});
    charter_.sealed.push_back({"t1.example/dure/1", 7, hash_leaf("x"), "key-lost", ""});
  }
  Charter charter_;
};

TEST_F(CharterLogsTest, KnowsWhoseALogIs) {
  EXPECT_EQ(owner_of(charter_, "t1.example/dure/1"), charter_.members.data());
  EXPECT_EQ(owner_of(charter_, "t1.example/dure/9"), charter_.members.data());
  EXPECT_EQ(owner_of(charter_, "t9.example/dure/1"), nullptr);
  EXPECT_EQ(owner_of(charter_, "t1.example"), nullptr);
  EXPECT_EQ(owner_of(charter_, ""), nullptr);
}

TEST_F(CharterLogsTest, TwoKeysOfOneGenerationCountTogether) {
  EXPECT_EQ(log_keys_of(charter_, "t1.example/dure/1").size(), 1U);
  EXPECT_EQ(log_keys_of(charter_, "t1.example/dure/2").size(), 2U);
  EXPECT_TRUE(log_keys_of(charter_, "t1.example/dure/3").empty());
  EXPECT_TRUE(log_keys_of(charter_, "t9.example/dure/1").empty());
}

TEST_F(CharterLogsTest, ASealedLogEndsAtItsHead) {
  ASSERT_TRUE(end_of(charter_, "t1.example/dure/1"));
  EXPECT_EQ(end_of(charter_, "t1.example/dure/1")->size, 7U);
  EXPECT_TRUE(end_of(charter_, "t1.example/dure/1")->is({"t1.example/dure/1", 7, hash_leaf("x")}));
  EXPECT_FALSE(end_of(charter_, "t1.example/dure/1")->is({"t1.example/dure/1", 7, hash_leaf("y")}));
  EXPECT_FALSE(end_of(charter_, "t1.example/dure/2"));
}

TEST_F(CharterLogsTest, OnlyTheNewestLogIsAtTheMembersAddress) {
  const auto logs = chartered_logs(charter_);
  ASSERT_EQ(logs.size(), 3U);
  EXPECT_EQ(logs[0].origin, "t1.example/dure/1");
  EXPECT_EQ(logs[0].url, "");
  EXPECT_EQ(logs[1].origin, "t1.example/dure/2");
  EXPECT_EQ(logs[1].url, "https://t1.example");
  EXPECT_EQ(logs[1].key.format(), key("t1.example/dure/2", 91).format()) << "the second replaces";
  EXPECT_EQ(logs[2].origin, "t2.example/dure/1");
}

}  // namespace
}  // namespace dure::node
