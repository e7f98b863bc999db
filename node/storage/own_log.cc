// SPDX-License-Identifier: Apache-2.0
#include "storage/own_log.h"

#include <utility>

namespace dure::node {
namespace {

constexpr int kHeadSlot = 1;

std::string_view salt_view(const Salt& salt) {
  return {reinterpret_cast<const char*>(salt.data()), salt.size()};
}

std::size_t bytes_of(std::span<const NewEntry> entries) {
  std::size_t bytes = 0;
  for (const NewEntry& entry : entries)
    bytes += sizeof(NewEntry) + entry.leaf.size() + entry.body.size();
  return bytes;
}

}  // namespace

Result<std::unique_ptr<SqliteOwnLog>> SqliteOwnLog::open(Database& database,
                                                         LogAppender& appender) {
  std::unique_ptr<SqliteOwnLog> log(new SqliteOwnLog(database, appender));
  if (auto loaded = log->index_.load(); !loaded) return std::move(loaded).error();
  auto reader = database.reader();
  if (!reader) return std::move(reader).error();
  auto edge = load_edge(**reader, kOwnLog);
  if (!edge) return std::move(edge).error();
  log->range_ = edge->range();
  auto select = (*reader)->prepare("SELECT head FROM logs WHERE id = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, kOwnLog).step();
  if (!row) return std::move(row).error();
  if (*row && !select->is_null(0)) log->head_ = std::string(select->bytes(0));
  return log;
}

std::uint64_t SqliteOwnLog::size() {
  const std::lock_guard lock(mutex_);
  return range_.size();
}

Result<CompactRange> SqliteOwnLog::range() {
  const std::lock_guard lock(mutex_);
  return range_;
}

Status SqliteOwnLog::append(std::uint64_t first, std::span<const NewEntry> entries) {
  CompactRange range;
  const auto job = [&](Connection& connection) {
    auto written = write(connection, first, entries);
    if (!written) return written;
    auto edge = appender_.edge(connection, kOwnLog);
    if (!edge) return Status(std::move(edge).error());
    range = (*edge)->range();
    return ok();
  };
  const auto done = [&](const Status& status) {
    if (!status) {
      appender_.forget(kOwnLog);  // rolled back
      return;
    }
    index_.committed(first, entries);
    const std::lock_guard lock(mutex_);
    if (range.size() > range_.size()) range_ = std::move(range);
  };
  return database_.run(job, bytes_of(entries), done);
}

Status SqliteOwnLog::write(Connection& connection, std::uint64_t first,
                           std::span<const NewEntry> entries) {
  const auto row = [&](std::size_t i) {
    const NewEntry& entry = entries[i];
    EntryRow out{entry.leaf, std::nullopt, entry.body, &entry.leaf_hash};
    if (!entry.body_absent) out.salt = salt_view(entry.salt);
    return out;
  };
  if (auto kept = appender_.append(connection, kOwnLog, first, entries.size(), row); !kept)
    return kept;
  auto indexed = index_.write(connection, first, entries);
  if (!indexed) appender_.forget(kOwnLog);
  return indexed;
}

Result<std::optional<OwnRecord>> SqliteOwnLog::find_by_id(std::string_view id) {
  return index_.by_id(id);
}

Result<std::optional<OwnRecord>> SqliteOwnLog::find_by_source(std::string_view source) {
  return index_.by_source(source);
}

Status SqliteOwnLog::go_on_with(std::span<const EarlierLog> logs, bool here) {
  return earlier_.go_on_with(logs, here);
}

Status SqliteOwnLog::knows_records() {
  if (earlier_.known()) return ok();
  return Error{ErrorCode::kUnavailable, "the log that this one continues is not all here yet",
               "publishing.earlier-missing"};
}

Result<EarlierEntry> SqliteOwnLog::earlier_entry(const OwnRecord& record) {
  return earlier_.entry(record);
}

Result<EntryClass> SqliteOwnLog::entry_class(std::uint64_t index) {
  const Error none{ErrorCode::kNotFound, "the log has no entry " + std::to_string(index)};
  if (index >= size()) return none;
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare("SELECT leaf FROM entries WHERE key = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, entry_key(kOwnLog, index)).step();
  if (!row) return std::move(row).error();
  if (!*row) return none;
  const auto leaf = parse_leaf(select->bytes(0));
  if (!leaf) return sqlite_error(nullptr, SQLITE_CORRUPT, database_.path());
  return leaf->entry_class;
}

Result<std::optional<std::string>> SqliteOwnLog::body(std::uint64_t index) {
  if (index >= size())
    return Error{ErrorCode::kNotFound, "the log has no entry " + std::to_string(index)};
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare("SELECT body FROM entries WHERE key = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, entry_key(kOwnLog, index)).step();
  if (!row) return std::move(row).error();
  if (!*row || select->is_null(0)) return std::optional<std::string>();
  return std::optional(std::string(select->bytes(0)));
}

Status SqliteOwnLog::publish_head(const SignedCheckpoint& head) {
  std::string note = format_note(head.note);
  {
    const std::lock_guard lock(mutex_);
    head_ = note;
  }
  database_.submit_lazy(kHeadSlot, [note = std::move(note)](Connection& connection) {
    auto update = connection.prepare("UPDATE logs SET head = ?1 WHERE id = ?2");
    if (!update) return Status(std::move(update).error());
    return update->bind_text(1, note).bind(2, kOwnLog).run();
  });
  return ok();
}

Result<std::optional<std::string>> SqliteOwnLog::published_head() {
  const std::lock_guard lock(mutex_);
  return head_;
}

}  // namespace dure::node
