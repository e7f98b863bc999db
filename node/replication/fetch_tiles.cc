// SPDX-License-Identifier: Apache-2.0
#include "replication/fetch_tiles.h"

#include "dure/checkpoint.h"
#include "replication/bounds.h"

namespace dure::node {
namespace {

constexpr auto kFull = static_cast<unsigned>(kTileWidth);

enum class Rest { kRefused, kIgnored };

/// A partial answer starts behind what was skipped; a whole one has it in front. A full bundle that
/// stands in for a partial one goes on behind what we want.
Result<std::vector<std::string>> take_leaves(std::string_view bundle, unsigned skip, unsigned count,
                                             Rest rest) {
  std::vector<std::string> leaves;
  leaves.reserve(count);
  for (unsigned i = 0; i < skip + count; ++i) {
    const auto length = take_u16be(bundle);
    if (!length) return length.error();
    if (*length > kMaxLeafBytes) return Error{ErrorCode::kTooLarge, "entry bundle: leaf"};
    const auto leaf = take_bytes(bundle, *length);
    if (!leaf) return leaf.error();
    if (i >= skip) leaves.emplace_back(*leaf);
  }
  if (rest == Rest::kRefused && !bundle.empty())
    return Error{ErrorCode::kMalformed, "entry bundle: left-over bytes"};
  return leaves;
}

}  // namespace

Result<FetchResponse> TileFetcher::fetch(const FetchRequest& request) {
  auto response = source_.fetch(request);
  if (!response) return response;
  pool_.add_wire_bytes(response->wire_bytes);
  // A source of ours keeps this promise; a check costs nothing and guards the next kind of source.
  if (response->body.size() > request.max_bytes) return Error{ErrorCode::kTooLarge, request.path};
  return response;
}

Result<TileFetcher::FetchedTile> TileFetcher::fetch_tile(TilePath tile, std::string_view query,
                                                         FetchRequest request,
                                                         std::size_t full_max_bytes) {
  request.path = prefix_ + "/" + format_tile_path(tile) + std::string(query);
  auto response = fetch(request);
  if (response) return FetchedTile{std::move(*response), tile.width};
  if (response.error().code != ErrorCode::kNotFound || tile.width == kFull)
    return std::move(response).error();
  tile.width = kFull;
  request.path = prefix_ + "/" + format_tile_path(tile) + std::string(query);
  request.max_bytes = full_max_bytes;
  auto full = fetch(request);
  if (!full) return std::move(response).error();
  return FetchedTile{std::move(*full), kFull};
}

Result<std::string> TileFetcher::checkpoint() {
  auto response = fetch({.path = prefix_ + "/checkpoint", .max_bytes = kMaxCheckpointBytes});
  if (!response) return std::move(response).error();
  return std::move(response->body);
}

Result<std::vector<Hash>> TileFetcher::hashes(unsigned level, std::uint64_t index, unsigned width,
                                              unsigned skip) {
  const TilePath tile{TileKind::kHashes, level, index, width};
  auto fetched = fetch_tile(
      tile, {}, {.path = {}, .max_bytes = width * sizeof(Hash), .range_from = skip * sizeof(Hash)},
      kMaxTileBytes);
  if (!fetched) return std::move(fetched).error();
  auto hashes = parse_hash_tile(fetched->response.body);
  if (!hashes) return hashes;
  if (!fetched->response.partial) {
    if (hashes->size() < width) return Error{ErrorCode::kMalformed, "hash tile: too short"};
    hashes->erase(hashes->begin(), hashes->begin() + skip);
  }
  if (hashes->size() < width - skip) return Error{ErrorCode::kMalformed, "hash tile: too short"};
  hashes->resize(width - skip);
  return hashes;
}

Result<std::vector<std::string>> TileFetcher::leaves(std::uint64_t index, unsigned width,
                                                     unsigned skip, std::uint64_t skip_bytes,
                                                     bool compress) {
  const TilePath tile{TileKind::kEntries, 0, index, width};
  FetchRequest request{.path = {}, .max_bytes = max_entry_bundle_bytes(width)};
  // A range is never compressed, and compressed leaves have about two fifths of their size: the
  // whole bundle is shorter unless most of it is here already.
  const bool range_is_shorter = !compress || (width - skip) * 5 < width * 2;
  request.range_from = range_is_shorter ? skip_bytes : 0;
  request.compress = compress && request.range_from == 0;
  auto fetched = fetch_tile(tile, {}, std::move(request), max_entry_bundle_bytes(kFull));
  if (!fetched) return std::move(fetched).error();
  const Rest rest = fetched->width == width ? Rest::kRefused : Rest::kIgnored;
  return take_leaves(fetched->response.body, fetched->response.partial ? 0 : skip, width - skip,
                     rest);
}

Result<FetchedBodies> TileFetcher::bodies(std::uint64_t index, unsigned width, unsigned from,
                                          bool compress) {
  const TilePath tile{TileKind::kBodies, 0, index, width};
  const std::string query = from == 0 ? std::string() : "?from=" + std::to_string(from);
  FetchRequest request{.path = {}, .max_bytes = max_body_bundle_bytes(width - from)};
  request.compress = compress;
  auto fetched = fetch_tile(tile, query, std::move(request), max_body_bundle_bytes(kFull - from));
  if (!fetched) return std::move(fetched).error();
  return FetchedBodies{std::move(fetched->response.body), fetched->width};
}

}  // namespace dure::node
