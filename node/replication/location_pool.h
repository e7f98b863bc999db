// SPDX-License-Identifier: Apache-2.0
// The places a log can be fetched from during one pull: who works, who lied, and each worker's
// connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "replication/puller.h"

namespace dure::node {

/// Threads: any; source(worker, …) only from that worker.
class LocationPool {
 public:
  LocationPool(std::vector<LogLocation> locations, OpenSource open, std::size_t workers);

  std::size_t count() const { return locations_.size(); }
  const LogLocation& location(std::size_t index) const { return locations_[index]; }

  /// The locations still trusted in this pull; each worker begins at another one, so that the load
  /// is shared.
  std::vector<std::size_t> usable(std::size_t worker) const;
  /// The worker's own connection, opened at its first use.
  Result<Source*> source(std::size_t worker, std::size_t location);

  void succeeded(std::size_t location);
  /// Wrong data ends a location's part in this pull; so does not answering while there are others,
  /// else the third time.
  void failed(std::size_t location, const Error& error);
  /// Why the last location failed.
  Error last_error() const;

  void add_wire_bytes(std::uint64_t count) { wire_bytes_ += count; }
  std::uint64_t wire_bytes() const { return wire_bytes_; }

 private:
  struct Health {
    unsigned failures = 0;
    bool banned = false;
  };

  const std::vector<LogLocation> locations_;
  const OpenSource open_;
  std::vector<std::vector<std::unique_ptr<Source>>> sources_;  // [worker][location]
  std::atomic<std::uint64_t> wire_bytes_{0};
  mutable std::mutex mutex_;  // guards health_ and last_error_
  std::vector<Health> health_;
  std::optional<Error> last_error_;
};

/// True if `code` says that the peer sent something wrong, rather than nothing.
bool is_peer_fault(ErrorCode code);

}  // namespace dure::node
