// SPDX-License-Identifier: Apache-2.0
// Finds the own log's records by id and by source. Ids are random: filing each at once would
// rewrite a page per entry and commit. So new ones go to a short sequential table, are looked up in
// memory, and are filed many at a time.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "publishing/ports.h"
#include "storage/database.h"

namespace dure::node {

class OwnIndex {
 public:
  explicit OwnIndex(Database& database) : database_(database) {}
  /// Reads what was not filed yet. Errors: kStorage.
  Status load();

  /// Threads: the writer's, inside the transaction that appends `entries` at `first`.
  Status write(Connection& connection, std::uint64_t first, std::span<const NewEntry> entries);
  /// Makes committed entries findable and queues the filing of many. Threads: any.
  void committed(std::uint64_t first, std::span<const NewEntry> entries);

  Result<std::optional<OwnRecord>> by_id(std::string_view id);
  Result<std::optional<OwnRecord>> by_source(std::string_view source);

 private:
  void remember(OwnRecord record);
  Result<std::optional<OwnRecord>> select(std::string_view sql, std::string_view value);
  void file_recent();

  Database& database_;
  std::mutex mutex_;                                             // guards what follows
  std::unordered_map<std::string, OwnRecord> recent_;            // by id; newest revision of each
  std::unordered_map<std::string, std::string> recent_sources_;  // source → id
  std::size_t unfiled_ = 0;                                      // rows in own_recent
  bool filing_ = false;
};

}  // namespace dure::node
