// SPDX-License-Identifier: Apache-2.0
// The resources of one log at one location. Checks form and size; what the bytes prove is the
// caller's business.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replication/location_pool.h"

namespace dure::node {

struct FetchedBodies {
  Bytes bytes;
  unsigned width = 0;  // of the bundle they came from: the one asked for, or 256
};

/// Threads: one.
class TileFetcher {
 public:
  TileFetcher(Source& source, std::string prefix, LocationPool& pool)
      : source_(source), prefix_(std::move(prefix)), pool_(pool) {}

  /// The note, not verified.
  Result<std::string> checkpoint();
  /// Hashes [skip, width) of a tile.
  Result<std::vector<Hash>> hashes(unsigned level, std::uint64_t index, unsigned width,
                                   unsigned skip);
  /// Leaves [skip, width) of a bundle. `skip_bytes` is how long the skipped ones are in the bundle,
  /// or 0 if unknown.
  Result<std::vector<std::string>> leaves(std::uint64_t index, unsigned width, unsigned skip,
                                          std::uint64_t skip_bytes, bool compress);
  /// A body bundle's bytes from entry `from` on; the server may have stopped early.
  Result<FetchedBodies> bodies(std::uint64_t index, unsigned width, unsigned from, bool compress);

 private:
  struct FetchedTile {
    FetchResponse response;
    unsigned width = 0;
  };
  Result<FetchResponse> fetch(const FetchRequest& request);
  /// A partial tile may be gone once the full one exists: then the full one is asked for.
  Result<FetchedTile> fetch_tile(TilePath tile, std::string_view query, FetchRequest request,
                                 std::size_t full_max_bytes);

  Source& source_;
  std::string prefix_;
  LocationPool& pool_;
};

}  // namespace dure::node
