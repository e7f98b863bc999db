// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_notices.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "dure/commitment.h"
#include "dure/entry.h"
#include "federation-protocol/charter_fixture.h"

namespace dure::node {
namespace {

using dure::testing::town;

const std::string kOurs(64, 'a'), kTheirs(64, 'b'), kFingerprint(64, 'f');

std::string leaf_of(const std::string& type) {
  Leaf leaf;
  leaf.type = type;
  leaf.id = "aaaaaaaaaaaaaaaaaaaaaaaaae";
  leaf.time = "2026-11-28T00:00:00Z";
  return format_leaf(leaf);
}

TEST(CharterNoticeTest, ReadsWhatItWrites) {
  const auto body = format_charter_notice("gyeonggi", kFingerprint, 7, kOurs);
  const auto notice = charter_notice_in(3, leaf_of("charter-adopted"), body, kFingerprint);
  ASSERT_TRUE(notice);
  EXPECT_EQ(*notice, (CharterNotice{7, kOurs, 3}));
}

TEST(CharterNoticeTest, TakesNothingElseForOne) {
  const auto leaf = leaf_of("charter-adopted");
  const auto body = format_charter_notice("gyeonggi", kFingerprint, 7, kOurs);
  EXPECT_FALSE(charter_notice_in(3, leaf_of("service"), body, kFingerprint));
  EXPECT_FALSE(charter_notice_in(3, "charter-adopted", body, kFingerprint)) << "no leaf";
  EXPECT_FALSE(charter_notice_in(3, leaf, body, kTheirs)) << "another federation's";
  EXPECT_FALSE(charter_notice_in(3, leaf, "", kFingerprint)) << "erased";
  for (const std::string& odd :
       {format_charter_notice("gyeonggi", kFingerprint, 0, kOurs),
        format_charter_notice("gyeonggi", kFingerprint, 7, "abc"),
        format_charter_notice("gyeonggi", kFingerprint, 7, std::string(64, 'A')),
        std::string("{\"fingerprint\":\"") + kFingerprint + "\",\"sha256\":7,\"version\":\"7\"}",
        std::string("not JSON"), std::string("[]")})
    EXPECT_FALSE(charter_notice_in(3, leaf, odd, kFingerprint)) << odd;
}

TEST(CharterNoticeTest, SaysOfWhichFederationItSpeaks) {
  const auto leaf = leaf_of("charter-adopted");
  const auto body = format_charter_notice("gyeonggi", kFingerprint, 7, kOurs);
  EXPECT_EQ(federation_in(leaf, body), kFingerprint);
  EXPECT_FALSE(federation_in(leaf_of("service"), body));
  EXPECT_FALSE(federation_in(leaf, ""));
  EXPECT_FALSE(federation_in(leaf, format_charter_notice("gyeonggi", "abc", 7, kOurs)));
}

TEST(LogNoticesTest, AreKeptAsOneText) {
  LogNotices notices;
  notices.read = 12;
  note_in(notices, {3, kOurs, 4});
  note_in(notices, {2, kTheirs, 9});
  const auto again = parse_log_notices(format_log_notices(notices));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, notices);
  const std::string line = "2 " + kOurs + " 9\n";
  for (const std::string& bad :
       {std::string(), std::string("read 1"), std::string("read 01\n"), "read 1\n" + line + line,
        "read 1\n3 " + kOurs + " 1\n" + line, "read 1\n0 " + kOurs + " 1\n",
        std::string("read 1\n2 abc 1\n"), "read 1\n2 " + kOurs + "\n", "read 1\n2 " + kOurs + " 9"})
    EXPECT_FALSE(parse_log_notices(bad)) << bad;
}

TEST(LogNoticesTest, TheLatestWordCounts) {
  LogNotices notices;
  note_in(notices, {3, kOurs, 9});
  note_in(notices, {3, kTheirs, 4});
  EXPECT_EQ(notices.newest.at(3).hash, kOurs);
  note_in(notices, {3, kTheirs, 10});
  EXPECT_EQ(notices.newest.at(3).hash, kTheirs);
}

TEST(LogNoticesTest, WhatAgreesGoesButTheNewestStays) {
  LogNotices notices;
  for (std::uint64_t i = 1; i <= 3; ++i) note_in(notices, {i, kOurs, i});
  note_in(notices, {2, kTheirs, 7});
  thin_notices(notices, {kOurs, kOurs, kOurs});
  EXPECT_EQ(notices.newest.size(), 2U);
  EXPECT_EQ(notices.newest.at(2).hash, kTheirs) << "a contradiction is evidence";
  EXPECT_EQ(notices.newest.count(3), 1U);
  for (std::uint64_t i = 4; i < 1000; ++i) note_in(notices, {i, kTheirs, i});
  thin_notices(notices, {kOurs, kOurs, kOurs});
  EXPECT_EQ(notices.newest.size(), kMaxNoticesPerLog);
  EXPECT_EQ(notices.newest.count(2), 1U) << "nobody washes it away with versions to come";
}

struct Federation {
  Charter charter;
  std::vector<std::string> chain = {kOurs, kOurs};
  std::map<std::string, LogNotices> logs;
  std::map<std::uint64_t, std::string> decided;
  explicit Federation(int towns) {
    for (int i = 1; i <= towns; ++i) charter.members.push_back(town(i));
  }
  void say(int who, const CharterNotice& notice) {
    note_in(logs["t" + std::to_string(who) + ".example/dure/1"], notice);
  }
  std::vector<CharterDispute> disputes() const {
    return find_disputes({&charter, &chain, &logs, &decided});
  }
};

TEST(CharterDisputeTest, WhoAgreesWithUsIsNoDispute) {
  Federation all(3);
  for (int i = 1; i <= 3; ++i) all.say(i, {2, kOurs, 0});
  all.say(1, {9, kTheirs, 1});
  all.say(2, {9, kTheirs, 1});
  EXPECT_TRUE(all.disputes().empty()) << "a version that we do not know, and all agree on it";
}

TEST(CharterDisputeTest, AnotherTextThanOursIsOne) {
  Federation all(3);
  all.say(1, {2, kOurs, 0});
  all.say(3, {2, kTheirs, 0});
  const auto disputes = all.disputes();
  ASSERT_EQ(disputes.size(), 1U);
  EXPECT_EQ(disputes[0].version, 2U);
  ASSERT_EQ(disputes[0].texts.size(), 2U);
  EXPECT_TRUE(disputes[0].texts[0].ours);
  EXPECT_EQ(disputes[0].texts[1].members, std::vector<std::string>{"t3.example/dure"});
}

TEST(CharterDisputeTest, SoAreTwoTextsOfAVersionToCome) {
  Federation all(3);
  all.say(1, {5, kOurs, 0});
  all.say(3, {5, kTheirs, 0});
  ASSERT_EQ(all.disputes().size(), 1U);
  EXPECT_FALSE(all.disputes()[0].texts[0].ours);
}

TEST(CharterDisputeTest, ObserversStrangersAndOlderLogsHaveNoVoice) {
  Federation all(3);
  all.say(3, {2, kTheirs, 0});
  all.charter.members[2].status = MemberStatus::kObserver;
  EXPECT_TRUE(all.disputes().empty());
  all.charter.members[2].status = MemberStatus::kMember;
  EXPECT_EQ(all.disputes().size(), 1U);
  all.charter.members[2].logs.push_back(
      {2, dure::testing::signer("t3.example/dure/2", KeyType::kEd25519, 90)->verifier()});
  EXPECT_TRUE(all.disputes().empty()) << "that log was given up";
  all.charter.members.pop_back();
  EXPECT_TRUE(all.disputes().empty());
}

TEST(CharterDisputeTest, APeoplesDecisionEndsIt) {
  Federation all(3);
  all.say(3, {2, kTheirs, 0});
  all.decided[2] = kOurs;
  EXPECT_TRUE(all.disputes().empty());
  all.decided[2] = kTheirs;
  EXPECT_EQ(all.disputes().size(), 1U) << "decided otherwise, and not followed yet";
}

// Whatever order logs are read in, and however often: the same disputes.
TEST(CharterDisputeTest, OrderAndRepetitionChangeNothing) {
  struct Said {
    int who;
    CharterNotice notice;
  };
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::vector<Said> said;
    for (std::uint64_t index = 0; index < 12; ++index) {
      const auto hash = std::string(64, static_cast<char>('a' + random() % 3));
      said.push_back({static_cast<int>(1 + random() % 4), {1 + random() % 4, hash, index}});
    }
    const auto outcome = [&](bool thinned) {
      Federation all(4);
      for (const Said& one : said) all.say(one.who, one.notice);
      if (thinned) {
        for (auto& [origin, notices] : all.logs) thin_notices(notices, all.chain);
      }
      std::string text;
      for (const auto& dispute : all.disputes()) {
        text += std::to_string(dispute.version);
        for (const auto& one : dispute.texts) {
          text += " " + one.hash.substr(0, 1) + (one.ours ? "!" : "");
          // Who agrees with us may be forgotten.
          if (one.ours) continue;
          for (const auto& member : one.members) text += member.substr(0, 2);
        }
      }
      return text;
    };
    const auto first = outcome(false);
    EXPECT_EQ(outcome(true), first) << seed;
    std::shuffle(said.begin(), said.end(), random);
    const auto copy = said;
    said.insert(said.end(), copy.begin(), copy.end());
    EXPECT_EQ(outcome(false), first) << seed;
  }
}

}  // namespace
}  // namespace dure::node
