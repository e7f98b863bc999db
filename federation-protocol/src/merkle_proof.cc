// SPDX-License-Identifier: Apache-2.0
// RFC 6962 proofs: making them from stored nodes, verifying them by the loops of RFC 9162.
#include <algorithm>
#include <bit>

#include "dure/merkle.h"

namespace dure {
namespace {

/// Leaves [begin, end) of a tree; begin is a multiple of the largest power of two ≤ end - begin.
struct LeafRange {
  std::uint64_t begin;
  std::uint64_t end;
  std::uint64_t count() const { return end - begin; }
  /// RFC 6962: the largest power of two smaller than the count. Shape: count ≥ 2.
  std::uint64_t middle() const { return begin + std::bit_floor(count() - 1); }
};

/// MTH of `range`, from the roots of its perfect subtrees.
Result<Hash> range_hash(LeafRange range, const NodeReader& node) {
  std::vector<Hash> roots;
  while (range.begin < range.end) {
    const std::uint64_t width = std::bit_floor(range.count());
    const auto level = static_cast<unsigned>(std::countr_zero(width));
    auto hash = node(level, range.begin >> level);
    if (!hash) return std::move(hash).error();
    roots.push_back(*hash);
    range.begin += width;
  }
  Hash root = roots.back();
  for (std::size_t i = roots.size() - 1; i > 0; --i) root = hash_node(roots[i - 1], root);
  return root;
}

Result<std::vector<Hash>> hashes_of(const std::vector<LeafRange>& ranges, const NodeReader& node) {
  std::vector<Hash> hashes;
  hashes.reserve(ranges.size());
  for (const LeafRange range : ranges) {
    auto hash = range_hash(range, node);
    if (!hash) return std::move(hash).error();
    hashes.push_back(*hash);
  }
  return hashes;
}

Error bad_proof(const char* detail) { return Error{ErrorCode::kBadProof, detail}; }

}  // namespace

Result<std::vector<Hash>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                          const NodeReader& node) {
  if (index >= size) return Error{ErrorCode::kInvalid, "index is not in the tree"};
  std::vector<LeafRange> siblings;  // root to leaf
  LeafRange range{0, size};
  while (range.count() > 1) {
    const std::uint64_t middle = range.middle();
    if (index < middle) {
      siblings.push_back({middle, range.end});
      range.end = middle;
    } else {
      siblings.push_back({range.begin, middle});
      range.begin = middle;
    }
  }
  std::reverse(siblings.begin(), siblings.end());
  return hashes_of(siblings, node);
}

Result<std::vector<Hash>> prove_consistency(std::uint64_t from, std::uint64_t to,
                                            const NodeReader& node) {
  if (from > to) return Error{ErrorCode::kInvalid, "the older tree is the larger one"};
  if (from == 0 || from == to) return std::vector<Hash>{};
  std::vector<LeafRange> ranges;  // root to leaf
  LeafRange range{0, to};
  while (range.end != from) {
    const std::uint64_t middle = range.middle();
    if (from <= middle) {
      ranges.push_back({middle, range.end});
      range.end = middle;
    } else {
      ranges.push_back({range.begin, middle});
      range.begin = middle;
    }
  }
  // A verifier knows the older root itself; any other common subtree it must be told.
  if (range.begin != 0) ranges.push_back(range);
  std::reverse(ranges.begin(), ranges.end());
  return hashes_of(ranges, node);
}

namespace {

/// The way from a node up to the root of a tree, one proof hash at a time.
/// Spec: RFC 9162 §2.1.3.2 and §2.1.4.2 (fn and sn there).
class Climb {
 public:
  Climb(std::uint64_t node, std::uint64_t last) : node_(node), last_(last) {}

  bool at_root() const { return last_ == 0; }
  /// Joins the next hash. True if it stands to the left.
  bool join() {
    const bool left = (node_ & 1) != 0 || node_ == last_;
    while (left && (node_ & 1) == 0 && node_ != 0) rise();
    rise();
    return left;
  }

 private:
  void rise() {
    node_ >>= 1;
    last_ >>= 1;
  }
  std::uint64_t node_, last_;
};

}  // namespace

Status verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf_hash,
                        std::span<const Hash> path, const Hash& root) {
  if (index >= size) return bad_proof("index is not in the tree");
  Climb climb(index, size - 1);
  Hash hash = leaf_hash;
  for (const Hash& sibling : path) {
    if (climb.at_root()) return bad_proof("inclusion path too long");
    hash = climb.join() ? hash_node(sibling, hash) : hash_node(hash, sibling);
  }
  if (!climb.at_root()) return bad_proof("inclusion path too short");
  if (hash != root) return bad_proof("inclusion path leads to another root");
  return ok();
}

namespace {

/// The general case of verify_consistency: 0 < from < to.
Status verify_growth(std::uint64_t from, std::uint64_t to, const Hash& from_root,
                     const Hash& to_root, std::span<const Hash> proof) {
  if (proof.empty()) return bad_proof("consistency proof is empty");
  // SPEC: RFC 9162 §2.1.4.2: if from is a power of two, the older root is the proof's first hash.
  const bool whole = std::has_single_bit(from);
  const Hash& seed = whole ? from_root : proof[0];
  if (!whole) proof = proof.subspan(1);

  const int shift = std::countr_one(from - 1);
  Climb climb((from - 1) >> shift, (to - 1) >> shift);
  Hash older = seed;
  Hash newer = seed;
  for (const Hash& hash : proof) {
    if (climb.at_root()) return bad_proof("consistency proof too long");
    if (climb.join()) {
      older = hash_node(hash, older);
      newer = hash_node(hash, newer);
    } else {
      newer = hash_node(newer, hash);
    }
  }
  if (!climb.at_root()) return bad_proof("consistency proof too short");
  if (older != from_root) return bad_proof("consistency proof leads to another older root");
  if (newer != to_root) return bad_proof("consistency proof leads to another newer root");
  return ok();
}

}  // namespace

Status verify_consistency(std::uint64_t from, std::uint64_t to, const Hash& from_root,
                          const Hash& to_root, std::span<const Hash> proof) {
  if (from > to) return bad_proof("the older tree is the larger one");
  if (from != 0 && from != to) return verify_growth(from, to, from_root, to_root, proof);
  if (!proof.empty()) return bad_proof("a consistency proof where none can be");
  if (from == 0 && from_root != empty_root())
    return bad_proof("the older root is not that of the empty tree");
  if (from == to && from_root != to_root) return bad_proof("two roots for one size");
  return ok();
}

}  // namespace dure
