// SPDX-License-Identifier: Apache-2.0
// The own log over node.db.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "publishing/ports.h"
#include "storage/database.h"
#include "storage/earlier_records.h"
#include "storage/log_tables.h"
#include "storage/own_index.h"

namespace dure::node {

/// Threads: any. Appends of several callers share commits.
class SqliteOwnLog final : public OwnLog {
 public:
  /// `appender` belongs to the writer thread of `database`. Errors: kStorage.
  static Result<std::unique_ptr<SqliteOwnLog>> open(Database& database, LogAppender& appender);

  /// Before the database is closed.
  void close() { index_.close(); }
  OwnIndex& index() { return index_; }

  std::uint64_t size() override;
  Result<CompactRange> range() override;
  Status append(std::uint64_t first, std::span<const NewEntry> entries) override;
  Result<std::optional<OwnRecord>> find_by_id(std::string_view id) override;
  Result<std::optional<OwnRecord>> find_by_source(std::string_view source) override;
  Status go_on_with(std::span<const EarlierLog> logs, bool here) override;
  Status knows_records() override;
  Result<EarlierEntry> earlier_entry(const OwnRecord& record) override;
  Result<EntryClass> entry_class(std::uint64_t index) override;
  Result<std::optional<std::string>> body(std::uint64_t index) override;
  /// Seen by readers at once; written with the next commit, or soon. A lost one is republished from
  /// the head lock.
  Status publish_head(const SignedCheckpoint& head) override;
  Result<std::optional<std::string>> published_head() override;

 private:
  SqliteOwnLog(Database& database, LogAppender& appender)
      : database_(database), appender_(appender), index_(database), earlier_(database) {}
  Status write(Connection& connection, std::uint64_t first, std::span<const NewEntry> entries);

  Database& database_;
  LogAppender& appender_;
  OwnIndex index_;
  EarlierRecords earlier_;

  std::mutex mutex_;  // guards what is durable and known
  CompactRange range_;
  std::optional<std::string> head_;
};

}  // namespace dure::node
