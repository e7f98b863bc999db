// SPDX-License-Identifier: Apache-2.0
#include "storage/history_store.h"

#include <string>
#include <utility>

#include "storage/log_tables.h"

namespace dure::node {
namespace {

Error no_mirror(LogId log) { return {ErrorCode::kNotFound, "no mirror " + std::to_string(log)}; }

Result<std::string> name_of(Connection& connection, LogId log) {
  auto select = connection.prepare("SELECT origin FROM logs WHERE id = ?1 AND own = 0");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, log).step();
  if (!row) return std::move(row).error();
  if (!*row) return no_mirror(log);
  return std::string(select->bytes(0));
}

Status rename(Connection& connection, LogId log, const std::string& name) {
  auto update = connection.prepare("UPDATE logs SET origin = ?2 WHERE id = ?1 AND own = 0");
  if (!update) return std::move(update).error();
  return update->bind(1, log).bind_text(2, name).run();
}

Status move_peer(Connection& connection, LogId from, LogId to) {
  auto update = connection.prepare("UPDATE peers SET log = ?2 WHERE log = ?1");
  if (!update) return std::move(update).error();
  return update->bind(1, from).bind(2, to).run();
}

std::string aside_name(const std::string& origin, LogId log) {
  return origin + " " + std::to_string(log);
}

Result<std::vector<LogId>> asides_named(Connection& connection, std::string_view origin) {
  auto select = connection.prepare(
      "SELECT id FROM logs WHERE substr(origin, 1, length(?1) + 1) = ?1 || ' ' ORDER BY id");
  if (!select) return std::move(select).error();
  std::vector<LogId> found;
  auto row = select->bind_text(1, origin).step();
  for (; row && *row; row = select->step()) found.push_back(select->integer(0));
  if (!row) return std::move(row).error();
  return found;
}

Result<LogId> begin_anew(Connection& connection, const std::string& origin) {
  auto insert = connection.prepare("INSERT INTO logs(origin, own) VALUES(?1, 0) RETURNING id");
  if (!insert) return std::move(insert).error();
  auto row = insert->bind_text(1, origin).step();
  if (!row) return std::move(row).error();
  const LogId id = insert->integer(0);
  insert->reset();
  return id;
}

Result<LogId> mirror_named(Connection& connection, const std::string& origin) {
  auto select = connection.prepare("SELECT id FROM logs WHERE origin = ?1 AND own = 0");
  if (!select) return std::move(select).error();
  auto row = select->bind_text(1, origin).step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{ErrorCode::kNotFound, "no mirror of " + printable(origin)};
  return select->integer(0);
}

}  // namespace

Result<std::vector<LogId>> asides_of(Connection& connection, LogId log) {
  auto name = name_of(connection, log);
  if (!name && name.error().code == ErrorCode::kNotFound) return std::vector<LogId>();
  if (!name) return std::move(name).error();
  return asides_named(connection, *name);
}

Result<LogId> SqliteHistoryStore::set_aside(LogId log) {
  LogId anew = 0;
  auto done = database_.run([&](Connection& connection) -> Status {
    auto origin = name_of(connection, log);
    if (!origin) return std::move(origin).error();
    if (origin->find(' ') != std::string::npos) return no_mirror(log);
    if (auto named = rename(connection, log, aside_name(*origin, log)); !named) return named;
    auto made = begin_anew(connection, *origin);
    if (!made) return std::move(made).error();
    anew = *made;
    return move_peer(connection, log, anew);
  });
  if (!done) return std::move(done).error();
  return anew;
}

Result<std::vector<LogId>> SqliteHistoryStore::aside(std::string_view origin) {
  auto reader = database_.reader();
  if (!reader) return std::move(reader).error();
  return asides_named(**reader, origin);
}

Status SqliteHistoryStore::take_back(LogId aside) {
  return database_.run([&](Connection& connection) -> Status {
    auto name = name_of(connection, aside);
    if (!name) return std::move(name).error();
    const std::size_t space = name->find(' ');
    if (space == std::string::npos) return no_mirror(aside);
    const std::string origin = name->substr(0, space);
    auto current = mirror_named(connection, origin);
    if (!current) return std::move(current).error();
    if (auto named = rename(connection, *current, aside_name(origin, *current)); !named)
      return named;
    if (auto named = rename(connection, aside, origin); !named) return named;
    return move_peer(connection, *current, aside);
  });
}

Status SqliteHistoryStore::end_at(LogId log, std::string_view head) {
  return database_.run([&](Connection& connection) -> Status {
    auto update = connection.prepare(
        "UPDATE logs SET head = ?2, pending_head = NULL WHERE id = ?1 AND own = 0");
    if (!update) return std::move(update).error();
    if (auto updated = update->bind(1, log).bind_text(2, head).run(); !updated) return updated;
    return connection.changes() == 0 ? Status(no_mirror(log)) : ok();
  });
}

}  // namespace dure::node
