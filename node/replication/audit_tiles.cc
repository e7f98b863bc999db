// SPDX-License-Identifier: Apache-2.0
#include "replication/audit_tiles.h"

#include <algorithm>
#include <span>

namespace dure::node {
namespace {

bool equals(std::span<const Hash> expected, std::string_view bytes) {
  if (bytes.size() != expected.size() * sizeof(Hash)) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (bytes.substr(i * sizeof(Hash), sizeof(Hash)) != as_view(expected[i])) return false;
  }
  return true;
}

}  // namespace

void audit_upper_tiles(LogReader& reader, LogId log, std::uint64_t stored,
                       const std::vector<Hash>& roots,
                       const std::function<void(std::uint64_t index, std::string what)>& report) {
  std::vector<Hash> hashes = roots;
  std::uint64_t entries_per_hash = kTileWidth;
  for (unsigned level = 1; !hashes.empty(); ++level) {
    std::vector<Hash> above;
    for (std::uint64_t index = 0; index * kTileWidth < hashes.size(); ++index) {
      const std::size_t begin = index * kTileWidth;
      const std::span<const Hash> expected(
          hashes.data() + begin, std::min<std::size_t>(kTileWidth, hashes.size() - begin));
      const TilePath tile{TileKind::kHashes, level, index, tile_width(stored, level, index)};
      const auto bytes = reader.tile(log, tile);
      if (!bytes || !equals(expected, *bytes)) {
        const auto why = bytes ? std::string("differs from the entries") : bytes.error().detail;
        report(index * kTileWidth * entries_per_hash, format_tile_path(tile) + ": " + why);
      }
      if (expected.size() == kTileWidth) above.push_back(tree_root(expected));
    }
    hashes = std::move(above);
    entries_per_hash *= kTileWidth;
  }
}

Hash root_from_bundles(const BundleHashes& hashes, std::uint64_t size) {
  CompactRange range;
  for (std::uint64_t bundle = 0; bundle < size / kTileWidth; ++bundle)
    range.append_subtree(hashes.roots[bundle], kTileHeight);
  for (std::uint64_t i = 0; i < size % kTileWidth; ++i) range.append(hashes.head_edge[i]);
  return range.root();
}

}  // namespace dure::node
