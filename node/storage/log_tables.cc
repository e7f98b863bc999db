// SPDX-License-Identifier: Apache-2.0
#include "storage/log_tables.h"

#include <cstring>
#include <string>
#include <utility>

#include "storage/evidence_store.h"
#include "storage/members_store.h"

namespace dure::node {
namespace {

constexpr unsigned kIndexBits = 40;
constexpr unsigned kTileIndexBits = 36;

// The root stands before the hashes, so that reading it never touches the overflow pages of an 8
// KiB row.
constexpr const char* kSchemaSql = R"sql(
CREATE TABLE logs(
  id INTEGER PRIMARY KEY CHECK(id BETWEEN 1 AND 4194303),
  origin TEXT NOT NULL UNIQUE,
  own INTEGER NOT NULL,
  head TEXT,
  pending_head TEXT,
  filed INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE entries(key INTEGER PRIMARY KEY, leaf BLOB NOT NULL, salt BLOB, body BLOB) STRICT;
CREATE TABLE tiles(key INTEGER PRIMARY KEY, root BLOB NOT NULL, hashes BLOB NOT NULL) STRICT;
CREATE TABLE own_records(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL, position INTEGER NOT NULL, type TEXT NOT NULL,
  source TEXT NOT NULL, origin TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
CREATE INDEX own_records_by_source ON own_records(source) WHERE source <> '';
CREATE TABLE own_sources(position INTEGER PRIMARY KEY, source TEXT NOT NULL) STRICT;
CREATE TABLE peers(
  log INTEGER PRIMARY KEY REFERENCES logs(id),
  active INTEGER NOT NULL,
  url TEXT NOT NULL,
  card TEXT NOT NULL) STRICT;
)sql";

// Version 1 copied the own log's newest entries into own_recent.
constexpr const char* kSecondVersion = R"sql(
ALTER TABLE logs ADD COLUMN filed INTEGER NOT NULL DEFAULT 0;
CREATE TABLE own_sources(position INTEGER PRIMARY KEY, source TEXT NOT NULL) STRICT;
INSERT INTO own_sources SELECT position, source FROM own_recent WHERE source <> '';
UPDATE logs SET filed = coalesce((SELECT min(position) FROM own_recent),
  (SELECT max(key) + 1 - (1 << 40) FROM entries WHERE key < 2 << 40), 0) WHERE id = 1;
DROP TABLE own_recent;
)sql";

// Records of sealed logs that the own log continues stand in own_records under the names of those
// logs; earlier_logs says which logs were copied there whole.
constexpr const char* kEarlierLogs = R"sql(
CREATE TABLE earlier_logs(
  place INTEGER PRIMARY KEY, origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
)sql";
constexpr const char* kEarlierOrigin =
    "ALTER TABLE own_records ADD COLUMN origin TEXT NOT NULL DEFAULT '';";

Error bad_row(Connection& connection, std::string_view what) {
  Error error = sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
  error.detail += ": " + std::string(what);
  return error;
}

Result<Hash> as_hash(Connection& connection, std::string_view bytes) {
  Hash hash{};
  if (bytes.size() != hash.size())
    return bad_row(connection, "a stored hash does not have 32 bytes");
  std::memcpy(hash.data(), bytes.data(), hash.size());
  return hash;
}

Status insert_tile(Connection& connection, LogId log, unsigned level, std::uint64_t index,
                   const Hash& root, std::span<const Hash> hashes) {
  auto insert = connection.prepare("INSERT INTO tiles(key, root, hashes) VALUES(?1, ?2, ?3)");
  if (!insert) return std::move(insert).error();
  static_assert(sizeof(Hash) == 32, "a span of hashes is the tile's bytes");
  const std::string_view bytes(reinterpret_cast<const char*>(hashes.data()), hashes.size_bytes());
  insert->bind(1, tile_key(log, level, index)).bind_blob(2, as_view(root)).bind_blob(3, bytes);
  return insert->run();
}

}  // namespace

const Schema& node_schema() {
  // Rows of one to two KiB leave much of a small page empty, and each page of a commit costs two
  // writes.
  static const std::string kSql =
      std::string(kSchemaSql) + kEvidenceTables + kMembersIndexes + kEarlierLogs;
  static const std::string kFifthVersion = std::string(kEarlierOrigin) + kEarlierLogs;
  static const Schema kSchema{
      0x44757265,
      kSql.c_str(),
      {kSecondVersion, kEvidenceTables, kMembersIndexes, kFifthVersion.c_str()},
      /*page_bytes=*/16384};  // "Dure"
  return kSchema;
}

std::int64_t entry_key(LogId log, std::uint64_t index) {
  return log << kIndexBits | static_cast<std::int64_t>(index);
}

std::int64_t tile_key(LogId log, unsigned level, std::uint64_t index) {
  return log << kIndexBits | static_cast<std::int64_t>(level) << kTileIndexBits |
         static_cast<std::int64_t>(index);
}

Result<std::uint64_t> count_entries(Connection& connection, LogId log) {
  auto select = connection.prepare("SELECT max(key) FROM entries WHERE key >= ?1 AND key < ?2");
  if (!select) return std::move(select).error();
  select->bind(1, entry_key(log, 0)).bind(2, entry_key(log + 1, 0));
  auto row = select->step();
  if (!row) return std::move(row).error();
  if (!*row || select->is_null(0)) return std::uint64_t{0};
  return static_cast<std::uint64_t>(select->integer(0) - entry_key(log, 0)) + 1;
}

namespace {

/// The second column of level_hashes' rows: a leaf, or the root of a tile.
Result<Hash> node_hash(Connection& connection, Statement& row, unsigned level) {
  if (level == 0) return hash_leaf(row.bytes(1));
  return as_hash(connection, row.bytes(1));
}

}  // namespace

Result<std::vector<Hash>> level_hashes(Connection& connection, LogId log, unsigned level,
                                       std::uint64_t first, std::uint64_t count) {
  std::vector<Hash> hashes;
  if (count == 0) return hashes;
  if (first >= kMaxEntries || count > kTileWidth)
    return Error{ErrorCode::kNotFound, "no such node"};
  hashes.reserve(count);
  auto select =
      connection.prepare(level == 0 ? "SELECT key, leaf FROM entries WHERE key >= ?1 AND key < ?2"
                                    : "SELECT key, root FROM tiles WHERE key >= ?1 AND key < ?2");
  if (!select) return std::move(select).error();
  const std::int64_t from = level == 0 ? entry_key(log, first) : tile_key(log, level - 1, first);
  select->bind(1, from).bind(2, from + static_cast<std::int64_t>(count));
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    if (select->integer(0) != from + static_cast<std::int64_t>(hashes.size()))
      return bad_row(connection, "a row is missing");
    auto hash = node_hash(connection, *select, level);
    if (!hash) return std::move(hash).error();
    hashes.push_back(*hash);
  }
  if (!row) return std::move(row).error();
  if (hashes.size() != count) return Error{ErrorCode::kNotFound, "no such node"};
  return hashes;
}

