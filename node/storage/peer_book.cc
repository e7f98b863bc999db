// SPDX-License-Identifier: Apache-2.0
#include "storage/peer_book.h"

#include <utility>

#include "storage/log_tables.h"

namespace dure::node {
namespace {

struct Known {
  LogId log = 0;
  bool own = false;
  std::string card;  // empty: never a peer
};

Result<std::optional<Known>> find(Connection& connection, std::string_view origin) {
  auto select = connection.prepare(
      "SELECT logs.id, logs.own, peers.card FROM logs LEFT JOIN peers ON peers.log = logs.id WHERE "
      "logs.origin = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind_text(1, origin).step();
  if (!row) return std::move(row).error();
  if (!*row) return std::optional<Known>();
  return std::optional(
      Known{select->integer(0), select->integer(1) != 0, std::string(select->bytes(2))});
}

Status check_not_own(const Known& known, const NodeCard& card) {
  if (!known.own) return ok();
  return Error{ErrorCode::kConflict,
               card.origin + " is this node's own log",
               "peer.own-origin",
               {{"origin", card.origin}}};
}

Status check_key(const Known& known, const NodeCard& card) {
  if (known.card.empty()) return ok();
  auto before = parse_card(known.card);
  if (!before) return std::move(before).error();
  if (before->log_vkey == card.log_vkey) return ok();
  return Error{ErrorCode::kConflict,
               card.origin + " is known with another key",
               "peer.other-key",
               {{"origin", card.origin}}};
}

Result<LogId> insert_log(Connection& connection, std::string_view origin) {
  auto insert = connection.prepare("INSERT INTO logs(origin, own) VALUES(?1, 0) RETURNING id");
  if (!insert) return std::move(insert).error();
  auto row = insert->bind_text(1, origin).step();
  if (!row) return std::move(row).error();
  const LogId id = insert->integer(0);
  insert->reset();
  return id;
}

Status upsert_peer(Connection& connection, LogId log, const PeerEntry& peer) {
  auto upsert = connection.prepare(
      "INSERT INTO peers(log, active, url, card) VALUES(?1, 1, ?2, ?3) "
      "ON CONFLICT(log) DO UPDATE SET active=1, url=excluded.url, card=excluded.card");
  if (!upsert) return std::move(upsert).error();
  const std::string card = format_card(peer.card);
  return upsert->bind(1, log).bind_text(2, peer.url).bind_text(3, card).run();
}

/// The log of a peer that is there already, or a new one.
Result<LogId> log_of(Connection& connection, const PeerEntry& peer, bool other_key) {
  auto known = find(connection, peer.card.origin);
  if (!known) return std::move(known).error();
  if (!*known) return insert_log(connection, peer.card.origin);
  if (auto others = check_not_own(**known, peer.card); !others) return std::move(others).error();
  if (auto same = check_key(**known, peer.card); !other_key && !same)
    return std::move(same).error();
  return (*known)->log;
}

}  // namespace

Result<std::vector<PeerEntry>> SqlitePeerBook::peers() {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  auto select =
      (*reader)->prepare("SELECT log, url, card FROM peers WHERE active = 1 ORDER BY log");
  if (!select) return std::move(select).error();
  std::vector<PeerEntry> peers;
  auto row = select->step();
  for (; row && *row; row = select->step()) {
    auto card = parse_card(select->bytes(2));
    if (!card) return std::move(card).error();
    peers.push_back({select->integer(0), std::move(*card), std::string(select->bytes(1))});
  }
  if (!row) return std::move(row).error();
  return peers;
}

Status SqlitePeerBook::add(const PeerEntry& peer) { return write(peer, OtherKey::kRefused); }
Status SqlitePeerBook::put(const PeerEntry& peer) { return write(peer, OtherKey::kTaken); }

Status SqlitePeerBook::write(const PeerEntry& peer, OtherKey other) {
  return database_.run([&](Connection& connection) -> Status {
    const auto log = log_of(connection, peer, other == OtherKey::kTaken);
    return log ? upsert_peer(connection, *log, peer) : log.error();
  });
}

Status SqlitePeerBook::remove(std::string_view what) {
  return database_.run([&](Connection& connection) -> Status {
    auto update = connection.prepare(
        "UPDATE peers SET active = 0 WHERE active = 1 AND "
        "(url = ?1 OR log = (SELECT id FROM logs WHERE origin = ?1))");
    if (!update) return std::move(update).error();
    if (auto updated = update->bind_text(1, what).run(); !updated) return updated;
    if (connection.changes() == 0) {
      return Error{ErrorCode::kNotFound,
                   "no peer " + printable(what),
                   "peer.unknown",
                   {{"peer", printable(what)}}};
    }
    return ok();
  });
}

}  // namespace dure::node
