// SPDX-License-Identifier: Apache-2.0
#include "storage/own_index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "dure/entry.h"
#include "storage/log_tables.h"

namespace dure::node {
namespace {

constexpr std::size_t kFileAfter = 65'536;
constexpr std::size_t kFileAtEnd = 4096;  // a start reads fewer than that gladly
constexpr std::size_t kSliceRows = 256;   // filed at once: nobody's commit waits long for them

OwnRecord record_of(const Statement& row) {
  return {std::string(row.bytes(0)),
          static_cast<std::uint64_t>(row.integer(1)),
          static_cast<std::uint64_t>(row.integer(2)),
          std::string(row.bytes(3)),
          std::string(row.bytes(4)),
          std::string(row.bytes(5))};
}

/// Neighbours in the order of ids, so that pages are met once.
Status file_rows(Connection& connection, std::span<const OwnRecord> records) {
  auto upsert = connection.prepare(
      "INSERT INTO own_records(id, rev, position, type, source) VALUES(?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT(id) DO UPDATE SET rev=excluded.rev, position=excluded.position, "
      "type=excluded.type, source=excluded.source, origin='' "
      "WHERE excluded.rev > own_records.rev OR own_records.origin <> ''");
  if (!upsert) return std::move(upsert).error();
  for (const OwnRecord& record : records) {
    upsert->bind_text(1, record.id).bind(2, static_cast<std::int64_t>(record.rev));
    upsert->bind(3, static_cast<std::int64_t>(record.index));
    upsert->bind_text(4, record.type).bind_text(5, record.source);
    if (auto filed = upsert->run(); !filed) return filed;
  }
  return ok();
}

/// From here on a start reads leaves from `end` only.
Status note_filed(Connection& connection, std::uint64_t end) {
  auto note = connection.prepare("UPDATE logs SET filed = ?1 WHERE id = ?2");
  if (!note) return std::move(note).error();
  if (auto noted = note->bind(1, static_cast<std::int64_t>(end)).bind(2, kOwnLog).run(); !noted)
    return noted;
  auto remove = connection.prepare("DELETE FROM own_sources WHERE position < ?1");
  if (!remove) return std::move(remove).error();
  return remove->bind(1, static_cast<std::int64_t>(end)).run();
}

}  // namespace

void RecentRecords::map_new_ones() {
  for (; mapped_ < records_.size(); ++mapped_) {
    const OwnRecord& record = records_[mapped_];
    by_id_.insert_or_assign(record.id, mapped_);
    if (!record.source.empty()) by_source_.insert_or_assign(record.source, mapped_);
  }
}

void RecentRecords::erase_source(std::uint64_t position) {
  const auto found =
      std::lower_bound(records_.begin(), records_.end(), position,
                       [](const OwnRecord& r, std::uint64_t p) { return r.index < p; });
  if (found == records_.end() || found->index != position) return;
  const auto mapped = by_source_.find(found->source);
  const auto place = static_cast<std::size_t>(found - records_.begin());
  if (mapped != by_source_.end() && mapped->second == place) by_source_.erase(mapped);
  found->source.clear();
}

const OwnRecord* RecentRecords::by_id(std::string_view id) {
  map_new_ones();
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? nullptr : &records_[found->second];
}

const OwnRecord* RecentRecords::by_source(std::string_view source) {
  map_new_ones();
  const auto found = by_source_.find(std::string(source));
  return found == by_source_.end() ? nullptr : &records_[found->second];
}

Status OwnIndex::load() {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(
      "SELECT key - ?1, leaf, source FROM entries LEFT JOIN own_sources ON position = key - ?1 "
      "WHERE key >= ?1 + (SELECT filed FROM logs WHERE id = ?2) AND key < ?3 ORDER BY key");
  if (!select) return std::move(select).error();
  select->bind(1, entry_key(kOwnLog, 0)).bind(2, kOwnLog).bind(3, entry_key(kOwnLog + 1, 0));
  const std::lock_guard lock(mutex_);
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    auto leaf = parse_leaf(select->bytes(1));
    if (!leaf) return sqlite_error(nullptr, SQLITE_CORRUPT, database_.path());
    recent_.add({std::move(leaf->id), leaf->rev, static_cast<std::uint64_t>(select->integer(0)),
                 std::move(leaf->type), std::string(select->bytes(2))});
  }
  if (!row) return std::move(row).error();
  return ok();
}

