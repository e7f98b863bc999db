// SPDX-License-Identifier: Apache-2.0
// Mirrored logs over node.db.
#pragma once

#include "replication/ports.h"
#include "storage/database.h"
#include "storage/log_tables.h"

namespace dure::node {

/// Threads: any. Bundles of several mirrors share commits.
class SqliteMirrorStore final : public MirrorStore {
 public:
  /// `appender` belongs to the writer thread of `database`.
  SqliteMirrorStore(Database& database, LogAppender& appender)
      : database_(database), appender_(appender) {}

  Result<MirrorState> mirror(LogId log) override;
  Status begin(LogId log, std::string_view head) override;
  void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) override;
  Status complete(LogId log, std::string_view head) override;

 private:
  Status write(Connection& connection, LogId log, const VerifiedBundle& bundle);

  Database& database_;
  LogAppender& appender_;
};

}  // namespace dure::node
