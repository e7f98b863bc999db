// SPDX-License-Identifier: Apache-2.0
#include "dure/entry.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;
using testing::salt_of;
using testing::sample_leaf;

std::string sample() { return format_leaf(sample_leaf("{}", salt_of(1))); }

/// The sample with one piece replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string leaf = sample();
  const std::size_t at = leaf.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return leaf.replace(at, from.size(), to);
}

TEST(LeafTest, ComesBackFromItsBytes) {
  const auto leaf = parse_leaf(sample());
  ASSERT_TRUE(leaf);
  EXPECT_EQ(leaf->type, "service");
  EXPECT_EQ(leaf->rev, 1U);
  EXPECT_EQ(leaf->entry_class, EntryClass::kPublic);
  EXPECT_EQ(leaf->commitment, commit("{}", salt_of(1)));
  EXPECT_EQ(format_leaf(*leaf), sample());
}

TEST(LeafTest, IsTheRfc8785Form) {
  EXPECT_EQ(canonical_json(*parse_flat_json(sample())), sample());
}

TEST(LeafTest, EraseHasATargetAndNothingElseHas) {
  Leaf erase = sample_leaf("{}", salt_of(1));
  erase.type = "erase";
  erase.target = 12;
  const std::string bytes = format_leaf(erase);
  ASSERT_EQ(outcome(parse_leaf(bytes)), "ok");
  EXPECT_EQ(format_leaf(*parse_leaf(bytes)), bytes);
  EXPECT_EQ(canonical_json(*parse_flat_json(bytes)), bytes);
  EXPECT_EQ(outcome(parse_leaf(with("\"time\"", "\"target\":12,\"time\""))), "malformed");
  EXPECT_EQ(outcome(parse_leaf(with("\"service\"", "\"erase\""))), "malformed");
}

TEST(LeafTest, AcceptsTypesItDoesNotKnow) {
  EXPECT_EQ(outcome(parse_leaf(with("service", "procurement-spec"))), "ok");
}

TEST(LeafTest, AcceptsMembersOnly) {
  EXPECT_EQ(parse_leaf(with("public", "members"))->entry_class, EntryClass::kMembers);
  EXPECT_EQ(outcome(parse_leaf(with("public", "secret"))), "malformed");
}

TEST(LeafTest, RejectsEveryOtherSpellingOfTheSameObject) {
  for (const std::string& leaf : std::vector<std::string>{
           " " + sample(), sample() + "\n", with("\"rev\":1", "\"rev\": 1"),
           with("\"rev\":1", "\"rev\":1.0"), with("\"rev\":1", "\"rev\":01"),
           with("service", "servic\\u0065"), with(",\"v\":1}", "}").insert(1, "\"v\":1,")}) {
    EXPECT_EQ(outcome(parse_leaf(leaf)), "malformed") << leaf;
  }
}

TEST(LeafTest, RejectsMissingUnknownAndDoubledMembers) {
  EXPECT_EQ(outcome(parse_leaf(with("\"rev\":1,", ""))), "malformed");
  EXPECT_EQ(outcome(parse_leaf(with("\"v\":1", "\"v\":1,\"z\":1"))), "malformed");
  EXPECT_EQ(outcome(parse_leaf(with("\"rev\":1", "\"rev\":1,\"rev\":1"))), "malformed");
  EXPECT_EQ(outcome(parse_leaf("{}")), "malformed");
  EXPECT_EQ(outcome(parse_leaf("")), "malformed");
}

TEST(LeafTest, RejectsBadValues) {
  for (const std::string& leaf : std::vector<std::string>{
           with("\"rev\":1", "\"rev\":0"), with("\"rev\":1", "\"rev\":-1"),
           with("\"rev\":1", "\"rev\":9007199254740992"), with("\"size\":1024", "\"size\":1023"),
           with("\"size\":1024", "\"size\":512"), with("\"size\":1024", "\"size\":1536"),
           with("\"size\":1024", "\"size\":\"1024\""), with("service", ""),
           with("service", "Service"), with("service", "-service"),
           with("service", std::string(33, 'a')), with("aaae\"", "aaab\""), with("aaae\"", "aaa\""),
           with("aaaaaaaa", "aaaaaaa1"), with("2026-11-22", "2026-11-31"),
           with("\"commit\":\"", "\"commit\":\"A"), with("\"v\":1", "\"v\":0"),
           with("\"v\":1", "\"v\":\"1\"")}) {
    EXPECT_EQ(outcome(parse_leaf(leaf)), "malformed") << leaf;
  }
}

TEST(LeafTest, RejectsACommitmentWithSpareBits) {
  std::string leaf = sample();
  const std::size_t last = leaf.find("\",\"id\"") - 2;
  ASSERT_EQ(leaf[last + 1], '=');
  leaf[last] = static_cast<char>(leaf[last] + 1);
  EXPECT_EQ(outcome(parse_leaf(leaf)), "malformed");
}

TEST(LeafTest, SaysUnsupportedForALaterVersion) {
  EXPECT_EQ(outcome(parse_leaf(with("\"v\":1", "\"v\":2"))), "unsupported");
  EXPECT_EQ(outcome(parse_leaf("{\"anything\":true,\"v\":3}")), "unsupported");
  EXPECT_EQ(outcome(parse_leaf("{\"v\": 3}")), "malformed");
}

TEST(LeafTest, BoundsItsSize) {
  EXPECT_EQ(outcome(parse_leaf(std::string(1025, ' '))), "too-large");
}

TEST(LeafTest, WhateverAByteChangesToParsesToThoseBytesOrNotAtAll) {
  std::string leaf = sample();
  for (char& c : leaf) {
    const char kept = c;
    for (int value = 0; value < 256; ++value) {
      c = static_cast<char>(value);
      const auto parsed = parse_leaf(leaf);
      EXPECT_TRUE(!parsed || format_leaf(*parsed) == leaf) << printable(leaf, 400);
    }
    c = kept;
  }
}

TEST(LeafDeathTest, FormattingABadLeafIsABug) {
  Leaf leaf = sample_leaf("{}", salt_of(1));
  leaf.type = "Bad Type";
  EXPECT_DEATH((void)format_leaf(leaf), "");
}

TEST(LeafTimeTest, IsAUtcSecondOfTheCalendar) {
  for (const char* time : {"2026-11-22T09:00:00Z", "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z"})
    EXPECT_TRUE(is_leaf_time(time));
  for (const char* time :
       {"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.0Z",
        "2026-01-01T00:00:00+00:00", "2026-1-1T00:00:00Z", "+026-01-01T00:00:00Z", ""}) {
    EXPECT_FALSE(is_leaf_time(time)) << time;
  }
}

TEST(EntryIdTest, Is128BitsInBase32) {
  EXPECT_TRUE(is_entry_id(base32_encode(std::string(16, '\xFF'))));
  EXPECT_TRUE(is_entry_id(std::string(26, 'a')));
  for (const std::string& id : std::vector<std::string>{
           std::string(25, 'a'), std::string(27, 'a'), std::string(25, 'a') + "b",
           std::string(25, 'A') + "a", std::string(25, '1') + "a"}) {
    EXPECT_FALSE(is_entry_id(id)) << id;
  }
}

}  // namespace
}  // namespace dure
