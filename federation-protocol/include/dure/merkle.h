// SPDX-License-Identifier: Apache-2.0
// RFC 6962 Merkle trees with SHA-256: hashes, compact ranges, proofs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dure/encoding.h"

namespace dure {

Hash hash_leaf(std::string_view entry);
Hash hash_node(const Hash& left, const Hash& right);
/// SHA-256(""), the root of the empty tree.
const Hash& empty_root();
/// MTH of leaf hashes (not entries). Shape: any count ≥ 1; the empty span gives empty_root().
Hash tree_root(std::span<const Hash> leaf_hashes);

/// The right edge of a growing tree: the roots of its perfect subtrees, largest first.
///
/// Holds at most 63 hashes; appending costs O(1) amortised.
class CompactRange {
 public:
  CompactRange() = default;
  /// Errors: kMalformed unless there are popcount(size) hashes.
  static Result<CompactRange> from(std::uint64_t size, std::vector<Hash> hashes);

  void append(const Hash& leaf_hash) { append_subtree(leaf_hash, 0); }
  /// Appends the root of a perfect subtree of 2^level leaves. size() must be a multiple of 2^level
  /// (else abort).
  void append_subtree(const Hash& root, unsigned level);
  std::uint64_t size() const { return size_; }
  const std::vector<Hash>& hashes() const { return hashes_; }
  Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> hashes_;
};

/// The hash of the perfect subtree at (level, index), i.e. of leaves [index·2^level,
/// (index+1)·2^level).
using NodeReader = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

/// RFC 6962 §2.1.1 path of leaf `index` in the tree of `size` leaves. Errors: kInvalid unless index
/// < size; the reader's.
Result<std::vector<Hash>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                          const NodeReader& node);
/// RFC 6962 §2.1.2 proof from `from` to `to`. Shape: empty for from == 0 or from == to. Errors:
/// kInvalid if from > to.
Result<std::vector<Hash>> prove_consistency(std::uint64_t from, std::uint64_t to,
                                            const NodeReader& node);

/// Errors: kBadProof. Spec: RFC 9162 §2.1.3.2.
Status verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf_hash,
                        std::span<const Hash> path, const Hash& root);
/// from == 0 is accepted with an empty proof only (and says nothing). Errors: kBadProof. Spec: RFC
/// 9162 §2.1.4.2.
Status verify_consistency(std::uint64_t from, std::uint64_t to, const Hash& from_root,
                          const Hash& to_root, std::span<const Hash> proof);

}  // namespace dure
