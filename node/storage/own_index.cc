// SPDX-License-Identifier: Apache-2.0
#include "storage/own_index.h"

#include <utility>

namespace dure::node {
namespace {

constexpr std::size_t kFileAfter = 8192;

OwnRecord record_of(const Statement& row) {
  return {std::string(row.bytes(0)), static_cast<std::uint64_t>(row.integer(1)),
          static_cast<std::uint64_t>(row.integer(2)), std::string(row.bytes(3)),
          std::string(row.bytes(4))};
}

/// Copies the rows of own_recent up to `last` to own_records and empties it. In order of id, so
/// that pages are met once.
Status file_rows(Connection& connection, std::int64_t last) {
  auto upsert = connection.prepare(
      "INSERT INTO own_records(id, rev, position, type, source) "
      "SELECT id, rev, position, type, source FROM own_recent WHERE position <= ?1 ORDER BY id, "
      "rev "
      "ON CONFLICT(id) DO UPDATE SET rev=excluded.rev, position=excluded.position, "
      "type=excluded.type, "
      "source=excluded.source WHERE excluded.rev > own_records.rev");
  if (!upsert) return std::move(upsert).error();
  if (auto filed = upsert->bind(1, last).run(); !filed) return filed;
  auto remove = connection.prepare("DELETE FROM own_recent WHERE position <= ?1");
  if (!remove) return std::move(remove).error();
  return remove->bind(1, last).run();
}

}  // namespace

Status OwnIndex::load() {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(
      "SELECT id, rev, position, type, source FROM own_recent ORDER BY position");
  if (!select) return std::move(select).error();
  const std::lock_guard lock(mutex_);
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    remember(record_of(*select));
    ++unfiled_;
  }
  if (!row) return std::move(row).error();
  return ok();
}

Status OwnIndex::write(Connection& connection, std::uint64_t first,
                       std::span<const NewEntry> entries) {
  auto insert = connection.prepare(
      "INSERT INTO own_recent(position, id, rev, type, source) VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!insert) return std::move(insert).error();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const NewEntry& entry = entries[i];
    insert->bind(1, static_cast<std::int64_t>(first + i)).bind_text(2, entry.id);
    insert->bind(3, static_cast<std::int64_t>(entry.rev))
        .bind_text(4, entry.type)
        .bind_text(5, entry.source);
    if (auto inserted = insert->run(); !inserted) return inserted;
  }
  return ok();
}

void OwnIndex::remember(OwnRecord record) {
  if (!record.source.empty()) recent_sources_.insert_or_assign(record.source, record.id);
  const std::string id = record.id;
  recent_.insert_or_assign(id, std::move(record));
}

void OwnIndex::committed(std::uint64_t first, std::span<const NewEntry> entries) {
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      remember({entries[i].id, entries[i].rev, first + i, entries[i].type, entries[i].source});
    }
    unfiled_ += entries.size();
    due = unfiled_ >= kFileAfter && !std::exchange(filing_, true);
  }
  if (due) file_recent();
}

void OwnIndex::file_recent() {
  std::int64_t last = -1;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, record] : recent_)
      last = std::max(last, static_cast<std::int64_t>(record.index));
  }
  const auto job = [last](Connection& connection) { return file_rows(connection, last); };
  // Failing is harmless: the rows stay where they are and the next append tries again.
  database_.submit(job, [this, last](const Status& status) {
    const std::lock_guard lock(mutex_);
    filing_ = false;
    if (!status) return;
    std::erase_if(recent_sources_, [&](const auto& item) {
      const auto record = recent_.find(item.second);
      return record == recent_.end() || static_cast<std::int64_t>(record->second.index) <= last;
    });
    std::erase_if(recent_, [&](const auto& item) {
      return static_cast<std::int64_t>(item.second.index) <= last;
    });
    unfiled_ = recent_.size();
  });
}

Result<std::optional<OwnRecord>> OwnIndex::by_id(std::string_view id) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = recent_.find(std::string(id)); found != recent_.end())
      return std::optional(found->second);
  }
  return select("SELECT id, rev, position, type, source FROM own_records WHERE id = ?1", id);
}

Result<std::optional<OwnRecord>> OwnIndex::by_source(std::string_view source) {
  if (source.empty()) return std::optional<OwnRecord>();
  {
    const std::lock_guard lock(mutex_);
    const auto found = recent_sources_.find(std::string(source));
    if (found != recent_sources_.end()) {
      const auto record = recent_.find(found->second);
      if (record != recent_.end()) return std::optional(record->second);
    }
  }
  auto filed = select(
      "SELECT id, rev, position, type, source FROM own_records WHERE source = ?1 AND source <> ''",
      source);
  if (!filed || !*filed) return filed;
  return by_id((*filed)->id);  // a newer revision may not be filed yet
}

Result<std::optional<OwnRecord>> OwnIndex::select(std::string_view sql, std::string_view value) {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto statement = (*reader)->prepare(sql);
  if (!statement) return std::move(statement).error();
  auto row = statement->bind_text(1, value).step();
  if (!row) return std::move(row).error();
  if (!*row) return std::optional<OwnRecord>();
  return std::optional(record_of(*statement));
}

}  // namespace dure::node
