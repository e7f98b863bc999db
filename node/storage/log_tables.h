// SPDX-License-Identifier: Apache-2.0
// The tables every log shares: one row per entry, one row per full hash tile, keyed by one integer
// each.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dure/tile.h"
#include "replication/ports.h"
#include "storage/database.h"
#include "storage/tile_edge.h"

namespace dure::node {

/// node.db, version 1.
const Schema& node_schema();

inline constexpr LogId kOwnLog = 1;
inline constexpr LogId kMaxLogId = (LogId{1} << 22) - 1;
inline constexpr std::uint64_t kMaxEntries = std::uint64_t{1} << 40;

/// log << 40 | index: a log's entries lie together and in order.
std::int64_t entry_key(LogId log, std::uint64_t index);
/// log << 40 | level << 36 | index.
std::int64_t tile_key(LogId log, unsigned level, std::uint64_t index);

/// Number of entries of `log`.
Result<std::uint64_t> count_entries(Connection& connection, LogId log);
/// Nodes [first, first + count) at tile level `level`, i.e. roots of 256^level leaves each. Errors:
/// kNotFound.
Result<std::vector<Hash>> level_hashes(Connection& connection, LogId log, unsigned level,
                                       std::uint64_t first, std::uint64_t count);
/// The unfinished tiles of `log`, read from the level below each.
Result<TileEdge> load_edge(Connection& connection, LogId log);

/// One row to append.
struct EntryRow {
  std::string_view leaf;
  std::optional<std::string_view> salt;  // absent with the body
  std::string_view body;
  const Hash* leaf_hash = nullptr;  // computed here if not given
};

/// Appends rows and the tiles they complete. Lives in the writer thread and remembers each log's
/// edge between jobs; after any failure the edge is read again.
class LogAppender {
 public:
  /// The edge of `log`, including what this transaction has appended.
  Result<const TileEdge*> edge(Connection& connection, LogId log);
  Status append(Connection& connection, LogId log, std::uint64_t first, std::size_t count,
                const std::function<EntryRow(std::size_t)>& row);
  void forget(LogId log) { edges_.erase(log); }

 private:
  std::map<LogId, TileEdge> edges_;
};

}  // namespace dure::node
