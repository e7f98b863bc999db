// SPDX-License-Identifier: Apache-2.0
// From a signed head to the hash of every bundle that is new: few bytes, no level-0 tile,
// everything under the root.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dure/checkpoint.h"
#include "replication/location_pool.h"

namespace dure::node {

/// What is new, proven to extend what is stored and to lead to the head.
struct TreePlan {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::vector<std::string> left;   // leaves from `from` to the end of the bundle it lies in
  std::uint64_t first_bundle = 0;  // full bundles first_bundle, first_bundle + 1, …
  std::vector<Hash> bundle_roots;  // and their hashes
  std::vector<std::string> right;  // leaves of the partial bundle at the end
};

/// What is stored already.
struct TreeBase {
  CompactRange range;
  std::uint64_t edge_bytes = 0;  // length of the stored part of the last entry bundle; 0: unknown
};

/// Fetches the hashes and edges of `head` from one location, in parallel over `workers`
/// connections, and proves them. Errors: kBadProof (this location's data do not lead to the head),
/// kInconsistent (they do, and our stored entries are not a prefix of them), kTooLarge, the
/// fetcher's.
Result<TreePlan> verify_tree(LocationPool& pool, std::size_t location, std::size_t workers,
                             const TreeBase& base, const Checkpoint& head);

}  // namespace dure::node
