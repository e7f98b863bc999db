// SPDX-License-Identifier: Apache-2.0
// The unfinished tile of every level: what is needed to append to a stored tree without reading it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dure/merkle.h"
#include "dure/tile.h"

namespace dure::node {

/// Appending hashes each tree node once: a tile's root falls out of the range that also gives the
/// tree's root.
class TileEdge {
 public:
  using OnFullTile = std::function<Status(unsigned level, std::uint64_t index, const Hash& root,
                                          std::span<const Hash> hashes)>;

  /// Adds a leaf; calls `on_full` for each tile it completes, lowest level first. After an error
  /// the edge is unusable.
  Status append(const Hash& leaf_hash, const OnFullTile& on_full);
  /// Fills one level of an empty edge from storage; call from the highest level down.
  void restore(unsigned level, std::span<const Hash> hashes);

  std::uint64_t size() const { return size_; }
  CompactRange range() const;

 private:
  struct Level {
    std::vector<Hash> hashes;
    CompactRange range;  // over `hashes`
    void add(const Hash& hash) {
      hashes.push_back(hash);
      range.append(hash);
    }
  };
  std::uint64_t size_ = 0;
  std::array<Level, kMaxTileLevel + 1> levels_;
};

}  // namespace dure::node
