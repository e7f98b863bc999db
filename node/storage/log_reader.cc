// SPDX-License-Identifier: Apache-2.0
#include "storage/log_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "dure/entry.h"
#include "replication/members.h"
#include "storage/history_store.h"
#include "storage/log_tables.h"

namespace dure::node {
namespace {

constexpr std::uint64_t kScanPage = 1024;
constexpr const char* kSelectEntries =
    "SELECT key, leaf, salt, body FROM entries WHERE key >= ?1 AND key < ?2";

Error no_such_tile() { return {ErrorCode::kNotFound, "the log has no such tile"}; }

Salt as_salt(std::string_view bytes) {
  Salt salt{};
  std::memcpy(salt.data(), bytes.data(), std::min(bytes.size(), salt.size()));
  return salt;
}

/// The first `width` hashes of a tile: from its row if it is full, else from the level below.
Result<Bytes> hash_tile(Connection& connection, LogId log, unsigned level, std::uint64_t index,
                        unsigned width) {
  // No log here is large enough for the topmost level, and shifting by all 64 bits is undefined.
  if (level >= kMaxTileLevel || index >= kMaxEntries >> (kTileHeight * (level + 1)))
    return no_such_tile();
  {
    auto select = connection.prepare("SELECT hashes FROM tiles WHERE key = ?1");
    if (!select) return std::move(select).error();
    auto row = select->bind(1, tile_key(log, level, index)).step();
    if (!row) return std::move(row).error();
    if (*row) {
      const std::string_view hashes = select->bytes(0);
      if (hashes.size() != kMaxTileBytes)
        return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
      return Bytes(hashes.substr(0, std::size_t{width} * sizeof(Hash)));
    }
  }
  auto hashes = level_hashes(connection, log, level, index * kTileWidth, width);
  if (!hashes) return std::move(hashes).error();
  return Bytes(reinterpret_cast<const char*>(hashes->data()), hashes->size() * sizeof(Hash));
}

/// Calls `each(statement)` for the rows of entries [first, first + count) and returns how many
/// there were.
template <class Each>
Result<std::uint64_t> for_each_row(Connection& connection, const char* sql, LogId log,
                                   std::uint64_t first, std::uint64_t count, const Each& each) {
  auto select = connection.prepare(sql);
  if (!select) return std::move(select).error();
  const std::int64_t from = entry_key(log, first);
  select->bind(1, from).bind(2, from + static_cast<std::int64_t>(count));
  std::uint64_t seen = 0;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    if (select->integer(0) != from + static_cast<std::int64_t>(seen)) {
      return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
    }
    ++seen;
    if (!each(*select)) return seen;
  }
  if (!row) return std::move(row).error();
  return seen;
}

Result<Bytes> entry_bundle(Connection& connection, LogId log, std::uint64_t first,
                           std::uint64_t count) {
  Bytes bundle;
  bundle.reserve(count * 384);
  auto seen = for_each_row(connection, "SELECT key, leaf FROM entries WHERE key >= ?1 AND key < ?2",
                           log, first, count, [&](const Statement& row) {
                             append_to_entry_bundle(bundle, row.bytes(1));
                             return true;
                           });
  if (!seen) return std::move(seen).error();
  if (*seen != count) return no_such_tile();
  return bundle;
}

Result<Bytes> body_bundle(Connection& connection, LogId log, std::uint64_t first,
                          std::uint64_t count, std::size_t soft_limit) {
  constexpr std::uint64_t kUsualBytes = 1280;
  Bytes bundle;
  bundle.reserve(std::min<std::uint64_t>(soft_limit, count * kUsualBytes));
  bool cut = false;
  auto seen =
      for_each_row(connection, kSelectEntries, log, first, count, [&](const Statement& row) {
        if (row.is_null(2) || is_members_only(row.bytes(1))) {
          append_absent_to_body_bundle(bundle);
        } else {
          append_to_body_bundle(bundle, as_salt(row.bytes(2)), row.bytes(3));
        }
        cut = bundle.size() >= soft_limit;
        return !cut;
      });
  if (!seen) return std::move(seen).error();
  if (*seen != count && !cut) return no_such_tile();
  return bundle;
}

/// What is left of [index·256, +width) after skipping `from` entries must be there to its end.
Status check_present(Connection& connection, LogId log, std::uint64_t end) {
  auto stored = count_entries(connection, log);
  if (!stored) return std::move(stored).error();
  if (*stored < end) return no_such_tile();
  return ok();
}

}  // namespace

Result<std::vector<KnownLog>> SqliteLogReader::logs() {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(std::string("SELECT id, origin, own FROM logs WHERE ") +
                                   kNotAside + " ORDER BY origin");
  if (!select) return std::move(select).error();
  std::vector<KnownLog> logs;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    logs.push_back({select->integer(0), std::string(select->bytes(1)), select->integer(2) != 0});
  }
  if (!row) return std::move(row).error();
  return logs;
}

