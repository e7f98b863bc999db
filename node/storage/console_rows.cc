// SPDX-License-Identifier: Apache-2.0
#include "storage/console_rows.h"

#include <algorithm>
#include <string>
#include <utility>

namespace dure::node {
namespace {

constexpr std::string_view kAccountColumns =
    "SELECT name, roles, disabled, password, set_up, set_up_until, created, signed_in FROM "
    "accounts ";
constexpr std::string_view kTokenColumns =
    "SELECT name, scopes, hash, made_by, made, until, used FROM tokens ";
constexpr std::string_view kDraftColumns =
    "SELECT number, type, record, base_rev, body, state, author, editor, approver, reason, "
    "log_size, version, begun, changed FROM drafts ";

Error damaged(const Connection& connection) {
  return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
}

/// All rows of `select`, each as `read` makes it.
template <class Row, class Read>
Result<std::vector<Row>> read_rows(const Connection& connection, Statement& select,
                                   const Read& read) {
  std::vector<Row> rows;
  auto row = select.step();
  for (; row && *row; row = select.step()) {
    Row one;
    if (!read(select, one)) return damaged(connection);
    rows.push_back(std::move(one));
  }
  if (!row) return std::move(row).error();
  return rows;
}

template <class Row>
Result<std::optional<Row>> first_of(Result<std::vector<Row>> rows) {
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<Row>();
  return std::optional(std::move(rows->front()));
}

bool read_account(const Statement& row, Account& account) {
  account.name = row.bytes(0);
  auto roles = parse_roles(row.bytes(1));
  if (!roles) return false;
  account.roles = *roles;
  account.disabled = row.integer(2) != 0;
  account.password = row.bytes(3);
  account.set_up = row.bytes(4);
  account.set_up_until = row.integer(5);
  account.created = row.integer(6);
  account.signed_in = row.integer(7);
  return true;
}

bool read_token(const Statement& row, ApiToken& token) {
  token.name = row.bytes(0);
  token.scopes = row.bytes(1);
  token.hash = row.bytes(2);
  token.made_by = row.bytes(3);
  token.made = row.integer(4);
  token.until = row.integer(5);
  token.used = row.integer(6);
  return parse_scopes(token.scopes).has_value();
}

bool read_draft(const Statement& row, Draft& draft) {
  const auto state = parse_draft_state(row.bytes(5));
  if (!state) return false;
  draft.number = static_cast<std::uint64_t>(row.integer(0));
  draft.type = row.bytes(1);
  draft.record = row.bytes(2);
  draft.base_rev = static_cast<std::uint64_t>(row.integer(3));
  draft.body = row.bytes(4);
  draft.state = *state;
  draft.author = row.bytes(6);
  draft.editor = row.bytes(7);
  draft.approver = row.bytes(8);
  draft.reason = row.bytes(9);
  draft.log_size = static_cast<std::uint64_t>(row.integer(10));
  draft.version = static_cast<std::uint64_t>(row.integer(11));
  draft.begun = row.integer(12);
  draft.changed = row.integer(13);
  return true;
}

bool read_act(const Statement& row, AuditLine& line) {
  line.number = static_cast<std::uint64_t>(row.integer(0));
  line.act.time = row.integer(1);
  line.act.account = row.bytes(2);
  line.act.act = row.bytes(3);
  line.act.subject = row.bytes(4);
  line.act.note = row.bytes(5);
  return read_hash(row.bytes(6), line.hash);
}

}  // namespace

bool read_hash(std::string_view bytes, Hash& hash) {
  if (bytes.size() != hash.size()) return false;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return true;
}

Result<std::optional<Account>> find_account(Connection& connection, std::string_view name) {
  auto select = connection.prepare(std::string(kAccountColumns) + "WHERE name = ?1");
  if (!select) return std::move(select).error();
  select->bind_text(1, name);
  return first_of(read_rows<Account>(connection, *select, &read_account));
}

Result<std::vector<Account>> all_accounts(Connection& connection) {
  auto select = connection.prepare(std::string(kAccountColumns) + "ORDER BY name");
  if (!select) return std::move(select).error();
  return read_rows<Account>(connection, *select, &read_account);
}

Statement& bind_account(Statement& statement, const Account& account, std::string_view roles) {
  statement.bind_text(1, account.name).bind_text(2, roles).bind(3, account.disabled ? 1 : 0);
  statement.bind_text(4, account.password).bind_text(5, account.set_up);
  return statement.bind(6, account.set_up_until)
      .bind(7, account.created)
      .bind(8, account.signed_in);
}

Result<std::optional<ApiToken>> find_token(Connection& connection, std::string_view name) {
  auto select = connection.prepare(std::string(kTokenColumns) + "WHERE name = ?1");
  if (!select) return std::move(select).error();
  select->bind_text(1, name);
  return first_of(read_rows<ApiToken>(connection, *select, &read_token));
}

Result<std::vector<ApiToken>> all_tokens(Connection& connection) {
  auto select = connection.prepare(std::string(kTokenColumns) + "ORDER BY name");
  if (!select) return std::move(select).error();
  return read_rows<ApiToken>(connection, *select, &read_token);
}

Statement& bind_token(Statement& statement, const ApiToken& token) {
  statement.bind_text(1, token.name).bind_text(2, token.scopes).bind_text(3, token.hash);
  return statement.bind_text(4, token.made_by)
      .bind(5, token.made)
      .bind(6, token.until)
      .bind(7, token.used);
}

Statement& bind_draft(Statement& statement, const Draft& draft) {
  statement.bind_text(1, draft.type).bind_text(2, draft.record);
  statement.bind(3, static_cast<std::int64_t>(draft.base_rev)).bind_text(4, draft.body);
  statement.bind_text(5, state_word(draft.state)).bind_text(6, draft.author);
  statement.bind_text(7, draft.editor).bind_text(8, draft.approver).bind_text(9, draft.reason);
  statement.bind(10, static_cast<std::int64_t>(draft.log_size));
  statement.bind(11, static_cast<std::int64_t>(draft.version));
  return statement.bind(12, draft.begun).bind(13, draft.changed);
}

Result<std::optional<Draft>> find_draft(Connection& connection, std::uint64_t number) {
  auto select = connection.prepare(std::string(kDraftColumns) + "WHERE number = ?1");
  if (!select) return std::move(select).error();
  select->bind(1, static_cast<std::int64_t>(number));
  return first_of(read_rows<Draft>(connection, *select, &read_draft));
}

Result<std::vector<Draft>> list_drafts(Connection& connection, std::size_t done) {
  auto select = connection.prepare(
      std::string(kDraftColumns) +
      "WHERE state NOT IN ('published', 'dropped') OR number IN (SELECT number FROM drafts WHERE "
      "state IN ('published', 'dropped') ORDER BY changed DESC, number DESC LIMIT ?1) ORDER BY "
      "changed DESC, number DESC");
  if (!select) return std::move(select).error();
  select->bind(1, static_cast<std::int64_t>(done));
  return read_rows<Draft>(connection, *select, &read_draft);
}

Result<std::vector<AuditLine>> list_acts(Connection& connection, std::uint64_t first,
                                         std::size_t limit) {
  auto select = connection.prepare(
      "SELECT number, time, account, act, subject, note, hash FROM acts WHERE number >= ?1 ORDER "
      "BY number LIMIT ?2");
  if (!select) return std::move(select).error();
  select->bind(1, static_cast<std::int64_t>(first)).bind(2, static_cast<std::int64_t>(limit));
  return read_rows<AuditLine>(connection, *select, &read_act);
}

}  // namespace dure::node
