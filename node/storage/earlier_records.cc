// SPDX-License-Identifier: Apache-2.0
#include "storage/earlier_records.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "dure/entry.h"
#include "dure/erasure.h"
#include "publishing/entry_document.h"
#include "storage/log_tables.h"

namespace dure::node {
namespace {

constexpr std::uint64_t kSlice = 512;  // entries copied at once: nobody's commit waits long

struct EarlierRow {
  OwnRecord record;
  bool has_body = false;
};

/// Empty if the log is not here.
Result<std::optional<LogId>> number_of(Connection& connection, const std::string& origin) {
  auto select = connection.prepare("SELECT id FROM logs WHERE origin = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind_text(1, origin).step();
  if (!row) return std::move(row).error();
  if (!*row) return std::optional<LogId>();
  return std::optional<LogId>(select->integer(0));
}

/// What entries [first, last) of a log say about records.
Result<std::vector<EarlierRow>> read_slice(Database& database, const std::string& origin,
                                           std::uint64_t first, std::uint64_t last) {
  auto reader = database.reader();
  if (!reader) return std::move(reader).error();
  const auto log = number_of(**reader, origin);
  if (!log) return log.error();
  if (!*log) return Error{ErrorCode::kNotFound, "no log " + printable(origin)};
  auto select = (*reader)->prepare(
      "SELECT key - ?1, leaf, body FROM entries WHERE key >= ?1 + ?2 AND key < ?1 + ?3");
  if (!select) return std::move(select).error();
  select->bind(1, entry_key(**log, 0)).bind(2, static_cast<std::int64_t>(first));
  select->bind(3, static_cast<std::int64_t>(last));
  std::vector<EarlierRow> rows;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    auto leaf = parse_leaf(select->bytes(1));
    if (!leaf) return sqlite_error(nullptr, SQLITE_CORRUPT, database.path());
    if (leaf->type == kEraseType || leaf->type == kEraseSealedType)
      continue;  // no revision of a record
    const bool has_body = !select->is_null(2);
    rows.push_back(
        {{std::move(leaf->id), leaf->rev, static_cast<std::uint64_t>(select->integer(0)),
          std::move(leaf->type), has_body ? source_in(select->bytes(2)) : std::string(), origin},
         has_body});
  }
  if (!row) return std::move(row).error();
  return rows;
}

/// A later generation counts before an earlier one, then the higher revision, then what came first;
/// what the own log holds counts before all. A body without a source (a withdrawal) says nothing
/// against the one known before; a body that is gone takes it away.
Status write_rows(Connection& connection, std::span<const EarlierRow> rows) {
  auto upsert = connection.prepare(
      "INSERT INTO own_records(id, rev, position, type, source, origin) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET rev=excluded.rev, "
      "position=excluded.position, type=excluded.type, origin=excluded.origin, "
      "source=CASE WHEN excluded.source = '' AND ?7 THEN own_records.source ELSE excluded.source "
      "END WHERE own_records.origin <> '' AND (own_records.origin <> excluded.origin OR "
      "excluded.rev > own_records.rev)");
  if (!upsert) return std::move(upsert).error();
  for (const auto& [record, has_body] : rows) {
    upsert->bind_text(1, record.id).bind(2, static_cast<std::int64_t>(record.rev));
    upsert->bind(3, static_cast<std::int64_t>(record.index));
    upsert->bind_text(4, record.type).bind_text(5, record.source).bind_text(6, record.origin);
    if (auto written = upsert->bind(7, has_body ? 1 : 0).run(); !written) return written;
  }
  return ok();
}

Status note_copied(Connection& connection, std::span<const EarlierLog> logs) {
  auto insert = connection.prepare("INSERT INTO earlier_logs VALUES(?1, ?2, ?3, ?4)");
  if (!insert) return std::move(insert).error();
  for (std::size_t i = 0; i < logs.size(); ++i) {
    insert->bind(1, static_cast<std::int64_t>(i)).bind_text(2, logs[i].origin);
    insert->bind(3, static_cast<std::int64_t>(logs[i].size)).bind_blob(4, as_view(logs[i].root));
    if (auto noted = insert->run(); !noted) return noted;
  }
  return ok();
}

}  // namespace

Status EarlierRecords::go_on_with(std::span<const EarlierLog> logs, bool here) {
  const std::lock_guard one_at_a_time(copying_);
  if (!here) {
    known_ = false;
    return ok();
  }
  const auto before = copied();
  if (!before) return before.error();
  if (std::equal(before->begin(), before->end(), logs.begin(), logs.end())) {
    known_ = true;
    return ok();
  }
  known_ = false;
  auto cleared = database_.run([](Connection& connection) {
    return connection.execute(
        "DELETE FROM earlier_logs; DELETE FROM own_records WHERE origin <> '';");
  });
  if (!cleared) return cleared;
  for (const EarlierLog& log : logs) {
    if (auto done = copy(log); !done) return done;
  }
  // Last: what was cut off before is copied anew.
  auto noted = database_.run([&](Connection& connection) { return note_copied(connection, logs); });
  if (noted) known_ = true;
  return noted;
}

Status EarlierRecords::copy(const EarlierLog& log) {
  for (std::uint64_t first = 0; first < log.size; first += kSlice) {
    const auto rows = read_slice(database_, log.origin, first, std::min(log.size, first + kSlice));
    if (!rows) return rows.error();
    auto written =
        database_.run([&](Connection& connection) { return write_rows(connection, *rows); });
    if (!written) return written;
  }
  return ok();
}

Result<std::vector<EarlierLog>> EarlierRecords::copied() {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare("SELECT origin, size, root FROM earlier_logs ORDER BY place");
  if (!select) return std::move(select).error();
  std::vector<EarlierLog> logs;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    EarlierLog log{
        std::string(select->bytes(0)), static_cast<std::uint64_t>(select->integer(1)), {}};
    const std::string_view root = select->bytes(2);
    if (root.size() != log.root.size())
      return sqlite_error(nullptr, SQLITE_CORRUPT, database_.path());
    std::memcpy(log.root.data(), root.data(), root.size());
    logs.push_back(std::move(log));
  }
  if (!row) return std::move(row).error();
  return logs;
}

Result<EarlierEntry> EarlierRecords::entry(const OwnRecord& record) {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  const auto log = number_of(**reader, record.origin);
  if (!log) return log.error();
  const Error none{ErrorCode::kNotFound,
                   "no entry " + std::to_string(record.index) + " of " + printable(record.origin)};
  if (!*log) return none;
  auto select = (*reader)->prepare("SELECT leaf, body FROM entries WHERE key = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, entry_key(**log, record.index)).step();
  if (!row) return std::move(row).error();
  if (!*row) return none;
  const auto leaf = parse_leaf(select->bytes(0));
  if (!leaf) return sqlite_error(nullptr, SQLITE_CORRUPT, database_.path());
  EarlierEntry entry{leaf->entry_class, std::nullopt};
  if (!select->is_null(1)) entry.body = std::string(select->bytes(1));
  return entry;
}

}  // namespace dure::node
