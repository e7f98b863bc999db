// SPDX-License-Identifier: Apache-2.0
// Authenticated reading of tiles. Spec: PROTOCOL.md §9.
#include "dure/tile_tree.h"

#include <algorithm>

namespace dure {
namespace {

Error bad_tile(const TilePath& tile) {
  return Error{ErrorCode::kBadProof, format_tile_path(tile) + " does not lead to the root"};
}

}  // namespace

Result<TileTree> TileTree::open(std::uint64_t size, const Hash& root, TileSource source) {
  if (size >> 63 != 0) return Error{ErrorCode::kInvalid, "a tree of 2^63 leaves or more"};
  TileTree tree(size, std::move(source));
  if (auto checked = tree.check_edge(root); !checked) return std::move(checked).error();
  return tree;
}

Status TileTree::check_edge(const Hash& root) {
  // Each level's partial tile holds the hashes that no tile above covers: largest subtrees first,
  // they are the compact range of the whole tree.
  std::map<Key, std::vector<Hash>> edge;
  CompactRange range;
  for (unsigned level = kMaxTileLevel + 1; level-- > 0;) {
    const std::uint64_t count = size_ >> (kTileHeight * level);
    if (count % kTileWidth == 0) continue;
    auto tile = fetch(level, count / kTileWidth);
    if (!tile) return std::move(tile).error();
    for (const Hash& hash : *tile) range.append_subtree(hash, level * kTileHeight);
    edge.emplace(Key{level, count / kTileWidth}, *std::move(tile));
  }
  if (range.root() != root)
    return Error{ErrorCode::kBadProof, "the right-edge tiles do not lead to the root"};
  checked_ = std::move(edge);
  return ok();
}

Result<std::vector<Hash>> TileTree::fetch(unsigned level, std::uint64_t index) const {
  const TilePath path{TileKind::kHashes, level, index, tile_width(size_, level, index)};
  const auto bytes = source_(path);
  if (!bytes) return bytes.error();
  if (bytes->size() != path.width * sizeof(Hash)) {
    return Error{ErrorCode::kMalformed, format_tile_path(path) + " has another width"};
  }
  return parse_hash_tile(*bytes);
}

Result<const std::vector<Hash>*> TileTree::checked_tile(unsigned level, std::uint64_t index) {
  if (const auto known = checked_.find({level, index}); known != checked_.end())
    return &known->second;
  // Partial tiles are all on the edge, which is known; so this one is full and has a parent.
  const auto parent = checked_tile(level + 1, index / kTileWidth);
  if (!parent) return parent.error();
  auto tile = fetch(level, index);
  if (!tile) return std::move(tile).error();
  if (tree_root(*tile) != (**parent)[index % kTileWidth]) {
    return bad_tile({TileKind::kHashes, level, index, kTileWidth});
  }
  return &checked_.emplace(Key{level, index}, *std::move(tile)).first->second;
}

Result<Hash> TileTree::node(unsigned level, std::uint64_t index) {
  if (level > 62 || index >= size_ >> level) return Error{ErrorCode::kInvalid, "no such subtree"};
  const unsigned tile_level = level / kTileHeight;
  const unsigned inner = level % kTileHeight;
  const std::uint64_t first = index << inner;  // of the 2^inner hashes of that tile below the node
  const auto tile = checked_tile(tile_level, first / kTileWidth);
  if (!tile) return tile.error();
  return tree_root(std::span(**tile).subspan(first % kTileWidth, std::size_t{1} << inner));
}

Result<std::vector<std::string_view>> TileTree::open_entry_bundle(std::uint64_t index,
                                                                  std::string_view bundle,
                                                                  std::size_t max_entry) {
  const unsigned width = tile_width(size_, 0, index);
  if (width == 0) return Error{ErrorCode::kInvalid, "no such bundle"};
  auto entries = split_entry_bundle(bundle, width, max_entry);
  if (!entries) return entries;
  const auto tile = checked_tile(0, index);
  if (!tile) return tile.error();
  for (std::size_t i = 0; i < width; ++i) {
    if (hash_leaf((*entries)[i]) != (**tile)[i])
      return bad_tile({TileKind::kEntries, 0, index, width});
  }
  return entries;
}

}  // namespace dure
