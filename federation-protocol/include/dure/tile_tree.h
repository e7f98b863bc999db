// SPDX-License-Identifier: Apache-2.0
// A tree read from somebody's hash tiles, nothing of which is believed before it leads to the root.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "dure/merkle.h"
#include "dure/tile.h"

namespace dure {

/// Gives the bytes of one hash tile, exactly the width asked for.
using TileSource = std::function<Result<Bytes>(const TilePath& tile)>;

/// Reads node hashes of one signed tree through an untrusted TileSource.
///
/// The right edge is checked against the root when the tree is opened, every other tile against its
/// hash in the tile above it, whatever order they are asked for in. Checked tiles are kept, so a
/// tree is for one job, not for ever. Threads: one at a time.
class TileTree {
 public:
  /// Fetches the right-edge tiles of the tree of `size` leaves and checks that they lead to `root`.
  /// Errors: kBadProof, kMalformed (a tile of another width), the source's.
  static Result<TileTree> open(std::uint64_t size, const Hash& root, TileSource source);

  std::uint64_t size() const { return size_; }
  /// The hash of the perfect subtree (level, index), for prove_inclusion and prove_consistency.
  /// Errors: kInvalid (not a subtree of this tree), kBadProof, kMalformed, the source's.
  Result<Hash> node(unsigned level, std::uint64_t index);
  /// Splits an entry bundle and checks each of its entries against its hash in the tile.
  /// Errors: as node and split_entry_bundle.
  Result<std::vector<std::string_view>> open_entry_bundle(std::uint64_t index,
                                                          std::string_view bundle,
                                                          std::size_t max_entry);

 private:
  using Key = std::pair<unsigned, std::uint64_t>;  // tile level, tile index

  TileTree(std::uint64_t size, TileSource source) : size_(size), source_(std::move(source)) {}
  Status check_edge(const Hash& root);
  Result<const std::vector<Hash>*> checked_tile(unsigned level, std::uint64_t index);
  Result<std::vector<Hash>> fetch(unsigned level, std::uint64_t index) const;

  std::uint64_t size_;
  TileSource source_;
  std::map<Key, std::vector<Hash>> checked_;
};

}  // namespace dure
