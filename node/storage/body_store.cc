// SPDX-License-Identifier: Apache-2.0
// secure_delete overwrites what an UPDATE frees, but a page that was split before may keep a stale
// copy of a row in its unused middle. So the file is searched for the salts, which are random and
// stand beside their bodies; only a file in which one is found is written anew.
#include "storage/body_store.h"

#include <algorithm>
#include <utility>

#include "dure/entry.h"
#include "storage/history_store.h"
#include "storage/log_tables.h"

namespace dure::node {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr std::size_t kMostTraces = 64;  // beyond them searching costs more than rewriting

/// Takes one entry's body away and returns its salt; empty if there was none.
Result<std::string> take_body(Connection& connection, std::int64_t key) {
  std::string salt;
  {
    auto select = connection.prepare("SELECT salt FROM entries WHERE key = ?1");
    if (!select) return std::move(select).error();
    auto row = select->bind(1, key).step();
    if (!row) return std::move(row).error();
    if (!*row || select->is_null(0)) return salt;
    salt = select->bytes(0);
  }
  auto update = connection.prepare("UPDATE entries SET salt = NULL, body = NULL WHERE key = ?1");
  if (!update) return std::move(update).error();
  if (auto updated = update->bind(1, key).run(); !updated) return std::move(updated).error();
  return salt;
}

Result<std::string> id_at(Connection& connection, std::int64_t key) {
  auto select = connection.prepare("SELECT leaf FROM entries WHERE key = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, key).step();
  if (!row) return std::move(row).error();
  if (!*row) return std::string();
  auto leaf = parse_leaf(select->bytes(0));
  if (!leaf) return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
  return std::move(leaf->id);
}

/// Reads through SQLite's own handle: closing another one would drop the process's locks.
Result<bool> holds_any(Connection& connection, const std::vector<std::string>& traces) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  const Error failed = sqlite_error(nullptr, SQLITE_IOERR, connection.path());
  sqlite3_int64 size = 0;
  if (file == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK) return failed;
  std::string block;
  for (sqlite3_int64 at = 0; at < size;) {
    const auto count = std::min<sqlite3_int64>(size - at, kBlock);
    block.resize(static_cast<std::size_t>(count));
    if (file->pMethods->xRead(file, block.data(), static_cast<int>(count), at) != SQLITE_OK)
      return failed;
    for (const std::string& trace : traces) {
      if (block.find(trace) != std::string::npos) return true;
    }
    if (at + count == size) break;
    at += count - static_cast<sqlite3_int64>(kSaltBytes);  // one may lie across the end
  }
  return false;
}

Status empty_wal(Connection& connection) {
  auto emptied = settle(connection);
  if (emptied || emptied.error().text != "storage.busy") return emptied;
  return Error{ErrorCode::kUnavailable, "somebody reads; the rest is erased later"};
}

/// The temporary copy holds what stays only, and memory would not do for large files.
Status rewrite(Connection& connection) {
  auto rewritten = connection.execute("PRAGMA temp_store=FILE; VACUUM;");
  auto back = connection.execute("PRAGMA temp_store=MEMORY;");
  return rewritten ? back : rewritten;
}

}  // namespace

Result<std::vector<std::uint64_t>> SqliteBodyStore::present(
    LogId log, std::span<const std::uint64_t> indexes) {
  std::vector<std::uint64_t> found;
  if (indexes.empty()) return found;
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(
      "SELECT 1 FROM entries WHERE key = ?1 AND (salt IS NOT NULL OR body IS "
      "NOT NULL)");
  if (!select) return std::move(select).error();
  auto logs = asides_of(**reader, log);
  if (!logs) return std::move(logs).error();
  logs->push_back(log);
  for (const std::uint64_t index : indexes) {
    if (index >= kMaxEntries) continue;
    bool there = false;
    for (const LogId one : *logs) {
      auto row = select->bind(1, entry_key(one, index)).step();
      if (!row) return std::move(row).error();
      there = there || *row;
      select->reset();
    }
    if (there) found.push_back(index);
  }
  return found;
}

Status SqliteBodyStore::erase_source(Connection& connection, std::uint64_t index) {
  auto id = id_at(connection, entry_key(kOwnLog, index));
  if (!id) return std::move(id).error();
  return own_log_.index().erase_source(connection, *id, index);
}

/// The own log knows where the records of sealed logs came from, too.
Status SqliteBodyStore::erase_earlier_source(Connection& connection, LogId log,
                                             std::uint64_t index) {
  auto update = connection.prepare(
      "UPDATE own_records SET source = '' WHERE position = ?1 AND source <> '' AND origin = "
      "(SELECT "
      "origin FROM logs WHERE id = ?2)");
  if (!update) return std::move(update).error();
  return update->bind(1, static_cast<std::int64_t>(index)).bind(2, log).run();
}

Status SqliteBodyStore::take_bodies(Connection& connection, LogId log,
                                    std::span<const std::uint64_t> indexes,
                                    std::vector<std::string>& taken) {
  // What was put aside is not served, but on the disk all the same.
  auto asides = asides_of(connection, log);
  if (!asides) return std::move(asides).error();
  for (const LogId aside : *asides) {
    if (auto done = take_bodies_of(connection, aside, indexes, taken); !done) return done;
  }
  return take_bodies_of(connection, log, indexes, taken);
}

Status SqliteBodyStore::take_bodies_of(Connection& connection, LogId log,
                                       std::span<const std::uint64_t> indexes,
                                       std::vector<std::string>& taken) {
  for (const std::uint64_t index : indexes) {
    if (index >= kMaxEntries) continue;
    auto salt = take_body(connection, entry_key(log, index));
    if (!salt) return std::move(salt).error();
    if (!salt->empty()) taken.push_back(*std::move(salt));
    auto forgotten = log == kOwnLog ? erase_source(connection, index)
                                    : erase_earlier_source(connection, log, index);
    if (!forgotten) return forgotten;
  }
  return ok();
}

Status SqliteBodyStore::erase(LogId log, std::span<const std::uint64_t> indexes) {
  std::vector<std::string> taken;
  const auto job = [&](Connection& connection) {
    taken.clear();
    return take_bodies(connection, log, indexes, taken);
  };
  if (log == kOwnLog) own_log_.index().forget_sources(indexes);
  auto status = database_.run(job);
  const std::lock_guard lock(mutex_);
  // Also after a failure: whether it was kept is not known.
  traces_.insert(traces_.end(), taken.begin(), taken.end());
  return status;
}

Status SqliteBodyStore::sweep(Sweep how) {
  std::vector<std::string> traces;
  {
    const std::lock_guard lock(mutex_);
    traces = traces_;
  }
  if (traces.size() > kMostTraces) how = Sweep::kRewrite;
  auto swept = database_.run_alone(
      [&](Connection& connection) { return sweep_file(connection, how, traces); });
  if (!swept) return swept;
  const std::lock_guard lock(mutex_);
  traces_.erase(traces_.begin(), traces_.begin() + static_cast<std::ptrdiff_t>(traces.size()));
  return ok();
}

Status SqliteBodyStore::sweep_file(Connection& connection, Sweep how,
                                   const std::vector<std::string>& traces) {
  if (auto emptied = empty_wal(connection); !emptied) return emptied;
  if (how == Sweep::kSearch) {
    const auto found = holds_any(connection, traces);
    if (!found) return found.error();
    if (!*found) return ok();
  }
  if (auto rewritten = rewrite(connection); !rewritten) return rewritten;
  return empty_wal(connection);
}

}  // namespace dure::node
