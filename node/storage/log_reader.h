// SPDX-License-Identifier: Apache-2.0
// Reads every log in node.db: tiles, bundles, entries, tree nodes.
#pragma once

#include "publishing/ports.h"
#include "replication/ports.h"
#include "storage/database.h"

namespace dure::node {

/// Threads: any, each call on a connection of its own.
///
/// Serves what is stored, which for the own log may be ahead of what was published and for a mirror
/// ahead of its verified head: whoever answers the public compares the asked width with the size in
/// head() first.
class SqliteLogReader final : public LogReader {
 public:
  /// `own_log` knows the published head before it is on disk.
  SqliteLogReader(Database& database, OwnLog& own_log) : database_(database), own_log_(own_log) {}

  Result<std::vector<KnownLog>> logs() override;
  Result<KnownLog> log_by_origin(std::string_view origin) override;
  Result<std::string> head(LogId log) override;
  Result<std::uint64_t> stored(LogId log) override;
  Result<Bytes> tile(LogId log, const TilePath& tile, std::size_t from,
                     std::size_t soft_limit) override;
  Result<MirroredEntry> entry(LogId log, std::uint64_t index) override;
  Status scan(LogId log, std::uint64_t first, std::uint64_t count,
              const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>&
                  each) override;
  Result<Hash> node(LogId log, unsigned level, std::uint64_t index) override;

 private:
  Database& database_;
  OwnLog& own_log_;
};

}  // namespace dure::node
