// SPDX-License-Identifier: Apache-2.0
#include "storage/evidence_store.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dure::node {
namespace {

Status keep_one(Connection& connection, const SeenHead& head) {
  auto upsert = connection.prepare(
      "INSERT INTO seen_heads(origin, size, root, note, shown_by, first_seen, standing) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET standing = excluded.standing "
      "WHERE standing <> 2");
  if (!upsert) return std::move(upsert).error();
  upsert->bind_text(1, head.checkpoint.origin)
      .bind(2, static_cast<std::int64_t>(head.checkpoint.size))
      .bind_blob(3, as_view(head.checkpoint.root))
      .bind_text(4, head.note)
      .bind_text(5, head.shown_by);
  return upsert->bind(6, head.first_seen).bind(7, static_cast<std::int64_t>(head.standing)).run();
}

/// Of those that fit the newest are the most useful; of the open ones those that were seen first,
/// so that nobody can wash evidence away with more heads.
Status thin(Connection& connection, std::string_view origin) {
  for (const auto& [sql, most] :
       {std::pair{
            "DELETE FROM seen_heads WHERE origin = ?1 AND standing = 1 AND (size, root) NOT IN "
            "(SELECT size, root FROM seen_heads WHERE origin = ?1 AND standing = 1 "
            "ORDER BY size DESC, root LIMIT ?2)",
            kMaxFittingHeads},
        std::pair{
            "DELETE FROM seen_heads WHERE origin = ?1 AND standing = 0 AND (size, root) NOT IN "
            "(SELECT size, root FROM seen_heads WHERE origin = ?1 AND standing = 0 "
            "ORDER BY first_seen, size, root LIMIT ?2)",
            kMaxOpenHeads}}) {
    auto remove = connection.prepare(sql);
    if (!remove) return std::move(remove).error();
    auto removed = remove->bind_text(1, origin).bind(2, static_cast<std::int64_t>(most)).run();
    if (!removed) return removed;
  }
  return ok();
}

Result<SeenHead> head_of(const Statement& row, std::string_view origin, const std::string& path) {
  SeenHead head;
  const std::string_view root = row.bytes(1);
  const std::int64_t standing = row.integer(5);
  if (root.size() != head.checkpoint.root.size() || standing < 0 || standing > 2)
    return sqlite_error(nullptr, SQLITE_CORRUPT, path);
  head.checkpoint.origin = origin;
  head.checkpoint.size = static_cast<std::uint64_t>(row.integer(0));
  std::copy(root.begin(), root.end(), head.checkpoint.root.begin());
  head.note = row.bytes(2);
  head.shown_by = row.bytes(3);
  head.first_seen = row.integer(4);
  head.standing = static_cast<Standing>(standing);
  return head;
}

}  // namespace

Status SqliteEvidenceStore::keep(std::span<const SeenHead> heads) {
  return database_.run([heads](Connection& connection) -> Status {
    std::set<std::string_view> origins;
    for (const SeenHead& head : heads) {
      if (auto kept = keep_one(connection, head); !kept) return kept;
      origins.insert(head.checkpoint.origin);
    }
    for (const auto origin : origins) {
      if (auto thinned = thin(connection, origin); !thinned) return thinned;
    }
    return ok();
  });
}

Result<std::vector<SeenHead>> SqliteEvidenceStore::heads(std::string_view origin) {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(
      "SELECT size, root, note, shown_by, first_seen, standing FROM seen_heads WHERE origin = ?1 "
      "ORDER BY size, root");
  if (!select) return std::move(select).error();
  std::vector<SeenHead> heads;
  auto row = select->bind_text(1, origin).step();
  for (; row && *row; row = select->step()) {
    auto head = head_of(*select, origin, (*reader)->path());
    if (!head) return std::move(head).error();
    heads.push_back(*std::move(head));
  }
  if (!row) return std::move(row).error();
  return heads;
}

Status SqliteEvidenceStore::suspect(const Suspicion& suspicion) {
  return database_.run([&suspicion](Connection& connection) -> Status {
    auto insert = connection.prepare(
        "INSERT INTO suspicions(origin, known, offered, shown_by, since) "
        "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING");
    if (!insert) return std::move(insert).error();
    insert->bind_text(1, suspicion.origin)
        .bind_text(2, suspicion.known)
        .bind_text(3, suspicion.offered);
    return insert->bind_text(4, suspicion.shown_by).bind(5, suspicion.since).run();
  });
}

Status SqliteEvidenceStore::dismiss(std::string_view origin) {
  return database_.run([origin](Connection& connection) -> Status {
    auto remove = connection.prepare("DELETE FROM suspicions WHERE origin = ?1");
    if (!remove) return std::move(remove).error();
    return remove->bind_text(1, origin).run();
  });
}

Result<std::vector<Suspicion>> SqliteEvidenceStore::suspicions() {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select = (*reader)->prepare(
      "SELECT origin, known, offered, shown_by, since FROM suspicions ORDER BY origin");
  if (!select) return std::move(select).error();
  std::vector<Suspicion> suspicions;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    suspicions.push_back({std::string(select->bytes(0)), std::string(select->bytes(1)),
                          std::string(select->bytes(2)), std::string(select->bytes(3)),
                          select->integer(4)});
  }
  if (!row) return std::move(row).error();
  return suspicions;
}

Status SqliteEvidenceStore::keep_fork(const KeptFork& fork, std::string_view instead_of) {
  return database_.run([&fork, instead_of](Connection& connection) -> Status {
    auto remove = connection.prepare("DELETE FROM forks WHERE name = ?1");
    if (!remove) return std::move(remove).error();
    if (auto removed = remove->bind_text(1, instead_of).run(); !removed) return removed;
    auto insert = connection.prepare(
        "INSERT INTO forks(name, origin, file, since, decision) VALUES(?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT DO NOTHING");
    if (!insert) return std::move(insert).error();
    insert->bind_text(1, fork.name).bind_text(2, fork.origin).bind_blob(3, fork.file);
    return insert->bind(4, fork.since).bind_text(5, fork.decision).run();
  });
}

Status SqliteEvidenceStore::decide(std::string_view origin, std::string_view decision) {
  return database_.run([origin, decision](Connection& connection) -> Status {
    auto update = connection.prepare("UPDATE forks SET decision = ?2 WHERE origin = ?1");
    if (!update) return std::move(update).error();
    return update->bind_text(1, origin).bind_text(2, decision).run();
  });
}

Result<std::vector<KeptFork>> SqliteEvidenceStore::forks() {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select =
      (*reader)->prepare("SELECT name, origin, file, since, decision FROM forks ORDER BY name");
  if (!select) return std::move(select).error();
  std::vector<KeptFork> forks;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    forks.push_back({std::string(select->bytes(0)), std::string(select->bytes(1)),
                     std::string(select->bytes(2)), select->integer(3),
                     std::string(select->bytes(4))});
  }
  if (!row) return std::move(row).error();
  return forks;
}

}  // namespace dure::node
