// SPDX-License-Identifier: Apache-2.0
#include "storage/quick_check.h"

#include <filesystem>

#include "storage/sqlite.h"

namespace dure::node {
namespace {

using std::chrono::steady_clock;

constexpr int kStepsBetweenLooks = 5000;  // of SQLite's virtual machine: about a millisecond
constexpr int kPatience = 500;            // milliseconds for somebody who holds the file

struct Limit {
  steady_clock::time_point end;
  bool reached = false;
};

int look_at_clock(void* context) {
  auto* limit = static_cast<Limit*>(context);
  limit->reached = steady_clock::now() >= limit->end;
  return limit->reached ? 1 : 0;
}

bool is_damage(const Error& error) {
  return error.text == "storage.corrupt" || error.text == "storage.not-a-database";
}

Result<QuickCheck> run_check(Connection& connection, const Limit& limit) {
  QuickCheck check;
  auto select = connection.prepare("PRAGMA quick_check(1)");
  auto row = select ? select->step() : Result<bool>(select.error());
  if (row && *row) {
    check.finished = true;
    const std::string said(select->bytes(0));
    if (said != "ok") check.fault = said;
    return check;
  }
  if (limit.reached) return check;
  if (row) return Error{ErrorCode::kStorage, "quick_check said nothing"};
  if (!is_damage(row.error())) return row.error();
  check.finished = true;
  check.fault = row.error().detail;
  return check;
}

}  // namespace

Result<QuickCheck> quick_check(Connection& connection, std::chrono::milliseconds longest) {
  Limit limit{steady_clock::now() + longest};
  sqlite3_progress_handler(connection.handle(), kStepsBetweenLooks, look_at_clock, &limit);
  auto check = run_check(connection, limit);
  sqlite3_progress_handler(connection.handle(), 0, nullptr, nullptr);
  return check;
}

Result<QuickCheck> quick_check(const std::string& path, std::chrono::milliseconds longest) {
  // A file that was closed well is read without making anything beside it.
  std::error_code ignored;
  const bool in_use = std::filesystem::exists(path + "-wal", ignored);
  auto connection = Connection::open(path, in_use ? OpenMode::kReadOnly : OpenMode::kImmutable);
  if (!connection) {
    if (is_damage(connection.error())) return QuickCheck{true, connection.error().detail};
    return std::move(connection).error();
  }
  sqlite3_busy_timeout((*connection)->handle(), kPatience);
  return quick_check(**connection, longest);
}

std::string sqlite_version() { return sqlite3_libversion(); }

}  // namespace dure::node
