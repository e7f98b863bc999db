// SPDX-License-Identifier: Apache-2.0
// Compares the clocks of the peers with this node's: every answer carries a Date anyway. A clock an
// hour off makes back-off, certificates and the times of entries wrong, and nobody notices.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "replication/ports.h"

namespace dure::node {

/// Units: seconds. Threads: any.
class ClockWatch {
 public:
  static constexpr std::int64_t kTolerance = 600;
  /// Told once when a peer's clock leaves or reaches the tolerance; `ahead` is 0 in the latter
  /// case.
  using Report = std::function<void(const std::string& url, std::int64_t ahead)>;

  ClockWatch(std::function<std::int64_t()> now, Report report);
  /// `date`: the clock of the peer at `url` when it answered.
  void note(const std::string& url, std::int64_t date);
  /// How far the peer's clock is ahead of ours (negative: behind); 0 within the tolerance.
  std::int64_t ahead(const std::string& url) const;

 private:
  std::function<std::int64_t()> now_;
  Report report_;
  mutable std::mutex mutex_;                   // guards ahead_; not held while reporting
  std::map<std::string, std::int64_t> ahead_;  // by URL, only what is beyond the tolerance
};

/// `open`, with every answer's date noted.
OpenSource watching_clocks(OpenSource open, std::shared_ptr<ClockWatch> watch);

}  // namespace dure::node
