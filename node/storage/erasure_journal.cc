// SPDX-License-Identifier: Apache-2.0
#include "storage/erasure_journal.h"

#include <algorithm>
#include <utility>

namespace dure::node {
namespace {

Result<Erasure> erasure_of(const Statement& row, const std::string& path) {
  Erasure erasure;
  const std::string_view commitment = row.bytes(3);
  const std::int64_t stage = row.integer(6);
  if (commitment.size() != erasure.commitment.size() || stage < 0 || stage > 2)
    return sqlite_error(nullptr, SQLITE_CORRUPT, path);
  erasure.origin = row.bytes(0);
  erasure.erase_index = static_cast<std::uint64_t>(row.integer(1));
  erasure.target = static_cast<std::uint64_t>(row.integer(2));
  std::copy(commitment.begin(), commitment.end(), erasure.commitment.begin());
  erasure.reason = row.bytes(4);
  erasure.time = static_cast<std::uint64_t>(row.integer(5));
  erasure.stage = static_cast<ErasureStage>(stage);
  erasure.receipt = row.bytes(7);
  erasure.target_origin = row.bytes(8);
  return erasure;
}

Status put_one(Connection& connection, const Erasure& erasure) {
  auto insert = connection.prepare(
      "INSERT INTO erasures(origin, erase_index, target, commitment, reason, time, stage, receipt, "
      "target_origin) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(origin, erase_index) "
      "DO UPDATE SET "
      "target=excluded.target, commitment=excluded.commitment, reason=excluded.reason, "
      "time=excluded.time, stage=excluded.stage, receipt=excluded.receipt, "
      "target_origin=excluded.target_origin");
  if (!insert) return std::move(insert).error();
  insert->bind_text(1, erasure.origin)
      .bind(2, static_cast<std::int64_t>(erasure.erase_index))
      .bind(3, static_cast<std::int64_t>(erasure.target))
      .bind_blob(4, as_view(erasure.commitment))
      .bind_text(5, erasure.reason)
      .bind(6, static_cast<std::int64_t>(erasure.time))
      .bind(7, static_cast<std::int64_t>(erasure.stage))
      .bind_text(8, erasure.receipt)
      .bind_text(9, erasure.target_origin);
  return insert->run();
}

/// Calls `each(row)` for what `sql` selects.
template <class Each>
Status for_each(Writer& writer, std::string_view sql, const Each& each) {
  return writer.run([&](Connection& connection) -> Status {
    auto select = connection.prepare(sql);
    if (!select) return std::move(select).error();
    auto row = select->step();
    for (; row && *row; row = select->step()) {
      if (auto taken = each(*select, connection.path()); !taken) return taken;
    }
    return row ? ok() : Status(std::move(row).error());
  });
}

}  // namespace

Result<std::vector<Erasure>> SqliteErasureJournal::erasures() {
  std::vector<Erasure> all;
  const auto read = for_each(
      writer_,
      "SELECT origin, erase_index, target, commitment, reason, time, stage, receipt, target_origin "
      "FROM erasures ORDER BY origin, erase_index",
      [&](const Statement& row, const std::string& path) -> Status {
        auto erasure = erasure_of(row, path);
        if (!erasure) return std::move(erasure).error();
        all.push_back(*std::move(erasure));
        return ok();
      });
  if (!read) return read.error();
  return all;
}

Status SqliteErasureJournal::put(std::span<const Erasure> erasures) {
  return writer_.run([&](Connection& connection) -> Status {
    for (const Erasure& erasure : erasures) {
      if (auto kept = put_one(connection, erasure); !kept) return kept;
    }
    return ok();
  });
}

Status SqliteErasureJournal::drop_planned(std::string_view origin, std::uint64_t erase_index) {
  return writer_.run([&](Connection& connection) -> Status {
    auto remove = connection.prepare(
        "DELETE FROM erasures WHERE origin = ?1 AND erase_index = ?2 AND stage = 0");
    if (!remove) return std::move(remove).error();
    return remove->bind_text(1, origin).bind(2, static_cast<std::int64_t>(erase_index)).run();
  });
}

Result<std::vector<PeerReceipt>> SqliteErasureJournal::receipts() {
  std::vector<PeerReceipt> all;
  const auto read = for_each(
      writer_,
      "SELECT origin, erase_index, peer, time, note FROM erasure_receipts "
      "ORDER BY origin, erase_index, peer",
      [&](const Statement& row, const std::string&) -> Status {
        all.push_back({std::string(row.bytes(0)), static_cast<std::uint64_t>(row.integer(1)),
                       std::string(row.bytes(2)), static_cast<std::uint64_t>(row.integer(3)),
                       std::string(row.bytes(4))});
        return ok();
      });
  if (!read) return read.error();
  return all;
}

Status SqliteErasureJournal::keep_receipt(const PeerReceipt& receipt) {
  return writer_.run([&](Connection& connection) -> Status {
    auto insert = connection.prepare(
        "INSERT INTO erasure_receipts(origin, erase_index, peer, time, note) VALUES(?1, ?2, ?3, "
        "?4, ?5) ON CONFLICT DO NOTHING");
    if (!insert) return std::move(insert).error();
    insert->bind_text(1, receipt.origin)
        .bind(2, static_cast<std::int64_t>(receipt.erase_index))
        .bind_text(3, receipt.peer)
        .bind(4, static_cast<std::int64_t>(receipt.time))
        .bind_text(5, receipt.note);
    return insert->run();
  });
}

Result<bool> SqliteErasureJournal::is_complete() {
  bool complete = false;
  const auto read = for_each(writer_, "SELECT complete FROM erasing",
                             [&](const Statement& row, const std::string&) -> Status {
                               complete = row.integer(0) != 0;
                               return ok();
                             });
  if (!read) return read.error();
  return complete;
}

Status SqliteErasureJournal::set_complete() {
  return writer_.run(
      [](Connection& connection) { return connection.execute("UPDATE erasing SET complete = 1"); });
}

Result<CatalogueMark> SqliteErasureJournal::catalogue_mark() {
  CatalogueMark mark;
  const auto read = for_each(writer_, "SELECT epoch, version FROM erasing",
                             [&](const Statement& row, const std::string&) -> Status {
                               mark = {static_cast<std::uint64_t>(row.integer(0)),
                                       static_cast<std::uint64_t>(row.integer(1))};
                               return ok();
                             });
  if (!read) return read.error();
  return mark;
}

Status SqliteErasureJournal::set_catalogue_mark(const CatalogueMark& mark) {
  return writer_.run([&](Connection& connection) -> Status {
    auto update = connection.prepare("UPDATE erasing SET epoch = ?1, version = ?2");
    if (!update) return std::move(update).error();
    update->bind(1, static_cast<std::int64_t>(mark.epoch))
        .bind(2, static_cast<std::int64_t>(mark.version));
    return update->run();
  });
}

}  // namespace dure::node
