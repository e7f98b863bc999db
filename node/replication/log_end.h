// SPDX-License-Identifier: Apache-2.0
// Where a log ends that the charter has sealed.
#pragma once

#include <cstdint>

#include "dure/checkpoint.h"

namespace dure::node {

/// The last head of a sealed log: its first `size` entries, with this root, are its history, and
/// nothing else is.
struct LogEnd {
  std::uint64_t size = 0;
  Hash root{};

  bool is(const Checkpoint& head) const { return head.size == size && head.root == root; }
};

}  // namespace dure::node
