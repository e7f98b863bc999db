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

TEST_F(CharterLogsTest, ALogGoesOnWithTheRecordsOfSealedOnes) {
  const std::string first = "t1.example/dure/1", second = "t1.example/dure/2";
  EXPECT_EQ(line_of(charter_, first, ""), first);
  EXPECT_EQ(line_of(charter_, second, ""), first);
  ASSERT_EQ(continued_by(charter_, second).size(), 1U);
  EXPECT_EQ(continued_by(charter_, second)[0]->size, 7U);
  EXPECT_TRUE(continued_by(charter_, first).empty());

  charter_.sealed[0].successor = second;
  EXPECT_EQ(line_of(charter_, second, ""), first);
  charter_.sealed[0].successor = "t2.example/dure/1";
  EXPECT_EQ(line_of(charter_, second, ""), second) << "it goes on elsewhere";
  EXPECT_EQ(line_of(charter_, "t2.example/dure/1", ""), "t2.example/dure/1");
  charter_.sealed.clear();
  EXPECT_EQ(line_of(charter_, second, ""), second) << "not sealed: two logs";
}

TEST_F(CharterLogsTest, AGapInTheGenerationsBeginsANewLine) {
  const std::string third = "t1.example/dure/3", fourth = "t1.example/dure/4";
  charter_.sealed.push_back({third, 9, hash_leaf("z"), "key-lost", ""});
  EXPECT_EQ(line_of(charter_, third, ""), third) << "the second is not sealed";
  EXPECT_EQ(line_of(charter_, fourth, fourth), third);
  charter_.sealed.push_back({"t1.example/dure/2", 8, hash_leaf("y"), "key-lost", ""});
  EXPECT_EQ(line_of(charter_, fourth, fourth), "t1.example/dure/1");
  const auto before = continued_by(charter_, fourth);
  ASSERT_EQ(before.size(), 3U);
  EXPECT_EQ(before[0]->origin, "t1.example/dure/1");
  EXPECT_EQ(before[2]->origin, third);
}

TEST_F(CharterLogsTest, WhoeverBorrowsAMembersNameContinuesNothing) {
  charter_.sealed.push_back({"t1.example/dure/2", 8, hash_leaf("y"), "key-lost", ""});
  const std::string third = "t1.example/dure/3";
  EXPECT_EQ(line_of(charter_, third, ""), third) << "the charter does not name it";
  EXPECT_EQ(line_of(charter_, third, third), "t1.example/dure/1") << "but this node knows its own";
  charter_.members.erase(charter_.members.begin());
  EXPECT_EQ(line_of(charter_, third, ""), "t1.example/dure/1") << "a mirror of who left";
  for (const char* odd : {"", "/", "x", "t1.example/dure/", "t1.example/dure/0", "a/b/c"})
    EXPECT_EQ(line_of(charter_, odd, ""), odd);
}

TEST_F(CharterLogsTest, ALogErasesWhatTheSealedOnesBeforeItHold) {
  const std::string first = "t1.example/dure/1", second = "t1.example/dure/2";
  EXPECT_TRUE(may_erase_sealed(charter_, "", second, 40, first, 6));
  EXPECT_FALSE(may_erase_sealed(charter_, "", second, 40, first, 7)) << "behind its end";
  EXPECT_FALSE(may_erase_sealed(charter_, "", first, 40, second, 6)) << "a later one";
  EXPECT_FALSE(may_erase_sealed(charter_, "", "t2.example/dure/2", 40, first, 6)) << "another's";
  const std::string third = "t1.example/dure/3";
  EXPECT_FALSE(may_erase_sealed(charter_, "", third, 1, first, 6)) << "the second is not sealed";
  charter_.sealed.push_back({second, 8, hash_leaf("y"), "key-lost", ""});
  EXPECT_FALSE(may_erase_sealed(charter_, "", third, 1, first, 6))
      << "the charter does not name it";
  EXPECT_TRUE(may_erase_sealed(charter_, third, third, 1, first, 6)) << "the own one counts";
  EXPECT_TRUE(may_erase_sealed(charter_, "", second, 7, first, 6));
  EXPECT_FALSE(may_erase_sealed(charter_, "", second, 8, first, 6)) << "said behind its own end";
  charter_.sealed[0].successor = "t2.example/dure/1";
  EXPECT_FALSE(may_erase_sealed(charter_, "", second, 7, first, 6)) << "it goes on elsewhere";
}

}  // namespace
}  // namespace dure::node
