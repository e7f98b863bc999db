// SPDX-License-Identifier: Apache-2.0
// Two signed heads of one log that cannot both be true, in a file that anybody can check offline.
//
//   dure.kr/fork-proof@v1
//   node 0 37
//   <its hash in the smaller tree, then the path from there to the root>
//
//   <its hash in the larger tree, then the path from there to the root>
//
//   <the smaller head: a checkpoint with one signature line>
//
//   <the larger head>
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/merkle.h"

namespace dure {

inline constexpr std::size_t kMaxForkProofBytes = 16 * 1024;
inline constexpr std::size_t kMaxForkHashes = 64;  // of one side: a node and its path

/// The perfect subtree (level, index), complete in both trees, as each of them has it.
struct ForkNode {
  unsigned level = 0;
  std::uint64_t index = 0;
  std::array<Hash, 2> hashes{};
  std::array<std::vector<Hash>, 2> paths;  // leaf to root, as in an inclusion proof
};

/// A fork proof as it stands, nothing verified.
///
/// Shape: the smaller head first; of two heads of one size, the one with the smaller root. Each has
/// one signature line. Heads of different sizes need a node; of one size they prove themselves.
struct ForkProof {
  std::array<SignedCheckpoint, 2> heads;
  std::optional<ForkNode> node;
};

/// Errors: kMalformed, kTooLarge. format_fork_proof(parse_fork_proof(x)) == x.
Result<ForkProof> parse_fork_proof(std::string_view bytes);
std::string format_fork_proof(const ForkProof& proof);

/// What a fork proof establishes.
struct Fork {
  std::string origin;
  std::array<Checkpoint, 2> heads;
  std::uint64_t agreed = 0;  // the first so many entries are the same in both histories
  std::uint64_t parted = 0;  // at least one entry in [agreed, parted) differs
};

/// Checks that the log signed both heads and that they contradict each other. Of `keys` only those
/// named for the origin count.
///
/// Errors: kUnknownKey, kBadSignature, kBadProof. Spec: PROTOCOL.md §18.
Result<Fork> verify_fork(const ForkProof& proof, std::span<const VerifierKey> keys);

/// One head with access to its tree.
struct ForkSide {
  std::string note;  // may carry further signatures, which are left out of the proof
  NodeReader node;   // may be empty if both heads have the same size
};

/// Makes the proof that two heads of `origin` contradict each other. It names the first subtree of
/// 2^`level` leaves, or less at the edge, that differs: level 0 tells the very entry, level 8 needs
/// no level-0 tile.
///
/// Errors: kInvalid (they do not contradict each other, or a tree is missing); kBadProof (the
/// readers do not tell the trees of these heads); those of open_checkpoint and of the readers.
Result<ForkProof> prove_fork(std::string_view origin, const ForkSide& one, const ForkSide& other,
                             std::span<const VerifierKey> keys, unsigned level = 0);

}  // namespace dure
