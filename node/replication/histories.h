// SPDX-License-Identifier: Apache-2.0
// What replication needs from storage when a mirrored history turns out not to be the log's.
#pragma once

#include <string_view>
#include <vector>

#include "replication/ports.h"

namespace dure::node {

/// Nothing is ever deleted: whoever said that a history is wrong may be mistaken. Every write is
/// durable when it returns, and may have happened if it fails. Threads: any. Errors: kStorage,
/// kNotFound (no such mirror).
class HistoryStore {
 public:
  virtual ~HistoryStore() = default;
  /// Puts what is stored of `log` where nothing serves or shows it, and begins its mirror anew.
  /// Returns the number of the new one.
  virtual Result<LogId> set_aside(LogId log) = 0;
  /// What was put aside of `origin`, in that order.
  virtual Result<std::vector<LogId>> aside(std::string_view origin) = 0;
  /// `aside` becomes the mirror of its origin again, and what stood there is put aside.
  virtual Status take_back(LogId aside) = 0;
  /// Serves `head`, which lies within what is stored, as the newest. That it fits is the caller's
  /// business.
  virtual Status end_at(LogId log, std::string_view head) = 0;
};

}  // namespace dure::node
