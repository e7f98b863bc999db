// SPDX-License-Identifier: Apache-2.0
// A fork proof exists for every contradicting pair of small trees and for no other, names the very
// entry, and survives no flipped byte.
#include "dure/fork_proof.h"

#include <gtest/gtest.h>

#include "fixtures.h"
#include "support/naive_tree.h"

namespace dure {
namespace {

using testing::log_signer;
using testing::numbered_leaf_hashes;
using testing::outcome;
using testing::signer;

/// The tree's nodes as RFC 6962 defines them.
NodeReader naive_nodes(const std::vector<Hash>& leaves) {
  return [&leaves](unsigned level, std::uint64_t index) -> Result<Hash> {
    const std::size_t width = std::size_t{1} << level;
    if ((index + 1) * width > leaves.size())
      return Error{ErrorCode::kInternal, "asked for a node that is not there"};
    return naive_root(std::span(leaves).subspan(index * width, width));
  };
}

SignedCheckpoint head_of(const std::vector<Hash>& leaves) {
  return *sign_checkpoint({std::string(testing::kOrigin), leaves.size(), naive_root(leaves)},
                          *log_signer());
}

ForkSide side_of(const std::vector<Hash>& leaves) {
  return {format_note(head_of(leaves).note), naive_nodes(leaves)};
}

std::vector<VerifierKey> keys() { return {log_signer()->verifier()}; }

Result<ForkProof> prove(const std::vector<Hash>& one, const std::vector<Hash>& other,
                        unsigned level = 0) {
  const auto own = keys();
  return prove_fork(testing::kOrigin, side_of(one), side_of(other), own, level);
}

/// `count` entries of which all from `first` on are others than numbered_leaf_hashes gives.
std::vector<Hash> parted_at(std::uint64_t first, std::uint64_t count) {
  auto leaves = numbered_leaf_hashes(count);
  for (std::uint64_t i = first; i < count; ++i) leaves[i] = hash_leaf("other " + std::to_string(i));
  return leaves;
}

ForkProof sample_proof() { return *prove(numbered_leaf_hashes(11), parted_at(5, 20)); }

TEST(ForkProofTest, EveryPartingOfSmallTreesIsProvenToTheEntry) {
  for (std::uint64_t m = 1; m <= 20; ++m) {
    for (std::uint64_t n = m; n <= 20; ++n) {
      for (std::uint64_t first = 0; first < m; ++first) {
        const auto proof = prove(numbered_leaf_hashes(m), parted_at(first, n));
        ASSERT_TRUE(proof) << m << " " << n << " " << first << " " << proof.error().detail;
        const auto fork = verify_fork(*proof, keys());
        ASSERT_TRUE(fork) << m << " " << n << " " << first;
        EXPECT_EQ(fork->agreed, first);
        EXPECT_EQ(fork->parted, first + 1);
        EXPECT_EQ(fork->heads[0].size, m);
        EXPECT_EQ(fork->heads[1].size, n);
        EXPECT_EQ(proof->node->level, 0U);
      }
    }
  }
}

TEST(ForkProofTest, OneEntryThatDiffersIsEnough) {
  for (std::uint64_t m = 1; m <= 20; ++m) {
    for (std::uint64_t at = 0; at < m; ++at) {
      auto other = numbered_leaf_hashes(20);
      other[at] = hash_leaf("another");
      const auto proof = prove(other, numbered_leaf_hashes(m));  // in either order
      ASSERT_TRUE(proof) << m << " " << at;
      EXPECT_EQ(verify_fork(*proof, keys())->agreed, at);
    }
  }
}

TEST(ForkProofTest, ALargerSubtreeTellsTheNeighbourhood) {
  for (unsigned level = 1; level <= 3; ++level) {
    for (std::uint64_t first = 0; first < 20; ++first) {
      const auto proof = prove(numbered_leaf_hashes(20), parted_at(first, 27), level);
      ASSERT_TRUE(proof) << level << " " << first;
      const auto fork = verify_fork(*proof, keys());
      ASSERT_TRUE(fork) << level << " " << first;
      EXPECT_LE(fork->agreed, first);
      EXPECT_GT(fork->parted, first);
      EXPECT_LE(fork->parted - fork->agreed, std::uint64_t{1} << level);
    }
  }
}

TEST(ForkProofTest, AConsistentPairIsNeverProven) {
  for (std::uint64_t n = 0; n <= 20; ++n) {
    for (std::uint64_t m = 0; m <= n; ++m) {
      const auto smaller = numbered_leaf_hashes(m), larger = numbered_leaf_hashes(n);
      EXPECT_EQ(outcome(prove(smaller, larger)), "invalid") << m << " " << n;
    }
  }
}

// Every node of the two consistent trees, with the true paths, taken for one that differs.
TEST(ForkProofTest, NoHashesMakeAConsistentPairContradict) {
  const auto larger = numbered_leaf_hashes(13), smaller = numbered_leaf_hashes(9);
  ForkProof forged{{head_of(smaller), head_of(larger)}, ForkNode{}};
  for (unsigned level = 0; level < 4; ++level) {
    for (std::uint64_t index = 0; index < 9U >> level; ++index) {
      forged.node->level = level;
      forged.node->index = index;
      for (const auto& [side, leaves] : {std::pair{0U, &smaller}, std::pair{1U, &larger}}) {
        forged.node->hashes[side] = *naive_nodes(*leaves)(level, index);
        auto path = *prove_inclusion(index << level, leaves->size(), naive_nodes(*leaves));
        path.erase(path.begin(), path.begin() + level);
        forged.node->paths[side] = path;
      }
      EXPECT_EQ(outcome(verify_fork(forged, keys())), "bad-proof");
      forged.node->hashes[1] = hash_leaf("made up");
      EXPECT_EQ(outcome(verify_fork(forged, keys())), "bad-proof");
    }
  }
}

TEST(ForkProofTest, HeadsOfOneSizeNeedNoTree) {
  const auto one = numbered_leaf_hashes(7), other = parted_at(3, 7);
  const auto own = keys();
  const auto proof =
      prove_fork(testing::kOrigin, {side_of(one).note, {}}, {side_of(other).note, {}}, own);
  ASSERT_TRUE(proof);
  EXPECT_FALSE(proof->node);
  const auto fork = verify_fork(*proof, own);
  ASSERT_TRUE(fork);
  EXPECT_EQ(fork->agreed, 0U);
  EXPECT_EQ(fork->parted, 7U);
  EXPECT_EQ(format_fork_proof(*parse_fork_proof(format_fork_proof(*proof))),
            format_fork_proof(*proof));
}

TEST(ForkProofTest, HeadsOfDifferentSizesNeedBothTrees) {
  const auto own = keys();
  const auto one = numbered_leaf_hashes(7), other = parted_at(3, 9);
  EXPECT_EQ(outcome(prove_fork(testing::kOrigin, {side_of(one).note, {}}, side_of(other), own)),
            "invalid");
  auto proof = *prove(one, other);
  proof.node.reset();
  EXPECT_EQ(outcome(verify_fork(proof, own)), "malformed");
  EXPECT_EQ(outcome(parse_fork_proof(format_fork_proof(proof))), "malformed");
}

TEST(ForkProofTest, APlaceBehindTheFirstDifferenceIsRefused) {
  const auto one = numbered_leaf_hashes(11), other = parted_at(5, 20);
  ForkProof proof = *prove(one, other);
  proof.node->index = 6;
  for (const auto& [side, leaves] : {std::pair{0U, &one}, std::pair{1U, &other}}) {
    proof.node->hashes[side] = (*leaves)[6];
    proof.node->paths[side] = *prove_inclusion(6, leaves->size(), naive_nodes(*leaves));
  }
  EXPECT_EQ(outcome(verify_fork(proof, keys())), "bad-proof");
}

TEST(ForkProofTest, ALyingTreeProvesNothing) {
  const auto one = numbered_leaf_hashes(11), other = parted_at(5, 20);
  auto lie = side_of(other);
  for (unsigned lied_level = 0; lied_level < 5; ++lied_level) {
    lie.node = [&, lied_level](unsigned level, std::uint64_t index) -> Result<Hash> {
      if (level == lied_level) return hash_leaf("a lie");
      return naive_nodes(other)(level, index);
    };
    const auto own = keys();
    const auto proof = prove_fork(testing::kOrigin, side_of(one), lie, own);
    if (!proof) continue;
    EXPECT_EQ(verify_fork(*proof, own)->agreed, 5U);
  }
}

TEST(ForkProofTest, OnlyTheLogsOwnKeyAccusesIt) {
  const ForkProof proof = sample_proof();
  const std::vector others = {signer(testing::kOrigin, KeyType::kEd25519, 9)->verifier(),
                              signer("other.example/dure/1", KeyType::kEd25519, 1)->verifier()};
  EXPECT_EQ(outcome(verify_fork(proof, others)), "unknown-key");
  EXPECT_EQ(outcome(verify_fork(proof, {})), "unknown-key");
}

TEST(ForkProofTest, LeavesOutWhatOthersSigned) {
  const auto one = numbered_leaf_hashes(7), other = parted_at(3, 9);
  auto cosigned = head_of(one);
  cosigned.note.signatures.insert(cosigned.note.signatures.begin(),
                                  *cosign(cosigned.note.text, *testing::witness_signer(), 1));
  const auto own = keys();
  const auto proof = prove_fork(testing::kOrigin, {format_note(cosigned.note), naive_nodes(one)},
                                side_of(other), own);
  ASSERT_TRUE(proof);
  EXPECT_EQ(format_fork_proof(*proof), format_fork_proof(*prove(one, other)));
}

TEST(ForkProofTest, HasOneSpelling) {
  const std::string file = format_fork_proof(sample_proof());
  ASSERT_TRUE(parse_fork_proof(file));
  EXPECT_EQ(format_fork_proof(*parse_fork_proof(file)), file);
  ForkProof swapped = sample_proof();
  std::swap(swapped.heads[0], swapped.heads[1]);
  EXPECT_EQ(outcome(parse_fork_proof(format_fork_proof(swapped))), "malformed");
  for (const auto& [from, to] :
       {std::pair{"node 0 5", "node 00 5"}, std::pair{"node 0 5", "node 0  5"},
        std::pair{"node 0 5", "node 63 5"}, std::pair{"@v1", "@v2"}, std::pair{"node 0", "nodes 0"},
        std::pair{"\n\nsuwon", "\n\n\nsuwon"}}) {
    std::string other = file;
    other.replace(other.find(from), std::string_view(from).size(), to);
    EXPECT_EQ(outcome(parse_fork_proof(other)), "malformed") << to;
  }
  EXPECT_EQ(outcome(parse_fork_proof(file + "\n")), "malformed");
  EXPECT_EQ(outcome(parse_fork_proof(file.substr(0, file.size() - 1))), "malformed");
  EXPECT_EQ(outcome(parse_fork_proof(file + std::string(kMaxForkProofBytes, '\n'))), "too-large");
}

TEST(ForkProofTamperTest, EveryFlippedBitIsRefused) {
  const auto one = numbered_leaf_hashes(6), other = parted_at(2, 6);
  const auto own = keys();
  for (const ForkProof& proof :
       {sample_proof(), *prove(numbered_leaf_hashes(11), parted_at(5, 20), 2),
        *prove_fork(testing::kOrigin, {side_of(one).note, {}}, {side_of(other).note, {}}, own)}) {
    std::string file = format_fork_proof(proof);
    ASSERT_TRUE(verify_fork(*parse_fork_proof(file), own));
    for (char& c : file) {
      for (int bit = 0; bit < 8; ++bit) {
        c = static_cast<char>(c ^ (1 << bit));
        const auto parsed = parse_fork_proof(file);
        EXPECT_FALSE(parsed && verify_fork(*parsed, own)) << &c - file.data() << " bit " << bit;
        c = static_cast<char>(c ^ (1 << bit));
      }
    }
  }
}

TEST(ForkProofTamperTest, EveryCutIsRefused) {
  const std::string file = format_fork_proof(sample_proof());
  for (std::size_t length = 0; length < file.size(); ++length)
    EXPECT_FALSE(parse_fork_proof(std::string_view(file).substr(0, length))) << length;
}

}  // namespace
}  // namespace dure
