// SPDX-License-Identifier: Apache-2.0
#include "dure/merkle.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::nodes_of;
using testing::numbered_leaf_hashes;
using testing::outcome;

TEST(MerkleTest, HashesAreDomainSeparated) {
  EXPECT_EQ(hash_leaf(""), sha256({std::string_view("\0", 1)}));
  const Hash a = hash_leaf("a");
  const Hash b = hash_leaf("b");
  EXPECT_EQ(hash_node(a, b), sha256({"\x01", as_view(a), as_view(b)}));
  EXPECT_EQ(base64_encode(as_view(empty_root())), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(CompactRangeTest, GrowsToTheSameRootLeafByLeafAndSubtreeBySubtree) {
  const auto leaves = numbered_leaf_hashes(600);
  CompactRange by_leaf;
  EXPECT_EQ(by_leaf.root(), empty_root());
  for (std::size_t n = 1; n <= leaves.size(); ++n) {
    by_leaf.append(leaves[n - 1]);
    ASSERT_EQ(by_leaf.root(), tree_root(std::span(leaves).first(n))) << n;
  }
  CompactRange by_tile;
  by_tile.append_subtree(tree_root(std::span(leaves).first(256)), 8);
  by_tile.append_subtree(tree_root(std::span(leaves).subspan(256, 256)), 8);
  for (std::size_t i = 512; i < leaves.size(); ++i) by_tile.append(leaves[i]);
  EXPECT_EQ(by_tile.hashes(), by_leaf.hashes());
}

TEST(CompactRangeTest, ComesBackFromItsHashes) {
  const auto leaves = numbered_leaf_hashes(21);
  CompactRange range;
  for (const Hash& leaf : leaves) range.append(leaf);
  const auto restored = CompactRange::from(21, range.hashes());
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->root(), range.root());
}

TEST(CompactRangeTest, RejectsAnotherNumberOfHashes) {
  EXPECT_EQ(outcome(CompactRange::from(21, numbered_leaf_hashes(2))), "malformed");
  EXPECT_EQ(outcome(CompactRange::from(21, numbered_leaf_hashes(4))), "malformed");
  EXPECT_EQ(outcome(CompactRange::from(0, {})), "ok");
  EXPECT_EQ(outcome(CompactRange::from(std::uint64_t{1} << 63, numbered_leaf_hashes(1))),
            "malformed");
}

TEST(CompactRangeDeathTest, StopsAtAnUnalignedSubtree) {
  CompactRange range;
  range.append(hash_leaf("a"));
  EXPECT_DEATH(range.append_subtree(hash_leaf("b"), 1), "");
}

TEST(InclusionTest, RejectsAnIndexOutsideTheTree) {
  const auto leaves = numbered_leaf_hashes(5);
  EXPECT_EQ(outcome(prove_inclusion(5, 5, nodes_of(leaves))), "invalid");
  EXPECT_EQ(outcome(prove_inclusion(0, 0, nodes_of(leaves))), "invalid");
  EXPECT_EQ(outcome(verify_inclusion(5, 5, leaves[0], {}, leaves[0])), "bad-proof");
  EXPECT_EQ(outcome(verify_inclusion(0, 0, leaves[0], {}, empty_root())), "bad-proof");
}

TEST(InclusionTest, PassesOnTheReadersError) {
  const NodeReader broken = [](unsigned, std::uint64_t) -> Result<Hash> {
    return Error{ErrorCode::kStorage, "x"};
  };
  EXPECT_EQ(outcome(prove_inclusion(0, 2, broken)), "storage");
  EXPECT_EQ(outcome(prove_consistency(1, 2, broken)), "storage");
}

TEST(InclusionTest, RejectsAPathThatStopsAtAnInnerNode) {
  // All hashes are right, but `root` is that of the left half only.
  const auto leaves = numbered_leaf_hashes(4);
  const std::vector<Hash> path{leaves[1]};
  const Hash inner = hash_node(leaves[0], leaves[1]);
  EXPECT_EQ(outcome(verify_inclusion(0, 4, leaves[0], path, inner)), "bad-proof");
  EXPECT_EQ(outcome(verify_inclusion(0, 4, leaves[0], {}, leaves[0])), "bad-proof");
}

TEST(InclusionTest, FailsForEveryFlippedBitOfProofLeafAndRoot) {
  const auto leaves = numbered_leaf_hashes(11);
  const Hash root = tree_root(leaves);
  for (std::uint64_t index = 0; index < 11; ++index) {
    auto path = *prove_inclusion(index, 11, nodes_of(leaves));
    for (Hash& hash : path) {
      for (std::size_t bit = 0; bit < 256; ++bit) {
        hash[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_EQ(outcome(verify_inclusion(index, 11, leaves[index], path, root)), "bad-proof");
        hash[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      }
    }
    EXPECT_EQ(outcome(verify_inclusion(index, 11, root, path, root)), "bad-proof");
    EXPECT_EQ(outcome(verify_inclusion(index, 11, leaves[index], path, leaves[index])),
              "bad-proof");
  }
}

TEST(ConsistencyTest, RejectsAShrinkingTree) {
  const auto leaves = numbered_leaf_hashes(5);
  EXPECT_EQ(outcome(prove_consistency(5, 4, nodes_of(leaves))), "invalid");
  EXPECT_EQ(outcome(verify_consistency(5, 4, leaves[0], leaves[0], {})), "bad-proof");
}

TEST(ConsistencyTest, FromNothingOnlyTheEmptyProofIsAccepted) {
  const auto leaves = numbered_leaf_hashes(1);
  EXPECT_EQ(outcome(verify_consistency(0, 1, empty_root(), leaves[0], {})), "ok");
  EXPECT_EQ(outcome(verify_consistency(0, 1, empty_root(), leaves[0], leaves)), "bad-proof");
  EXPECT_EQ(outcome(verify_consistency(0, 1, Hash{}, leaves[0], {})), "bad-proof");
  EXPECT_EQ(outcome(verify_consistency(0, 0, empty_root(), leaves[0], {})), "bad-proof");
}

TEST(ConsistencyTest, OneSizeHasOneRoot) {
  const auto leaves = numbered_leaf_hashes(2);
  EXPECT_EQ(outcome(verify_consistency(1, 1, leaves[0], leaves[0], {})), "ok");
  EXPECT_EQ(outcome(verify_consistency(1, 1, leaves[0], leaves[1], {})), "bad-proof");
  EXPECT_EQ(outcome(verify_consistency(1, 1, leaves[0], leaves[0], leaves)), "bad-proof");
}

TEST(ConsistencyTest, NeverAcceptsTheEmptyProofForGrowth) {
  const auto leaves = numbered_leaf_hashes(8);
  EXPECT_EQ(outcome(verify_consistency(1, 2, leaves[0], leaves[0], {})), "bad-proof");
  EXPECT_EQ(outcome(verify_consistency(4, 8, leaves[0], leaves[0], {})), "bad-proof");
  EXPECT_EQ(outcome(verify_consistency(3, 5, leaves[0], leaves[0], {})), "bad-proof");
}

TEST(ConsistencyTest, FailsForEveryFlippedBit) {
  const auto leaves = numbered_leaf_hashes(13);
  const Hash to_root = tree_root(leaves);
  for (std::uint64_t from = 1; from < 13; ++from) {
    const Hash from_root = tree_root(std::span(leaves).first(from));
    auto proof = *prove_consistency(from, 13, nodes_of(leaves));
    for (Hash& hash : proof) {
      for (std::size_t bit = 0; bit < 256; ++bit) {
        hash[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_EQ(outcome(verify_consistency(from, 13, from_root, to_root, proof)), "bad-proof");
        hash[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      }
    }
    EXPECT_EQ(outcome(verify_consistency(from, 13, to_root, from_root, proof)), "bad-proof");
  }
}

}  // namespace
}  // namespace dure
