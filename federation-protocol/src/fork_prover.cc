// SPDX-License-Identifier: Apache-2.0
// Makes fork proofs: finds the first subtree in which two histories differ. Spec: PROTOCOL.md §18.
#include <algorithm>

#include "dure/fork_proof.h"

namespace dure {
namespace {

Error no_fork(const char* detail) { return Error{ErrorCode::kInvalid, detail}; }

/// The head with the one signature line that matters.
Result<SignedCheckpoint> open_head(std::string_view origin, const ForkSide& side,
                                   std::span<const VerifierKey> keys) {
  auto head = open_checkpoint(side.note, origin, keys);
  if (!head) return head;
  const auto verified = verify_log_signature(head->note, keys);
  if (!verified) return verified.error();
  head->note.signatures = {head->note.signatures[verified->front()]};
  return head;
}

/// Walks both trees at once. Threads: one.
class Difference {
 public:
  Difference(const NodeReader& one, const NodeReader& other) : readers_{&one, &other} {}

  /// The first perfect subtree of the first `size` leaves that differs, as small as 2^`floor`.
  Result<ForkNode> find(std::uint64_t size, unsigned floor) {
    std::uint64_t begin = 0;
    for (unsigned level = 63; level-- > 0;) {
      if ((size >> level & 1) == 0) continue;
      auto node = read(level, begin >> level);
      if (!node) return node;
      if (differs(*node)) return descend(*std::move(node), floor);
      begin += std::uint64_t{1} << level;
    }
    return no_fork("one history extends the other");
  }

 private:
  static bool differs(const ForkNode& node) { return node.hashes[0] != node.hashes[1]; }

  Result<ForkNode> read(unsigned level, std::uint64_t index) {
    ForkNode node;
    node.level = level;
    node.index = index;
    for (std::size_t side = 0; side < 2; ++side) {
      auto hash = (*readers_[side])(level, index);
      if (!hash) return std::move(hash).error();
      node.hashes[side] = *hash;
    }
    return node;
  }

  Result<ForkNode> descend(ForkNode node, unsigned floor) {
    while (node.level > floor) {
      auto child = read(node.level - 1, node.index * 2);
      if (child && !differs(*child)) child = read(node.level - 1, node.index * 2 + 1);
      if (!child) return child;
      if (!differs(*child))
        return Error{ErrorCode::kBadProof, "hashes of a tree that contradict each other"};
      node = *std::move(child);
    }
    return node;
  }

  std::array<const NodeReader*, 2> readers_;
};

/// The path from the subtree to the root. Of the subtree itself nothing is read.
Result<std::vector<Hash>> prove_node(unsigned level, std::uint64_t index, std::uint64_t size,
                                     const NodeReader& reader) {
  const NodeReader outside = [&](unsigned at, std::uint64_t i) -> Result<Hash> {
    if (at < level && i >> (level - at) == index) return Hash{};
    return reader(at, i);
  };
  auto path = prove_inclusion(index << level, size, outside);
  if (path) path->erase(path->begin(), path->begin() + static_cast<std::ptrdiff_t>(level));
  return path;
}

/// Where the two trees part, with the paths to both roots.
Result<ForkNode> place(const ForkProof& proof, const std::array<const NodeReader*, 2>& readers,
                       unsigned level) {
  auto node = Difference(*readers[0], *readers[1]).find(proof.heads[0].checkpoint.size, level);
  for (std::size_t side = 0; node && side < 2; ++side) {
    auto path =
        prove_node(node->level, node->index, proof.heads[side].checkpoint.size, *readers[side]);
    if (!path) return std::move(path).error();
    node->paths[side] = *std::move(path);
  }
  return node;
}

bool comes_before(const Checkpoint& a, const Checkpoint& b) {
  return a.size != b.size ? a.size < b.size : a.root < b.root;
}

}  // namespace

Result<ForkProof> prove_fork(std::string_view origin, const ForkSide& one, const ForkSide& other,
                             std::span<const VerifierKey> keys, unsigned level) {
  ForkProof proof;
  std::array<const NodeReader*, 2> readers{&one.node, &other.node};
  for (std::size_t side = 0; side < 2; ++side) {
    auto head = open_head(origin, side == 0 ? one : other, keys);
    if (!head) return std::move(head).error();
    proof.heads[side] = *std::move(head);
  }
  if (comes_before(proof.heads[1].checkpoint, proof.heads[0].checkpoint)) {
    std::swap(proof.heads[0], proof.heads[1]);
    std::swap(readers[0], readers[1]);
  }
  const Checkpoint &smaller = proof.heads[0].checkpoint, &larger = proof.heads[1].checkpoint;
  if (smaller.size == larger.size && smaller.root == larger.root)
    return no_fork("both heads are of one tree");
  const bool both_trees = *readers[0] && *readers[1];
  if (!both_trees && smaller.size != larger.size) return no_fork("a tree is missing");
  if (both_trees) {
    auto node = place(proof, readers, level);
    if (!node) return std::move(node).error();
    proof.node = *std::move(node);
  }
  // What accuses a log must hold everywhere: a reader that lies shows now.
  if (auto proven = verify_fork(proof, keys); !proven) return std::move(proven).error();
  return proof;
}

}  // namespace dure
