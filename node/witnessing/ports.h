// SPDX-License-Identifier: Apache-2.0
// What witnessing needs from storage: the newest head of every log that this node has cosigned.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dure/witness.h"

namespace dure::node {

/// The newest head of one log that this witness has cosigned.
struct WitnessedHead {
  std::string origin;
  WitnessedTree tree;
  std::uint64_t time = 0;  // of the cosignature, POSIX seconds; 0: none yet
  std::string note;        // with the log's verified signature and our cosignature
};

/// Kept with the head lock: no backup brings an older state back. Threads: any; concurrent writes
/// share a commit.
class WitnessedHeads {
 public:
  virtual ~WitnessedHeads() = default;
  virtual Result<std::vector<WitnessedHead>> all() = 0;
  /// Replaces the head of `next.origin`, which must be at `expected` (size 0 with empty_root() and
  /// time 0 if there is none). Durable when it returns.
  /// Errors: kConflict if another one is stored; kStorage (state unknown).
  virtual Status replace(const WitnessedHead& expected, const WitnessedHead& next) = 0;
};

}  // namespace dure::node
