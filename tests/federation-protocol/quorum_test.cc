// SPDX-License-Identifier: Apache-2.0
#include "dure/quorum.h"

#include <gtest/gtest.h>

#include <set>

#include "charter_fixture.h"

namespace dure {
namespace {

using testing::outcome;
using testing::town;

constexpr std::string_view kLog = "t1.example/dure/1";

Charter charter_of(int towns, const std::vector<std::string>& operators = {}) {
  Charter charter = testing::founding_charter();
  charter.members.clear();
  for (int i = 1; i <= towns; ++i) {
    const auto at = static_cast<std::size_t>(i - 1);
    charter.members.push_back(town(i, at < operators.size() ? operators[at] : ""));
  }
  return charter;
}

std::set<std::string> members_of(const std::vector<WitnessSeat>& seats) {
  std::set<std::string> members;
  for (const auto& seat : seats) members.insert(seat.member);
  return members;
}

TEST(WitnessSeatsTest, AssignsAllWhenFewAndNeverTheLogItself) {
  const auto seats = assign_witnesses(charter_of(7), kLog);
  EXPECT_EQ(seats.size(), 6U);
  EXPECT_EQ(members_of(seats).count("t1.example/dure"), 0U);
  EXPECT_TRUE(assign_witnesses(charter_of(1), kLog).empty());
}

// A member whose id begins like another's is somebody else.
TEST(WitnessSeatsTest, TellsMembersApartByTheirWholeId) {
  Charter charter = charter_of(2);
  charter.members[1].id = "t1.example/dure/north";
  EXPECT_EQ(assign_witnesses(charter, kLog).size(), 1U);
  EXPECT_EQ(assign_witnesses(charter, "t1.example/dure/north/1")[0].member, "t1.example/dure");
}

TEST(WitnessSeatsTest, AssignsNineOfMany) {
  const Charter charter = charter_of(20);
  const auto seats = assign_witnesses(charter, kLog);
  EXPECT_EQ(members_of(seats).size(), 9U);
  EXPECT_NE(members_of(seats), members_of(assign_witnesses(charter, "t2.example/dure/1")));
}

// Who leaves or joins moves no other seat.
TEST(WitnessSeatsTest, AChangeOfOneMemberMovesOneSeat) {
  const Charter charter = charter_of(20);
  const auto before = members_of(assign_witnesses(charter, kLog));
  for (std::size_t leaves = 1; leaves < 20; ++leaves) {
    Charter smaller = charter;
    const std::string left = smaller.members[leaves].id;
    smaller.members.erase(smaller.members.begin() + static_cast<std::ptrdiff_t>(leaves));
    auto kept = before;
    kept.erase(left);
    const auto after = members_of(assign_witnesses(smaller, kLog));
    for (const auto& member : kept) EXPECT_EQ(after.count(member), 1U) << left << " " << member;
  }
}

TEST(WitnessSeatsTest, OneOfEachOperatorComesFirst) {
  std::vector<std::string> operators(20, "cloud");
  for (std::size_t i = 12; i < 20; ++i) operators[i] = "own" + std::to_string(i);
  const auto seats = assign_witnesses(charter_of(20, operators), kLog);
  ASSERT_EQ(seats.size(), 9U);
  std::set<std::string> groups;
  for (const auto& seat : seats) groups.insert(seat.operator_group);
  EXPECT_EQ(groups.size(), 9U);
  EXPECT_EQ(quorum_of(seats).voices, 9U);
  EXPECT_EQ(quorum_of(seats).needed, 6U);
}

TEST(WitnessSeatsTest, CountsOperatorsNotMachines) {
  const auto seats =
      assign_witnesses(charter_of(7, {"x", "cloud", "cloud", "cloud", "cloud"}), kLog);
  EXPECT_EQ(seats.size(), 6U);
  EXPECT_EQ(quorum_of(seats).voices, 3U);
  EXPECT_EQ(quorum_of(seats).needed, 2U);
}

// With traitors above the tolerated number two disjoint halves can both be final, below it never.
TEST(WitnessSeatsTest, ToleratesWhatItSays) {
  for (std::size_t voices = 1; voices <= 32; ++voices) {
    std::vector<WitnessSeat> seats;
    const auto key = town(1).witness;
    for (std::size_t i = 0; i < voices; ++i)
      seats.push_back({"m", *key, "", "g" + std::to_string(i)});
    const Quorum quorum = quorum_of(seats);
    ASSERT_GE(quorum.needed, 1U);
    ASSERT_LE(quorum.needed, voices);
    const std::size_t overlap = 2 * quorum.needed - voices;  // who must sign both
    EXPECT_EQ(quorum.tolerated_traitors(), overlap - 1) << voices;
    EXPECT_EQ(quorum.needed + quorum.tolerated_outages(), voices);
    EXPECT_GE(3 * quorum.needed, 2 * voices);
  }
  EXPECT_EQ(quorum_of({}).needed, 0U);
  EXPECT_EQ(quorum_of({}).tolerated_traitors(), 0U);
}

TEST(WitnessSeatsTest, ThePolicyAcceptsExactlyTheQuorum) {
  const Charter charter = charter_of(7, {"x", "cloud", "cloud", "cloud", "cloud"});
  const auto policy = policy_for(charter, kLog);
  ASSERT_TRUE(policy);
  const auto again = parse_policy(format_policy(*policy));
  ASSERT_TRUE(again) << again.error().detail;
  const auto met = [&](std::initializer_list<int> towns) {
    std::vector<std::string> names;
    for (const int i : towns) names.push_back("t" + std::to_string(i) + ".example/dure/witness");
    return meets_quorum(*again, names);
  };
  EXPECT_TRUE(met({2, 6}));
  EXPECT_TRUE(met({6, 7}));
  EXPECT_FALSE(met({2, 3, 4, 5})) << "one operator";
  EXPECT_FALSE(met({7}));
}

TEST(WitnessSeatsTest, PolicyOfALoneNodeAsksForNobody) {
  const auto policy = policy_for(charter_of(1), kLog);
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->quorum, "none");
  EXPECT_EQ(outcome(policy_for(charter_of(1), "t9.example/dure/1")), "not-found");
}

}  // namespace
}  // namespace dure