Result<TileEdge> load_edge(Connection& connection, LogId log) {
  auto size = count_entries(connection, log);
  if (!size) return std::move(size).error();
  TileEdge edge;
  for (unsigned level = kMaxTileLevel + 1; level-- > 0;) {
    const std::uint64_t nodes = *size >> (kTileHeight * level);
    const std::uint64_t width = nodes % kTileWidth;
    auto hashes = level_hashes(connection, log, level, nodes - width, width);
    // The number of entries says that these exist: their absence is damage.
    if (!hashes && hashes.error().code == ErrorCode::kNotFound)
      return bad_row(connection, "hash tiles are missing");
    if (!hashes) return std::move(hashes).error();
    edge.restore(level, *hashes);
  }
  return edge;
}

Result<const TileEdge*> LogAppender::edge(Connection& connection, LogId log) {
  auto found = edges_.find(log);
  if (found == edges_.end()) {
    auto loaded = load_edge(connection, log);
    if (!loaded) return std::move(loaded).error();
    found = edges_.emplace(log, std::move(*loaded)).first;
  }
  return &found->second;
}

Status LogAppender::append(Connection& connection, LogId log, std::uint64_t first,
                           std::size_t count, const std::function<EntryRow(std::size_t)>& row) {
  auto known = edge(connection, log);
  if (!known) return std::move(known).error();
  if ((*known)->size() != first) {
    return Error{ErrorCode::kConflict, "entries must be appended at " +
                                           std::to_string((*known)->size()) + ", not at " +
                                           std::to_string(first)};
  }
  if (first + count > kMaxEntries) return Error{ErrorCode::kTooLarge, "the log is full"};
  TileEdge& edge = edges_.find(log)->second;
  const auto on_full = [&](unsigned level, std::uint64_t index, const Hash& root,
                           std::span<const Hash> hashes) {
    return insert_tile(connection, log, level, index, root, hashes);
  };
  auto insert =
      connection.prepare("INSERT INTO entries(key, leaf, salt, body) VALUES(?1, ?2, ?3, ?4)");
  Status status = insert ? ok() : Status(insert.error());
  for (std::size_t i = 0; status && i < count; ++i) {
    const EntryRow entry = row(i);
    insert->bind(1, entry_key(log, first + i)).bind_blob(2, entry.leaf);
    if (entry.salt) {
      insert->bind_blob(3, *entry.salt).bind_blob(4, entry.body);
    } else {
      insert->bind_null(3).bind_null(4);
    }
    status = insert->run();
    if (status)
      status = edge.append(entry.leaf_hash != nullptr ? *entry.leaf_hash : hash_leaf(entry.leaf),
                           on_full);
  }
  if (!status) forget(log);
  return status;
}

}  // namespace dure::node
