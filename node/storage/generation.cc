// SPDX-License-Identifier: Apache-2.0
#include "storage/generation.h"

#include <utility>

#include "storage/log_tables.h"

namespace dure::node {
namespace {

Result<std::string> own_name(Connection& connection) {
  auto select = connection.prepare("SELECT origin FROM logs WHERE id = ?1 AND own = 1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, kOwnLog).step();
  if (!row) return std::move(row).error();
  if (!*row) return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
  return std::string(select->bytes(0));
}

Status rename_own(Connection& connection, const std::string& origin) {
  auto update = connection.prepare(
      "UPDATE logs SET origin = ?2, head = NULL, pending_head = NULL, filed = 0 WHERE id = ?1");
  if (!update) return std::move(update).error();
  return update->bind(1, kOwnLog).bind_text(2, origin).run();
}

/// The mirror under the own log's old name, with its head.
Result<LogId> make_mirror(Connection& connection, const std::string& origin,
                          const std::optional<std::string>& head) {
  auto insert =
      connection.prepare("INSERT INTO logs(origin, own, head) VALUES(?1, 0, ?2) RETURNING id");
  if (!insert) return std::move(insert).error();
  insert->bind_text(1, origin);
  if (head) {
    insert->bind_text(2, *head);
  } else {
    insert->bind_null(2);
  }
  auto row = insert->step();
  if (!row) return std::move(row).error();
  const LogId id = insert->integer(0);
  insert->reset();
  return id;
}

Result<std::optional<std::string>> own_head(Connection& connection) {
  auto select = connection.prepare("SELECT head FROM logs WHERE id = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, kOwnLog).step();
  if (!row) return std::move(row).error();
  if (!*row || select->is_null(0)) return std::optional<std::string>();
  return std::optional(std::string(select->bytes(0)));
}

/// Rows of a log lie together by its number: moving them is adding to their keys.
Status move_rows(Connection& connection, const char* sql, LogId to) {
  auto update = connection.prepare(sql);
  if (!update) return std::move(update).error();
  const std::int64_t from = entry_key(kOwnLog, 0), end = entry_key(kOwnLog + 1, 0);
  return update->bind(1, entry_key(to, 0) - from).bind(2, from).bind(3, end).run();
}

}  // namespace

Status move_own_log(Connection& connection, const std::string& origin) {
  auto before = own_name(connection);
  if (!before) return std::move(before).error();
  if (*before == origin) return ok();
  auto head = own_head(connection);
  if (!head) return std::move(head).error();
  if (auto renamed = rename_own(connection, origin); !renamed) return renamed;
  auto mirror = make_mirror(connection, *before, *head);
  if (!mirror) return std::move(mirror).error();
  for (const char* sql : {"UPDATE entries SET key = key + ?1 WHERE key >= ?2 AND key < ?3",
                          "UPDATE tiles SET key = key + ?1 WHERE key >= ?2 AND key < ?3"}) {
    if (auto moved = move_rows(connection, sql, *mirror); !moved) return moved;
  }
  // What of them the new log goes on with is found again once the charter says where the old one
  // ends (earlier_records.h).
  return connection.execute(
      "DELETE FROM own_records; DELETE FROM own_sources; DELETE FROM earlier_logs;");
}

}  // namespace dure::node
