// SPDX-License-Identifier: Apache-2.0
#include "dure/commitment.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;
using testing::salt_of;

Hash by_definition(std::string_view content, const Salt& salt) {
  std::vector<Hash> chunks;
  for (std::size_t at = 0; at < content.size(); at += kChunkBytes) {
    chunks.push_back(sha256({std::string_view("\0", 1), content.substr(at, kChunkBytes)}));
  }
  const Hash root = tree_root(chunks);
  Bytes length;
  append_u64be(length, content.size());
  return sha256({"dure-commitment/1\n", as_view(salt), length, as_view(root)});
}

TEST(CommitmentTest, FollowsItsDefinitionAroundChunkBorders) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunkBytes - 1, kChunkBytes,
                                 kChunkBytes + 1, 3 * kChunkBytes + 5}) {
    std::string content(size, 'x');
    if (!content.empty()) content.back() = 'y';
    EXPECT_EQ(commit(content, salt_of(3)), by_definition(content, salt_of(3))) << size;
  }
}

TEST(CommitmentTest, AnotherSaltIsAnotherCommitment) {
  EXPECT_NE(commit("x", salt_of(1)), commit("x", salt_of(2)));
}

TEST(CommitmentTest, FailsForEveryFlippedBit) {
  std::string content = "{\"title\":\"x\"}";
  Salt salt = salt_of(5);
  Hash commitment = commit(content, salt);
  ASSERT_EQ(outcome(check_commitment(content, salt, commitment)), "ok");
  const auto flip_all = [&](auto& bytes) {
    for (auto& byte : bytes) {
      for (int bit = 0; bit < 8; ++bit) {
        byte = static_cast<std::decay_t<decltype(byte)>>(byte ^ (1 << bit));
        EXPECT_EQ(outcome(check_commitment(content, salt, commitment)), "bad-commitment");
        byte = static_cast<std::decay_t<decltype(byte)>>(byte ^ (1 << bit));
      }
    }
  };
  flip_all(content);
  flip_all(salt);
  flip_all(commitment);
}

TEST(SizeBucketTest, IsTheNextPowerOfTwoFrom1024) {
  EXPECT_EQ(size_bucket(0), 1024U);
  EXPECT_EQ(size_bucket(1024), 1024U);
  EXPECT_EQ(size_bucket(1025), 2048U);
  EXPECT_EQ(size_bucket(65536), 65536U);
}

TEST(BodyBundleTest, ComesBackWithItsGaps) {
  Bytes bundle;
  append_to_body_bundle(bundle, salt_of(1), "first");
  append_absent_to_body_bundle(bundle);
  append_to_body_bundle(bundle, salt_of(2), "");
  append_to_body_bundle(bundle, salt_of(3), std::string(kMaxBodyBytes, 'x'));
  const auto bodies = split_body_bundle(bundle, 256);
  ASSERT_TRUE(bodies);
  ASSERT_EQ(bodies->size(), 4U);
  EXPECT_EQ((*bodies)[0]->body, "first");
  EXPECT_EQ((*bodies)[0]->salt, std::string(32, '\1'));
  EXPECT_FALSE((*bodies)[1]);
  EXPECT_EQ((*bodies)[2]->body, "");
  EXPECT_EQ((*bodies)[3]->body.size(), kMaxBodyBytes);
}

TEST(BodyBundleTest, MayEndAfterAnyWholeEntryAndNowhereElse) {
  Bytes bundle;
  append_to_body_bundle(bundle, salt_of(1), "abc");  // 39 bytes
  append_absent_to_body_bundle(bundle);              // 4 bytes
  for (std::size_t n = 0; n <= bundle.size(); ++n) {
    const bool whole = n == 0 || n == 39 || n == 43;
    EXPECT_EQ(outcome(split_body_bundle(std::string_view(bundle).substr(0, n), 2)),
              whole ? "ok" : "malformed")
        << n;
  }
}

TEST(BodyBundleTest, BoundsCountAndSize) {
  Bytes bundle;
  append_absent_to_body_bundle(bundle);
  append_absent_to_body_bundle(bundle);
  EXPECT_EQ(outcome(split_body_bundle(bundle, 1)), "malformed");
  Bytes large;
  append_u32be(large, kMaxBodyBytes + 1);
  EXPECT_EQ(outcome(split_body_bundle(large, 1)), "too-large");
  Bytes huge;
  append_u32be(huge, 0xFFFFFFFE);
  EXPECT_EQ(outcome(split_body_bundle(huge, 1)), "too-large");
}

}  // namespace
}  // namespace dure