Status OwnIndex::write(Connection& connection, std::uint64_t first,
                       std::span<const NewEntry> entries) {
  auto insert = connection.prepare("INSERT INTO own_sources(position, source) VALUES(?1, ?2)");
  if (!insert) return std::move(insert).error();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].source.empty()) continue;
    insert->bind(1, static_cast<std::int64_t>(first + i)).bind_text(2, entries[i].source);
    if (auto inserted = insert->run(); !inserted) return inserted;
  }
  return ok();
}

void OwnIndex::committed(std::uint64_t first, std::span<const NewEntry> entries) {
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      recent_.add({entries[i].id, entries[i].rev, first + i, entries[i].type, entries[i].source});
    }
    if (!filing_ && recent_.records().size() >= kFileAfter) {
      filing_ = std::exchange(recent_, {});
      due = true;
    }
    due = std::exchange(filing_failed_, false) || due;
  }
  if (due) file_recent();
}

void OwnIndex::close() {
  {
    const std::lock_guard lock(mutex_);
    if (filing_ || recent_.records().size() < kFileAtEnd) return;
    filing_ = std::exchange(recent_, {});
  }
  file_recent();
}

void OwnIndex::file_recent() {
  auto filing = std::make_shared<Filing>();
  {
    const std::lock_guard lock(mutex_);
    filing->records = filing_->records();
  }
  filing->end = filing->records.back().index + 1;
  std::sort(filing->records.begin(), filing->records.end(),
            [](const OwnRecord& a, const OwnRecord& b) {
              return std::tie(a.id, a.rev) < std::tie(b.id, b.rev);
            });
  file_slice(filing);
}

/// Files one slice, then queues the next, so that others' commits come in between.
void OwnIndex::file_slice(const std::shared_ptr<Filing>& filing) {
  const auto left = std::span(filing->records).subspan(filing->done);
  const auto slice = left.first(std::min(kSliceRows, left.size()));
  const auto job = [this, filing, slice](Connection& connection) {
    return slice.empty() ? note_filed(connection, filing->end)
                         : file_rows(connection, without_erased(slice));
  };
  database_.submit(job, [this, filing, slice](const Status& status) {
    filing->done += slice.size();
    if (status && !slice.empty()) {
      file_slice(filing);
      return;
    }
    const std::lock_guard lock(mutex_);
    if (status) filing_.reset();
    // Failing is harmless: the rows stay where they are and a later append tries again.
    filing_failed_ = !status;
  });
}

/// What was to be filed may have been erased since.
std::vector<OwnRecord> OwnIndex::without_erased(std::span<const OwnRecord> records) {
  std::vector<OwnRecord> out(records.begin(), records.end());
  const std::lock_guard lock(mutex_);
  for (OwnRecord& record : out) {
    if (erased_.contains(record.index)) record.source.clear();
  }
  return out;
}

Status OwnIndex::erase_source(Connection& connection, std::string_view id, std::uint64_t position) {
  auto update = connection.prepare(
      "UPDATE own_records SET source = '' WHERE id = ?1 AND position = ?2 AND origin = ''");
  if (!update) return std::move(update).error();
  update->bind_text(1, id).bind(2, static_cast<std::int64_t>(position));
  if (auto updated = update->run(); !updated) return updated;
  auto remove = connection.prepare("DELETE FROM own_sources WHERE position = ?1");
  if (!remove) return std::move(remove).error();
  return remove->bind(1, static_cast<std::int64_t>(position)).run();
}

void OwnIndex::forget_sources(std::span<const std::uint64_t> positions) {
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t position : positions) {
    erased_.insert(position);
    recent_.erase_source(position);
    if (filing_) filing_->erase_source(position);
  }
}

Result<std::optional<OwnRecord>> OwnIndex::by_id(std::string_view id) {
  {
    const std::lock_guard lock(mutex_);
    if (const OwnRecord* found = recent_.by_id(id)) return std::optional(*found);
    const OwnRecord* found = filing_ ? filing_->by_id(id) : nullptr;
    if (found != nullptr) return std::optional(*found);
  }
  return select("SELECT id, rev, position, type, source, origin FROM own_records WHERE id = ?1",
                id);
}

Result<std::optional<OwnRecord>> OwnIndex::by_source(std::string_view source) {
  if (source.empty()) return std::optional<OwnRecord>();
  std::optional<std::string> id;
  {
    const std::lock_guard lock(mutex_);
    const OwnRecord* found = recent_.by_source(source);
    if (found == nullptr && filing_) found = filing_->by_source(source);
    if (found != nullptr) id = found->id;
  }
  if (id) return by_id(*id);
  auto filed = select(
      "SELECT id, rev, position, type, source, origin FROM own_records "
      "WHERE source = ?1 AND source <> '' ORDER BY origin <> '', position DESC LIMIT 1",
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