Result<KnownLog> SqliteLogReader::log_by_origin(std::string_view origin) {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare("SELECT id, origin, own FROM logs WHERE origin = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind_text(1, origin).step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{ErrorCode::kNotFound, "no log " + printable(origin)};
  return KnownLog{select->integer(0), std::string(select->bytes(1)), select->integer(2) != 0};
}

Result<std::string> SqliteLogReader::head(LogId log) {
  const Error none{ErrorCode::kNotFound, "this log has no head yet"};
  if (log == kOwnLog) {
    auto head = own_log_.published_head();
    if (!head) return std::move(head).error();
    if (!*head) return none;
    return **head;
  }
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare("SELECT head FROM logs WHERE id = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, log).step();
  if (!row) return std::move(row).error();
  if (!*row || select->is_null(0)) return none;
  return std::string(select->bytes(0));
}

Result<std::uint64_t> SqliteLogReader::stored(LogId log) {
  if (log == kOwnLog) return own_log_.size();
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  return count_entries(**reader, log);
}

Result<Bytes> SqliteLogReader::tile(LogId log, const TilePath& tile, std::size_t from,
                                    std::size_t soft_limit) {
  if (tile.width < 1 || tile.width > kTileWidth || from > tile.width) return no_such_tile();
  if (tile.index >= kMaxEntries / kTileWidth) return no_such_tile();
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  if (tile.kind == TileKind::kHashes) {
    auto hashes = hash_tile(**reader, log, tile.level, tile.index, tile.width);
    if (hashes && from > 0) hashes->erase(0, from * sizeof(Hash));
    return hashes;
  }
  const std::uint64_t start = tile.index * kTileWidth;
  if (tile.kind == TileKind::kEntries)
    return entry_bundle(**reader, log, start + from, tile.width - from);
  // A soft limit can end the answer before a missing row is noticed.
  if (auto present = check_present(**reader, log, start + tile.width); !present)
    return std::move(present).error();
  return body_bundle(**reader, log, start + from, tile.width - from, soft_limit);
}

Result<MirroredEntry> SqliteLogReader::entry(LogId log, std::uint64_t index) {
  const Error none{ErrorCode::kNotFound, "the log has no entry " + std::to_string(index)};
  if (index >= kMaxEntries) return none;
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  MirroredEntry entry;
  auto seen = for_each_row(**reader, kSelectEntries, log, index, 1, [&](const Statement& row) {
    entry.leaf = std::string(row.bytes(1));
    if (!row.is_null(2)) {
      entry.salt = as_salt(row.bytes(2));
      entry.body = std::string(row.bytes(3));
    }
    return true;
  });
  if (!seen) return std::move(seen).error();
  if (*seen == 0) return none;
  return entry;
}

Status SqliteLogReader::scan(
    LogId log, std::uint64_t first, std::uint64_t count,
    const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>& each) {
  if (first >= kMaxEntries) return ok();
  const std::uint64_t end = first + std::min(count, kMaxEntries - first);
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  bool more = true;
  // In pages, so that a long scan does not keep the WAL from being copied back.
  for (std::uint64_t at = first; more && at < end;) {
    const std::uint64_t page = std::min(kScanPage, end - at);
    std::uint64_t index = at;
    auto seen = for_each_row(**reader, kSelectEntries, log, at, page, [&](const Statement& row) {
      std::optional<BodyView> body;
      if (!row.is_null(2)) body = BodyView{row.bytes(2), row.bytes(3)};
      more = each(index++, row.bytes(1), body);
      return more;
    });
    if (!seen) return std::move(seen).error();
    if (*seen < page) break;
    at += page;
  }
  return ok();
}

Result<Hash> SqliteLogReader::node(LogId log, unsigned level, std::uint64_t index) {
  constexpr unsigned kMaxLevel = 39;
  if (level > kMaxLevel || index >= kMaxEntries >> level)
    return Error{ErrorCode::kNotFound, "no such node"};
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  const unsigned tile_level = level / kTileHeight;
  const unsigned height = level % kTileHeight;
  const std::uint64_t width = std::uint64_t{1} << height;
  const std::uint64_t first = index << height;
  if (height == 0) {
    auto hashes = level_hashes(**reader, log, tile_level, first, 1);
    if (!hashes) return std::move(hashes).error();
    return hashes->front();
  }
  const auto end = static_cast<unsigned>(first % kTileWidth + width);
  auto tile = hash_tile(**reader, log, tile_level, first / kTileWidth, end);
  if (!tile) return std::move(tile).error();
  std::vector<Hash> hashes(width);
  std::memcpy(hashes.data(), tile->data() + (end - width) * sizeof(Hash), width * sizeof(Hash));
  return tree_root(hashes);
}

}  // namespace dure::node
