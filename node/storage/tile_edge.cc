// SPDX-License-Identifier: Apache-2.0
#include "storage/tile_edge.h"

#include <cstdlib>
#include <utility>

namespace dure::node {

Status TileEdge::append(const Hash& leaf_hash, const OnFullTile& on_full) {
  const std::uint64_t leaf = size_++;
  Hash hash = leaf_hash;
  for (unsigned level = 0; level <= kMaxTileLevel; ++level) {
    Level& edge = levels_[level];
    edge.add(hash);
    if (edge.hashes.size() < kTileWidth) return ok();
    hash = edge.range.hashes().front();
    const std::uint64_t index = leaf >> (kTileHeight * (level + 1));
    if (auto kept = on_full(level, index, hash, edge.hashes); !kept) return kept;
    edge = {};
  }
  std::abort();  // 2^64 leaves
}

void TileEdge::restore(unsigned level, std::span<const Hash> hashes) {
  for (const Hash& hash : hashes) levels_[level].add(hash);
  size_ += static_cast<std::uint64_t>(hashes.size()) << (kTileHeight * level);
}

CompactRange TileEdge::range() const {
  std::vector<Hash> hashes;
  for (unsigned level = kMaxTileLevel + 1; level-- > 0;) {
    const auto& part = levels_[level].range.hashes();
    hashes.insert(hashes.end(), part.begin(), part.end());
  }
  auto range = CompactRange::from(size_, std::move(hashes));
  if (!range) std::abort();
  return std::move(*range);
}

}  // namespace dure::node
