// SPDX-License-Identifier: Apache-2.0
// What recovery did to the own log, for the person who asks.
#pragma once

#include <atomic>
#include <cstdint>

namespace dure::node {

/// Threads: any; only recovery writes.
struct RecoveryNotes {
  std::atomic<std::uint64_t> entries{0};  // came back from peers
  std::atomic<std::uint64_t> absent{0};   // of those, without a body
  std::atomic<std::uint64_t> milliseconds{0};
  std::atomic<bool> database_rebuilt{false};  // node.db was lost and begun anew
};

}  // namespace dure::node
