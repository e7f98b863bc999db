// SPDX-License-Identifier: Apache-2.0
#include "storage/console_store.h"

#include <utility>

#include "console/audit_log.h"
#include "storage/console_rows.h"
#include "storage/private_file.h"

namespace dure::node {
namespace {

// Numbers are never given twice, and no line of the audit log is ever changed or taken out.
const Schema kSchema{
    0x44757243,  // "DurC"
    "CREATE TABLE accounts(name TEXT PRIMARY KEY, roles TEXT NOT NULL, disabled INTEGER NOT NULL, "
    "password TEXT NOT NULL, set_up TEXT NOT NULL, set_up_until INTEGER NOT NULL, created INTEGER "
    "NOT NULL, signed_in INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE tokens(name TEXT PRIMARY KEY, scopes TEXT NOT NULL, hash TEXT NOT NULL, made_by "
    "TEXT NOT NULL, made INTEGER NOT NULL, until INTEGER NOT NULL, used INTEGER NOT NULL) STRICT, "
    "WITHOUT ROWID;"
    "CREATE TABLE drafts(number INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, record TEXT "
    "NOT NULL, base_rev INTEGER NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, author TEXT NOT "
    "NULL, editor TEXT NOT NULL, approver TEXT NOT NULL, reason TEXT NOT NULL, log_size INTEGER "
    "NOT NULL, version INTEGER NOT NULL, begun INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT;"
    "CREATE INDEX drafts_by_state ON drafts(state, changed);"
    "CREATE TABLE acts(number INTEGER PRIMARY KEY, time INTEGER NOT NULL, account TEXT NOT NULL, "
    "act TEXT NOT NULL, subject TEXT NOT NULL, note TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER acts_stay BEFORE UPDATE ON acts BEGIN SELECT RAISE(ABORT, 'acts stay'); END;"
    "CREATE TRIGGER acts_remain BEFORE DELETE ON acts BEGIN SELECT RAISE(ABORT, 'acts stay'); "
    "END;"};

constexpr std::string_view kForgetDone =
    "UPDATE drafts SET body = '{}', reason = '', version = version + 1 WHERE record = ?1 AND type "
    "<> 'erase' AND state IN ('published', 'dropped') AND (body <> '{}' OR reason <> '')";
constexpr std::string_view kForgetAll =
    "UPDATE drafts SET body = '{}', reason = '', version = version + 1, state = iif(state = "
    "'published', state, 'dropped') WHERE record = ?1 AND type <> 'erase' AND (body <> '{}' OR "
    "reason <> '' OR state NOT IN ('published', 'dropped'))";

Status add_act(Connection& connection, const Act& act) {
  AuditLine line;
  Hash before{};
  {
    auto last = connection.prepare("SELECT number, hash FROM acts ORDER BY number DESC LIMIT 1");
    if (!last) return std::move(last).error();
    auto row = last->step();
    if (!row) return std::move(row).error();
    if (*row) {
      line.number = static_cast<std::uint64_t>(last->integer(0));
      if (!read_hash(last->bytes(1), before))
        return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
    }
  }
  line.number += 1;
  line.hash = audit_hash(before, line.number, act);
  auto insert = connection.prepare("INSERT INTO acts VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!insert) return std::move(insert).error();
  insert->bind(1, static_cast<std::int64_t>(line.number)).bind(2, act.time);
  insert->bind_text(3, act.account).bind_text(4, act.act).bind_text(5, act.subject);
  return insert->bind_text(6, act.note).bind_blob(7, as_view(line.hash)).run();
}

/// Of the statement that was just run: one row, or whatever `none` says.
Status changed_one(Connection& connection, const Error& none) {
  return connection.changes() == 1 ? ok() : Status(none);
}

class SqliteConsole final : public ConsoleFile {
 public:
  explicit SqliteConsole(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Result<std::optional<Account>> account(std::string_view name) override {
    return reading<std::optional<Account>>(
        [&](Connection& connection) { return find_account(connection, name); });
  }
  Result<std::vector<Account>> accounts() override {
    return reading<std::vector<Account>>(&all_accounts);
  }
  Status add_account(const Account& account, const Act& act) override {
    return database_->run([&](Connection& connection) -> Status {
      const auto known = find_account(connection, account.name);
      if (!known) return known.error();
      if (*known) return Error{ErrorCode::kConflict, "there is an account of this name"};
      auto insert =
          connection.prepare("INSERT INTO accounts VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
      if (!insert) return std::move(insert).error();
      const std::string roles = format_roles(account.roles);
      if (auto ran = bind_account(*insert, account, roles).run(); !ran) return ran;
      return add_act(connection, act);
    });
  }
  Status change_account(const Account& account, const Act& act) override {
    return database_->run([&](Connection& connection) -> Status {
      auto update = connection.prepare(
          "UPDATE accounts SET roles = ?2, disabled = ?3, password = ?4, set_up = ?5, set_up_until "
          "= ?6, created = ?7, signed_in = ?8 WHERE name = ?1");
      if (!update) return std::move(update).error();
      const std::string roles = format_roles(account.roles);
      if (auto ran = bind_account(*update, account, roles).run(); !ran) return ran;
      const Error none{ErrorCode::kNotFound, "no such account"};
      if (auto one = changed_one(connection, none); !one) return one;
      return add_act(connection, act);
    });
  }

  Result<std::uint64_t> add_draft(const Draft& draft, const Act& act) override {
    std::uint64_t number = 0;
    auto added = database_->run([&](Connection& connection) -> Status {
      auto insert = connection.prepare(kInsertDraft);
      if (!insert) return std::move(insert).error();
      auto row = bind_draft(*insert, draft).step();
      if (!row) return std::move(row).error();
      number = static_cast<std::uint64_t>(insert->integer(0));
      Act done = act;
      done.subject = std::to_string(number);
      insert->reset();
      return add_act(connection, done);
    });
    if (!added) return std::move(added).error();
    return number;
  }
  Result<std::optional<Draft>> draft(std::uint64_t number) override {
    return reading<std::optional<Draft>>(
        [&](Connection& connection) { return find_draft(connection, number); });
  }
  Result<std::vector<Draft>> drafts(std::size_t done) override {
    return reading<std::vector<Draft>>(
        [&](Connection& connection) { return list_drafts(connection, done); });
  }
  Status change_draft(const Draft& draft, const std::optional<Act>& act) override {
    return database_->run([&](Connection& connection) -> Status {
      const auto known = find_draft(connection, draft.number);
      if (!known) return known.error();
      if (!*known) return Error{ErrorCode::kNotFound, "no such draft"};
      if ((*known)->version != draft.version)
        return Error{ErrorCode::kConflict, "somebody changed it meanwhile",
                     "errors.console_changed"};
      Draft next = draft;
      ++next.version;
      auto update = connection.prepare(kUpdateDraft);
      if (!update) return std::move(update).error();
      bind_draft(*update, next).bind(14, static_cast<std::int64_t>(next.number));
      if (auto ran = update->run(); !ran) return ran;
      return act ? add_act(connection, *act) : ok();
    });
  }

  Result<std::optional<ApiToken>> token(std::string_view name) override {
    return reading<std::optional<ApiToken>>(
        [&](Connection& connection) { return find_token(connection, name); });
  }
  Result<std::vector<ApiToken>> tokens() override {
    return reading<std::vector<ApiToken>>(&all_tokens);
  }
  Status add_token(const ApiToken& token, const Act& act) override {
    return database_->run([&](Connection& connection) -> Status {
      const auto known = find_token(connection, token.name);
      if (!known) return known.error();
      if (*known) return Error{ErrorCode::kConflict, "there is a token of this name"};
      auto insert = connection.prepare("INSERT INTO tokens VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
      if (!insert) return std::move(insert).error();
      if (auto ran = bind_token(*insert, token).run(); !ran) return ran;
      return add_act(connection, act);
    });
  }
  Status change_token(const ApiToken& token, const std::optional<Act>& act) override {
    return database_->run([&](Connection& connection) -> Status {
      auto update = connection.prepare(
          "UPDATE tokens SET scopes = ?2, hash = ?3, made_by = ?4, made = ?5, until = ?6, used = "
          "?7 "
          "WHERE name = ?1");
      if (!update) return std::move(update).error();
      if (auto ran = bind_token(*update, token).run(); !ran) return ran;
      const Error none{ErrorCode::kNotFound, "no such token"};
      if (auto one = changed_one(connection, none); !one) return one;
      return act ? add_act(connection, *act) : ok();
    });
  }
  Status forget_texts(std::string_view record, bool only_done, const Act& act) override {
    bool found = false;
    auto emptied = database_->run([&](Connection& connection) -> Status {
      auto update = connection.prepare(only_done ? kForgetDone : kForgetAll);
      if (!update) return std::move(update).error();
      if (auto ran = update->bind_text(1, record).run(); !ran) return ran;
      found = connection.changes() > 0;
      return found ? add_act(connection, act) : ok();
    });
    // The file's pages are overwritten (secure_delete); the WAL must not keep the old ones.
    if (emptied && found)
      (void)database_->run_alone([](Connection& connection) { return settle(connection); });
    return emptied;
  }

  Status note(const Act& act) override {
    return database_->run([&](Connection& connection) { return add_act(connection, act); });
  }
  Result<std::vector<AuditLine>> acts(std::uint64_t first, std::size_t limit) override {
    return reading<std::vector<AuditLine>>(
        [&](Connection& connection) { return list_acts(connection, first, limit); });
  }
  Result<std::uint64_t> acts_so_far() override {
    return reading<std::uint64_t>([](Connection& connection) -> Result<std::uint64_t> {
      auto count = connection.query_integer("SELECT coalesce(max(number), 0) FROM acts");
      if (!count) return std::move(count).error();
      return static_cast<std::uint64_t>(*count);
    });
  }

  Status copy_to(const std::string& path, const std::function<bool()>& stop) override {
    return database_->copy_to(path, stop);
  }
  Status check() override {
    auto whole = check_private_file(*database_);
    return whole ? check_audit_log(*this) : std::move(whole);
  }

 private:
  template <class Found, class Read>
  Result<Found> reading(const Read& read) {
    auto reader = database_->reader();
    if (!reader) return std::move(reader).error();
    return read(**reader);
  }

  const std::unique_ptr<Database> database_;
};

}  // namespace

Status create_console(const std::string& path) { return create_private_file(path, kSchema); }

Result<std::unique_ptr<ConsoleFile>> open_console(const std::string& path) {
  auto database = open_private_file(path, kSchema);
  if (!database) return std::move(database).error();
  return std::unique_ptr<ConsoleFile>(std::make_unique<SqliteConsole>(std::move(*database)));
}

}  // namespace dure::node
