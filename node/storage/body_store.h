// SPDX-License-Identifier: Apache-2.0
// Takes bodies out of node.db so that nothing of them stays in the file.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "erasing/ports.h"
#include "storage/database.h"
#include "storage/own_log.h"

namespace dure::node {

/// Threads: any.
class SqliteBodyStore final : public BodyStore {
 public:
  SqliteBodyStore(Database& database, SqliteOwnLog& own_log)
      : database_(database), own_log_(own_log) {}
  Result<std::vector<std::uint64_t>> present(LogId log,
                                             std::span<const std::uint64_t> indexes) override;
  Status erase(LogId log, std::span<const std::uint64_t> indexes) override;
  Status sweep(Sweep how) override;

 private:
  Status take_bodies(Connection& connection, LogId log, std::span<const std::uint64_t> indexes,
                     std::vector<std::string>& taken);
  Status take_bodies_of(Connection& connection, LogId log, std::span<const std::uint64_t> indexes,
                        std::vector<std::string>& taken);
  Status erase_source(Connection& connection, std::uint64_t index);
  static Status erase_earlier_source(Connection& connection, LogId log, std::uint64_t index);
  Status sweep_file(Connection& connection, Sweep how, const std::vector<std::string>& traces);

  Database& database_;
  SqliteOwnLog& own_log_;
  std::mutex mutex_;                 // guards what follows
  std::vector<std::string> traces_;  // salts taken since the last sweep
};

}  // namespace dure::node
