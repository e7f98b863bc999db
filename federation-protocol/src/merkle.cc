// SPDX-License-Identifier: Apache-2.0
// RFC 6962 §2.1 hashes and compact ranges. Proofs are in merkle_proof.cc.
#define OPENSSL_SUPPRESS_DEPRECATED  // see encoding.cc
#include "dure/merkle.h"

#include <openssl/sha.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace dure {
namespace {

constexpr char kLeafPrefix = 0x00;
constexpr std::uint8_t kNodePrefix = 0x01;
constexpr std::uint64_t kTreeSizeEnd = std::uint64_t{1} << 63;

}  // namespace

Hash hash_leaf(std::string_view entry) { return sha256({{&kLeafPrefix, 1}, entry}); }

Hash hash_node(const Hash& left, const Hash& right) {
  // One update instead of three: this is the innermost step of verifying a whole log.
  std::array<std::uint8_t, 65> bytes;
  bytes[0] = kNodePrefix;
  std::memcpy(bytes.data() + 1, left.data(), left.size());
  std::memcpy(bytes.data() + 33, right.data(), right.size());
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  Hash hash;
  SHA256_Final(hash.data(), &context);
  return hash;
}

const Hash& empty_root() {
  static const Hash kRoot = sha256({});
  return kRoot;
}

Hash tree_root(std::span<const Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return empty_root();
  std::array<Hash, 64>
      stack;  // roots of perfect subtrees, as in a CompactRange but without allocation
  std::size_t depth = 0;
  for (std::size_t i = 0; i < leaf_hashes.size(); ++i) {
    Hash hash = leaf_hashes[i];
    for (std::size_t merges = i; (merges & 1) != 0; merges >>= 1)
      hash = hash_node(stack[--depth], hash);
    stack[depth++] = hash;
  }
  Hash root = stack[--depth];
  while (depth > 0) root = hash_node(stack[--depth], root);
  return root;
}

Result<CompactRange> CompactRange::from(std::uint64_t size, std::vector<Hash> hashes) {
  if (size >= kTreeSizeEnd)
    return Error{ErrorCode::kMalformed, "compact range: size of 2^63 or more"};
  if (hashes.size() != static_cast<std::size_t>(std::popcount(size))) {
    return Error{ErrorCode::kMalformed, "compact range: wrong number of hashes for its size"};
  }
  CompactRange range;
  range.size_ = size;
  range.hashes_ = std::move(hashes);
  return range;
}

void CompactRange::append_subtree(const Hash& root, unsigned level) {
  if (level > 62) std::abort();
  const std::uint64_t width = std::uint64_t{1} << level;
  if ((size_ & (width - 1)) != 0 || size_ + width >= kTreeSizeEnd) std::abort();
  Hash hash = root;
  for (std::uint64_t merges = size_ >> level; (merges & 1) != 0; merges >>= 1) {
    hash = hash_node(hashes_.back(), hash);
    hashes_.pop_back();
  }
  hashes_.push_back(hash);
  size_ += width;
}

Hash CompactRange::root() const {
  if (hashes_.empty()) return empty_root();
  Hash root = hashes_.back();
  for (std::size_t i = hashes_.size() - 1; i > 0; --i) root = hash_node(hashes_[i - 1], root);
  return root;
}

}  // namespace dure
