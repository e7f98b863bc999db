// SPDX-License-Identifier: Apache-2.0
// A history that was put aside keeps its rows under its number; only the name of its log changes,
// to one that no origin can have: `<origin> <number>`.
#pragma once

#include "replication/histories.h"
#include "storage/database.h"

namespace dure::node {

/// SQL condition: the row of `logs` is not put aside.
inline constexpr const char* kNotAside = "instr(origin, ' ') = 0";
/// The numbers of what is put aside of the log with number `log`. Errors: kStorage.
Result<std::vector<LogId>> asides_of(Connection& connection, LogId log);

class SqliteHistoryStore final : public HistoryStore {
 public:
  explicit SqliteHistoryStore(Database& database) : database_(database) {}
  Result<LogId> set_aside(LogId log) override;
  Result<std::vector<LogId>> aside(std::string_view origin) override;
  Status take_back(LogId aside) override;
  Status end_at(LogId log, std::string_view head) override;

 private:
  Database& database_;
};

}  // namespace dure::node
