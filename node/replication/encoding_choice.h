// SPDX-License-Identifier: Apache-2.0
// gzip or not: over a slow line the compressed bytes win, over a fast one the two processors do.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace dure::node {

/// Threads: any.
class EncodingChoice {
 public:
  explicit EncodingChoice(bool measure) : measure_(measure) {}

  /// Whether the next bundle should be asked for with gzip.
  bool next();
  /// How long it took to have `bytes` (decoded and verified).
  void took(bool compressed, std::uint64_t bytes, std::chrono::nanoseconds time);

 private:
  struct Tally {
    unsigned count = 0;
    double bytes = 0;
    double nanoseconds = 0;
  };
  const bool measure_;
  std::mutex mutex_;  // guards the rest
  unsigned asked_ = 0;
  std::array<Tally, 2> tallies_;  // identity, gzip
};

}  // namespace dure::node
