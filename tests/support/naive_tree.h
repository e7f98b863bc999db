// SPDX-License-Identifier: Apache-2.0
// RFC 6962 §2.1 and the tile layout, written down as they are defined: slow, obvious, the reference
// of tests.
#pragma once

#include <span>
#include <vector>

#include "dure/merkle.h"
#include "dure/tile.h"

namespace dure {

inline Hash naive_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256({});
  if (leaves.size() == 1) return leaves[0];
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const Hash left = naive_root(leaves.first(split));
  const Hash right = naive_root(leaves.subspan(split));
  return sha256({std::string_view("\x01", 1), as_view(left), as_view(right)});
}

/// The bytes of a hash tile of width `width`, computed from all leaf hashes. Empty if the tree has
/// no such tile.
inline Bytes naive_tile(std::span<const Hash> leaves, unsigned level, std::uint64_t index,
                        unsigned width) {
  std::uint64_t span = 1;
  for (unsigned i = 0; i < level; ++i) span *= kTileWidth;
  Bytes bytes;
  for (std::uint64_t i = 0; i < width; ++i) {
    const std::uint64_t first = (index * kTileWidth + i) * span;
    if (first + span > leaves.size()) return {};
    bytes += as_view(naive_root(leaves.subspan(first, span)));
  }
  return bytes;
}

}  // namespace dure
