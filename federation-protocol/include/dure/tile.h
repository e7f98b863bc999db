// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-tiles: which tiles a tree has, their paths, their contents, and bundles of entries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/merkle.h"

namespace dure {

inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kMaxTileLevel = 7;  // sizes are < 2^63
inline constexpr std::size_t kMaxTileBytes = kTileWidth * 32;

enum class TileKind { kHashes, kEntries, kBodies };

/// Which tile: `tile/<level>/<index>`, `tile/entries/<index>` or `bodies/<index>`, with
/// `.p/<width>` if partial.
struct TilePath {
  TileKind kind = TileKind::kHashes;
  unsigned level = 0;  // kHashes only
  std::uint64_t index = 0;
  unsigned width = kTileWidth;  // 1..256
  friend bool operator==(const TilePath&, const TilePath&) = default;
};

/// Errors: kMalformed on any non-canonical spelling. format_tile_path(parse_tile_path(x)) == x.
Result<TilePath> parse_tile_path(std::string_view path);
std::string format_tile_path(const TilePath& tile);

/// The width of tile `index` at `level` in a tree of `size` leaves; 0 if the tree has no such tile.
unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index);

/// The hashes of one full or partial tile. Errors: kMalformed unless 1..256 whole hashes.
Result<std::vector<Hash>> parse_hash_tile(std::string_view bytes);

/// Entry bundle: concatenation of u16be length || entry. `entry` has at most 65,535 bytes (else
/// abort).
void append_to_entry_bundle(Bytes& bundle, std::string_view entry);
/// Splits exactly `count` entries that view into `bundle`. Errors: kMalformed (short, left-over),
/// kTooLarge (an entry over `max_entry`).
Result<std::vector<std::string_view>> split_entry_bundle(std::string_view bundle, std::size_t count,
                                                         std::size_t max_entry);

}  // namespace dure
