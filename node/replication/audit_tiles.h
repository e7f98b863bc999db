// SPDX-License-Identifier: Apache-2.0
// The upper half of an audit: tiles and root, recomputed from the hashes of bundles.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "replication/ports.h"

namespace dure::node {

/// What the lower half found out.
struct BundleHashes {
  std::vector<Hash> roots;      // of full bundles
  std::vector<Hash> head_edge;  // leaf hashes of the bundle in which the head ends
};

/// Compares every tile above level 0 with what `roots` make of it. `report` gets the first entry
/// under a tile that differs. Errors: none; an unreadable tile is reported.
void audit_upper_tiles(LogReader& reader, LogId log, std::uint64_t stored,
                       const std::vector<Hash>& roots,
                       const std::function<void(std::uint64_t index, std::string what)>& report);

/// The root of the first `size` entries.
Hash root_from_bundles(const BundleHashes& hashes, std::uint64_t size);

}  // namespace dure::node
