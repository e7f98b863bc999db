// SPDX-License-Identifier: Apache-2.0
// The erasure journal: tables of head.db.
#pragma once

#include "erasing/ports.h"
#include "storage/writer.h"

namespace dure::node {

inline constexpr const char* kErasureTables =  // of head.db since version 3
    "CREATE TABLE erasures(origin TEXT NOT NULL, erase_index INTEGER NOT NULL, target INTEGER NOT "
    "NULL, commitment BLOB NOT NULL, reason TEXT NOT NULL, time INTEGER NOT NULL, stage INTEGER "
    "NOT NULL, receipt TEXT NOT NULL, PRIMARY KEY(origin, erase_index)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE erasure_receipts(origin TEXT NOT NULL, erase_index INTEGER NOT NULL, peer TEXT "
    "NOT NULL, time INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY(origin, erase_index, peer)) "
    "STRICT, WITHOUT ROWID;"
    "CREATE TABLE erasing(id INTEGER PRIMARY KEY CHECK(id = 1), complete INTEGER NOT NULL, epoch "
    "INTEGER NOT NULL, version INTEGER NOT NULL) STRICT;"
    "INSERT INTO erasing VALUES(1, 0, 0, 0);";

inline constexpr const char* kSealedTargets =  // since version 8
    "ALTER TABLE erasures ADD COLUMN target_origin TEXT NOT NULL DEFAULT '';"
    // An earlier program mirrored such entries and did not write them down.
    "UPDATE erasing SET complete = 0;";

/// Threads: any.
class SqliteErasureJournal final : public ErasureJournal {
 public:
  explicit SqliteErasureJournal(Writer& writer) : writer_(writer) {}
  Result<std::vector<Erasure>> erasures() override;
  Status put(std::span<const Erasure> erasures) override;
  Status drop_planned(std::string_view origin, std::uint64_t erase_index) override;
  Result<std::vector<PeerReceipt>> receipts() override;
  Status keep_receipt(const PeerReceipt& receipt) override;
  Result<bool> is_complete() override;
  Status set_complete() override;
  Result<CatalogueMark> catalogue_mark() override;
  Status set_catalogue_mark(const CatalogueMark& mark) override;

 private:
  Writer& writer_;
};

}  // namespace dure::node
