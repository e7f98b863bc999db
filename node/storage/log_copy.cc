// SPDX-License-Identifier: Apache-2.0
#include "storage/log_copy.h"

#include "storage/log_tables.h"

namespace dure::node {
namespace {

Status check_kind(Connection& connection, CopiedLog& log) {
  auto application = connection.query_integer("PRAGMA application_id");
  if (!application) return std::move(application).error();
  auto version = connection.query_integer("PRAGMA user_version");
  if (!version) return std::move(version).error();
  const Schema& schema = node_schema();
  if (*application != schema.application_id || *version < 1) {
    return Error{ErrorCode::kUnsupported,
                 connection.path() + " is not a file of this kind",
                 "storage.not-ours",
                 {{"path", connection.path()}}};
  }
  if (*version > schema.version()) {
    return Error{ErrorCode::kUnsupported,
                 connection.path() + " is of a newer version",
                 "storage.newer-version",
                 {{"path", connection.path()},
                  {"found", std::to_string(*version)},
                  {"known", std::to_string(schema.version())}}};
  }
  log.format = static_cast<std::int32_t>(*version);
  return ok();
}

Status damaged(Connection& connection, std::string_view what) {
  Error error = sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
  error.detail += ": " + std::string(what);
  return error;
}

Status check_pages(Connection& connection) {
  auto select = connection.prepare("PRAGMA integrity_check(1)");
  if (!select) return std::move(select).error();
  auto row = select->step();
  if (!row) return std::move(row).error();
  if (*row && select->bytes(0) == "ok") return ok();
  return damaged(connection, *row ? select->bytes(0) : std::string_view("no answer"));
}

Status read_log(Connection& connection, CopiedLog& log) {
  auto select = connection.prepare("SELECT origin, head FROM logs WHERE id = ?1 AND own = 1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, kOwnLog).step();
  if (!row) return std::move(row).error();
  if (!*row) return damaged(connection, "no own log");
  log.origin = std::string(select->bytes(0));
  if (!select->is_null(1)) log.head = std::string(select->bytes(1));
  return ok();
}

Status read_leaves(Connection& connection, CopiedLog& log) {
  auto select =
      connection.prepare("SELECT key, leaf FROM entries WHERE key >= ?1 AND key < ?2 ORDER BY key");
  if (!select) return std::move(select).error();
  const std::int64_t first = entry_key(kOwnLog, 0);
  select->bind(1, first).bind(2, entry_key(kOwnLog + 1, 0));
  CompactRange range;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    if (select->integer(0) != first + static_cast<std::int64_t>(range.size()))
      return damaged(connection, "an entry is missing");
    range.append(hash_leaf(select->bytes(1)));
  }
  if (!row) return std::move(row).error();
  log.size = range.size();
  log.root = range.root();
  return ok();
}

}  // namespace

Result<CopiedLog> examine_copy(const std::string& path) {
  auto connection = Connection::open(path, OpenMode::kImmutable);
  if (!connection) return std::move(connection).error();
  CopiedLog log;
  using Step = Status (*)(Connection&, CopiedLog&);
  constexpr Step kPages = [](Connection& file, CopiedLog&) { return check_pages(file); };
  for (const Step step : {Step(&check_kind), kPages, Step(&read_log), Step(&read_leaves)}) {
    if (auto done = step(**connection, log); !done) return std::move(done).error();
  }
  return log;
}

}  // namespace dure::node
