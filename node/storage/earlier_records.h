// SPDX-License-Identifier: Apache-2.0
// The records that the own log goes on with after its earlier generations were sealed: copied once
// from their mirrors into own_records, where a revision in the own log takes their place.
#pragma once

#include <atomic>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "publishing/ports.h"
#include "storage/database.h"

namespace dure::node {

class EarlierRecords {
 public:
  explicit EarlierRecords(Database& database) : database_(database) {}

  /// As OwnLog::go_on_with.
  Status go_on_with(std::span<const EarlierLog> logs, bool here);
  /// Whether the records are copied; true for a log that continues none.
  bool known() const { return known_; }
  /// What stands in a sealed log, without a body if the log or the body is not here.
  Result<EarlierEntry> entry(const OwnRecord& record);

 private:
  Result<std::vector<EarlierLog>> copied();
  Status copy(const EarlierLog& log);

  Database& database_;
  std::mutex copying_;  // one copies at a time
  std::atomic<bool> known_ = true;
};

}  // namespace dure::node
