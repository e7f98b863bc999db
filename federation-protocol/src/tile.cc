// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-tiles paths, tile widths and bundles.
#include "dure/tile.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "lines.h"

namespace dure {
namespace {

constexpr unsigned kTileLevelEnd = 64;  // as the specification; trees of < 2^63 leaves use 0..7
constexpr std::size_t kMaxIndexGroups = 7;
constexpr std::size_t kMaxEntryBytes = 0xFFFF;

Error malformed_path() { return Error{ErrorCode::kMalformed, "not a tile path"}; }

/// Three digits. The caller checks that there are three characters.
Result<std::uint64_t> parse_group(std::string_view group) {
  std::uint64_t value = 0;
  for (const char c : group) {
    if (c < '0' || c > '9') return malformed_path();
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// `x001/x234/067` at the front of `in`; stops before whatever follows.
Result<std::uint64_t> take_index(std::string_view& in) {
  std::uint64_t index = 0;
  for (std::size_t groups = 1; groups <= kMaxIndexGroups; ++groups) {
    const bool more = take_prefix(in, "x");
    if (in.size() < 3) return malformed_path();
    const auto group = parse_group(in.substr(0, 3));
    if (!group) return malformed_path();
    in.remove_prefix(3);
    // "x000/001" would be a second spelling of "001".
    if (more && groups == 1 && *group == 0) return malformed_path();
    if (index > (UINT64_MAX >> 1) / 1000 - 1) return malformed_path();
    index = index * 1000 + *group;
    if (!more) return index;
    if (!take_prefix(in, "/")) return malformed_path();
  }
  return malformed_path();
}

/// `/<width>` after ".p", or nothing for a full tile.
Result<unsigned> parse_width(std::string_view rest) {
  if (rest.empty()) return static_cast<unsigned>(kTileWidth);
  if (!take_prefix(rest, ".p/")) return malformed_path();
  const auto width = parse_decimal(rest);
  if (!width || *width == 0 || *width >= kTileWidth) return malformed_path();
  return static_cast<unsigned>(*width);
}

/// Drops `tile/<level>/`, `tile/entries/` or `bodies/` from `in`.
Status take_kind(std::string_view& in, TilePath& tile) {
  if (take_prefix(in, "bodies/")) {
    tile.kind = TileKind::kBodies;
    return ok();
  }
  if (take_prefix(in, "tile/entries/")) {
    tile.kind = TileKind::kEntries;
    return ok();
  }
  if (!take_prefix(in, "tile/")) return malformed_path();
  const std::size_t slash = in.find('/');
  if (slash == std::string_view::npos) return malformed_path();
  const auto level = parse_decimal(in.substr(0, slash));
  if (!level || *level >= kTileLevelEnd) return malformed_path();
  tile.level = static_cast<unsigned>(*level);
  in.remove_prefix(slash + 1);
  return ok();
}

std::string format_index(std::uint64_t index) {
  std::string out;
  for (bool last = true; last || index > 0; last = false, index /= 1000) {
    const std::string digits = std::to_string(index % 1000);
    std::string group = last ? "" : "x";
    group.append(3 - digits.size(), '0');
    group += digits;
    if (!last) group += '/';
    out.insert(0, group);
  }
  return out;
}

}  // namespace

Result<TilePath> parse_tile_path(std::string_view path) {
  TilePath tile;
  if (auto kind = take_kind(path, tile); !kind) return std::move(kind).error();
  const auto index = take_index(path);
  if (!index) return index.error();
  tile.index = *index;
  const auto width = parse_width(path);
  if (!width) return width.error();
  tile.width = *width;
  return tile;
}

std::string format_tile_path(const TilePath& tile) {
  std::string out;
  switch (tile.kind) {
    case TileKind::kHashes:
      out = "tile/" + std::to_string(tile.level) + "/";
      break;
    case TileKind::kEntries:
      out = "tile/entries/";
      break;
    case TileKind::kBodies:
      out = "bodies/";
      break;
  }
  out += format_index(tile.index);
  if (tile.width != kTileWidth) out += ".p/" + std::to_string(tile.width);
  return out;
}

unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index) {
  if (level > kMaxTileLevel) return 0;
  const std::uint64_t count = size >> (kTileHeight * level);
  if (index > count / kTileWidth) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, count - index * kTileWidth));
}

Result<std::vector<Hash>> parse_hash_tile(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % sizeof(Hash) != 0 || bytes.size() > kMaxTileBytes) {
    return Error{ErrorCode::kMalformed, "a hash tile is not 1 to 256 whole hashes"};
  }
  std::vector<Hash> hashes(bytes.size() / sizeof(Hash));
  std::memcpy(hashes.data(), bytes.data(), bytes.size());
  return hashes;
}

void append_to_entry_bundle(Bytes& bundle, std::string_view entry) {
  if (entry.size() > kMaxEntryBytes) std::abort();
  append_u16be(bundle, static_cast<std::uint16_t>(entry.size()));
  bundle += entry;
}

Result<std::vector<std::string_view>> split_entry_bundle(std::string_view bundle, std::size_t count,
                                                         std::size_t max_entry) {
  std::vector<std::string_view> entries;
  entries.reserve(std::min<std::size_t>(count, kTileWidth));
  while (entries.size() < count) {
    const auto length = take_u16be(bundle);
    if (!length) return Error{ErrorCode::kMalformed, "an entry bundle ends too early"};
    if (*length > max_entry) return Error{ErrorCode::kTooLarge, "an entry is too large"};
    const auto entry = take_bytes(bundle, *length);
    if (!entry) return Error{ErrorCode::kMalformed, "an entry bundle ends inside an entry"};
    entries.push_back(*entry);
  }
  if (!bundle.empty())
    return Error{ErrorCode::kMalformed, "bytes after the last entry of a bundle"};
  return entries;
}

}  // namespace dure
