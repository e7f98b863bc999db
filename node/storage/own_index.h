// SPDX-License-Identifier: Apache-2.0
// Finds the own log's records by id and by source. Ids are random: filing each at once would
// rewrite a page per entry and commit. So new ones are looked up in memory and filed many at a
// time; a start reads the leaves that are not filed yet.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "publishing/ports.h"
#include "storage/database.h"

namespace dure::node {

/// Records that are not filed yet. Looking one up is rarer than adding one: maps are made
/// when they are asked for.
class RecentRecords {
 public:
  void add(OwnRecord record) { records_.push_back(std::move(record)); }
  const std::vector<OwnRecord>& records() const { return records_; }
  /// Forgets the source of the record at `position`, if it is here.
  void erase_source(std::uint64_t position);
  /// The newest revision; null if there is none.
  const OwnRecord* by_id(std::string_view id);
  /// The newest record with this source; null if there is none.
  const OwnRecord* by_source(std::string_view source);

 private:
  void map_new_ones();
  std::vector<OwnRecord> records_;  // oldest first
  std::size_t mapped_ = 0;
  std::unordered_map<std::string, std::size_t> by_id_, by_source_;
};

class OwnIndex {
 public:
  explicit OwnIndex(Database& database) : database_(database) {}
  /// Reads what was not filed yet. Errors: kStorage.
  Status load();

  /// Keeps what a start could not read from the leaves. Threads: the writer's, inside the
  /// transaction that appends `entries` at `first`.
  Status write(Connection& connection, std::uint64_t first, std::span<const NewEntry> entries);
  /// Makes committed entries findable and queues the filing of many. Threads: any.
  void committed(std::uint64_t first, std::span<const NewEntry> entries);

  /// Takes a source away that came from an erased body. Threads: the writer's, inside a
  /// transaction.
  static Status erase_source(Connection& connection, std::string_view id, std::uint64_t position);
  /// The same in memory, also for what is being filed. Before erase_source. Threads: any.
  void forget_sources(std::span<const std::uint64_t> positions);

  /// Queues what a later start would otherwise read. Nothing is committed after it.
  void close();

  Result<std::optional<OwnRecord>> by_id(std::string_view id);
  Result<std::optional<OwnRecord>> by_source(std::string_view source);

 private:
  struct Filing {
    std::vector<OwnRecord> records;  // by id and revision
    std::size_t done = 0;            // of them
    std::uint64_t end = 0;           // one past the last position
  };

  Result<std::optional<OwnRecord>> select(std::string_view sql, std::string_view value);
  void file_recent();
  void file_slice(const std::shared_ptr<Filing>& filing);
  std::vector<OwnRecord> without_erased(std::span<const OwnRecord> records);

  Database& database_;
  std::mutex mutex_;                     // guards what follows
  RecentRecords recent_;                 // not filed
  std::optional<RecentRecords> filing_;  // older than recent_, being filed
  bool filing_failed_ = false;
  std::set<std::uint64_t> erased_;  // positions whose sources are not filed any more
};

}  // namespace dure::node
