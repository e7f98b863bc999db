// SPDX-License-Identifier: Apache-2.0
// How much of anything replication takes from a peer. Everything is bounded before it is allocated.
// PROTOCOL.md §13; the bounds of notes, leaves and bodies are in dure/*.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "dure/commitment.h"
#include "dure/entry.h"
#include "dure/tile.h"

namespace dure::node {

inline constexpr std::size_t kMaxHeadsBytes = 1 << 20;
inline constexpr std::size_t kMaxHeads = 2000;
inline constexpr std::size_t kMaxCardBytes = 16 * 1024;

inline constexpr std::size_t max_entry_bundle_bytes(std::size_t entries) {
  return entries * (2 + kMaxLeafBytes);
}
inline constexpr std::size_t max_body_bundle_bytes(std::size_t entries) {
  return entries * (4 + kSaltBytes + kMaxBodyBytes);
}

/// After how many bytes our server ends an answer of bodies, so that no buffer has to hold a whole
/// bundle of the largest bodies. A reader goes on with `?from=`.
inline constexpr std::size_t kBodyBundleSoftLimit = 4 << 20;

/// The most entries one pull takes on: 32 bytes of memory for each 256 of them are held meanwhile.
inline constexpr std::uint64_t kMaxEntriesPerPull = std::uint64_t{1} << 28;

}  // namespace dure::node
