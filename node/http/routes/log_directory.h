// SPDX-License-Identifier: Apache-2.0
// Which log a URL means, without asking the database each time.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "replication/ports.h"

namespace dure::node::http {

/// Threads: any.
class LogDirectory {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  LogDirectory(LogReader& logs, Clock clock) : logs_(logs), clock_(std::move(clock)) {}

  /// Errors: kNotFound; those of the port.
  Result<LogId> own();
  Result<LogId> by_hash(std::string_view origin_hash);

 private:
  Result<LogId> find(const std::string& key);
  Status refresh();

  LogReader& logs_;
  const Clock clock_;
  std::mutex mutex_;                              // guards what follows
  std::unordered_map<std::string, LogId> known_;  // by origin hash; the own one also by ""
  std::optional<std::chrono::steady_clock::time_point> refreshed_;
};

}  // namespace dure::node::http
