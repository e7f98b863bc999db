// SPDX-License-Identifier: Apache-2.0
// What witnessing needs from storage: the newest head of every log that this node has cosigned, as
// a witness and as a mirror, and the newest final head of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// The newest head of one mirrored log of which this node said that it holds everything.
struct MirroredHead {
  std::string origin;
  WitnessedTree tree;
  std::uint64_t time = 0;  // of the mirror cosignature, POSIX seconds
  std::uint64_t held = 0;  // entries up to which every body was found here, or rightly gone
  std::string note;        // with the log's signature and our mirror cosignature
};

/// Kept with the head lock, for the same reason. Threads: any; concurrent writes share a commit.
class MirroredHeads {
 public:
  virtual ~MirroredHeads() = default;
  virtual Result<std::vector<MirroredHead>> mirrored_heads() = 0;
  /// Replaces what is stored of the head's origin. Durable when it returns. Errors: kStorage (state
  /// unknown).
  virtual Status keep_mirrored_head(const MirroredHead& head) = 0;
};

/// A head of the own log with what makes it final.
struct FinalHead {
  std::string note;    // with the log's signature and the cosignatures
  std::string mirror;  // the same or a later head, as a note with a mirror's cosignature
};

/// Threads: any.
class FinalHeads {
 public:
  virtual ~FinalHeads() = default;
  virtual Result<std::optional<FinalHead>> final_head() = 0;
  /// Durable when it returns. Errors: kStorage (state unknown).
  virtual Status keep_final_head(const FinalHead& head) = 0;
};

/// The newest head of the own log that witnesses beside the charter's have cosigned. Threads: any.
class IndependentHeads {
 public:
  virtual ~IndependentHeads() = default;
  /// As a note, with the log's signature and all cosignatures that were known.
  virtual Result<std::optional<std::string>> independent_head() = 0;
  /// Durable when it returns. Errors: kStorage (state unknown).
  virtual Status keep_independent_head(std::string_view note) = 0;
};

}  // namespace dure::node
