// SPDX-License-Identifier: Apache-2.0
// Evidence about forks over node.db.
#pragma once

#include "replication/evidence.h"
#include "storage/database.h"

namespace dure::node {

/// The tables; part of node.db's schema since version 3.
inline constexpr const char* kEvidenceTables = R"sql(
CREATE TABLE seen_heads(
  origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
  shown_by TEXT NOT NULL, first_seen INTEGER NOT NULL, standing INTEGER NOT NULL,
  PRIMARY KEY(origin, size, root)) STRICT, WITHOUT ROWID;
CREATE TABLE suspicions(
  origin TEXT PRIMARY KEY, known TEXT NOT NULL, offered TEXT NOT NULL, shown_by TEXT NOT NULL,
  since INTEGER NOT NULL) STRICT;
CREATE TABLE forks(
  name TEXT PRIMARY KEY, origin TEXT NOT NULL, file BLOB NOT NULL, since INTEGER NOT NULL,
  decision TEXT NOT NULL) STRICT;
)sql";

/// Threads: any.
class SqliteEvidenceStore final : public EvidenceStore {
 public:
  explicit SqliteEvidenceStore(Database& database) : database_(database) {}

  Status keep(std::span<const SeenHead> heads) override;
  Result<std::vector<SeenHead>> heads(std::string_view origin) override;
  Status suspect(const Suspicion& suspicion) override;
  Status dismiss(std::string_view origin) override;
  Result<std::vector<Suspicion>> suspicions() override;
  Status keep_fork(const KeptFork& fork, std::string_view instead_of) override;
  Status decide(std::string_view origin, std::string_view decision) override;
  Result<std::vector<KeptFork>> forks() override;

 private:
  Database& database_;
};

}  // namespace dure::node
