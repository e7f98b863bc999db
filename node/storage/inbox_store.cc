// SPDX-License-Identifier: Apache-2.0
#include "storage/inbox_store.h"

#include <utility>

#include "storage/private_file.h"

namespace dure::node {
namespace {

// Numbers are never given twice: `dure inbox answer 3` must not meet another message once the
// first is deleted.
const Schema kSchema{
    0x44757249,  // "DurI"
    "CREATE TABLE messages(number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, entry "
    "TEXT "
    "NOT NULL, text TEXT NOT NULL, digest BLOB NOT NULL, mark TEXT NOT NULL UNIQUE, received "
    "INTEGER NOT NULL, state TEXT NOT NULL, decided INTEGER NOT NULL, answer TEXT NOT NULL, record "
    "TEXT NOT NULL) STRICT;"
    "CREATE INDEX waiting_messages ON messages(digest) WHERE state = 'waiting';"
    "CREATE INDEX decided_messages ON messages(decided) WHERE decided > 0;"
    "CREATE TABLE receipts(code BLOB PRIMARY KEY, message INTEGER NOT NULL REFERENCES "
    "messages(number) ON DELETE CASCADE) STRICT, WITHOUT ROWID;"
    "CREATE INDEX receipts_by_message ON receipts(message);"};

constexpr std::string_view kColumns =
    "SELECT number, kind, entry, text, mark, received, state, decided, answer, record, (SELECT "
    "count(*) FROM receipts WHERE message = number) FROM messages ";

Result<Message> message_of(const Statement& row, const std::string& path) {
  Message message;
  message.number = static_cast<std::uint64_t>(row.integer(0));
  const bool known =
      parse_kind(row.bytes(1), message.telling.kind) && parse_state(row.bytes(6), message.state);
  if (!known) return sqlite_error(nullptr, SQLITE_CORRUPT, path);
  message.telling.entry = row.bytes(2);
  message.telling.text = row.bytes(3);
  message.mark = row.bytes(4);
  message.received = row.integer(5);
  message.decided = row.integer(7);
  message.answer = row.bytes(8);
  message.record = row.bytes(9);
  message.times = static_cast<std::uint64_t>(row.integer(10));
  return message;
}

Result<std::vector<Message>> read_rows(Statement& select, const std::string& path) {
  std::vector<Message> messages;
  auto row = select.step();
  for (; row && *row; row = select.step()) {
    auto message = message_of(select, path);
    if (!message) return std::move(message).error();
    messages.push_back(std::move(*message));
  }
  if (!row) return std::move(row).error();
  return messages;
}

Result<std::optional<Message>> first_of(Result<std::vector<Message>> messages) {
  if (!messages) return std::move(messages).error();
  if (messages->empty()) return std::optional<Message>();
  return std::optional(std::move(messages->front()));
}

/// The message of a receipt; nothing if there is no such receipt.
Result<std::optional<Message>> by_receipt(Connection& connection, const Hash& receipt) {
  auto select = connection.prepare(std::string(kColumns) +
                                   "WHERE number = (SELECT message FROM receipts WHERE code = ?1)");
  if (!select) return std::move(select).error();
  select->bind_blob(1, as_view(receipt));
  return first_of(read_rows(*select, connection.path()));
}

Result<std::optional<Message>> by_number(Connection& connection, std::uint64_t number) {
  auto select = connection.prepare(std::string(kColumns) + "WHERE number = ?1");
  if (!select) return std::move(select).error();
  select->bind(1, static_cast<std::int64_t>(number));
  return first_of(read_rows(*select, connection.path()));
}

/// The waiting message that says the same, or a new one.
Result<std::int64_t> message_for(Connection& connection, const Arrival& arrival) {
  auto same = connection.prepare(
      "SELECT number FROM messages WHERE digest = ?1 AND state = 'waiting' ORDER BY number");
  if (!same) return std::move(same).error();
  auto row = same->bind_blob(1, as_view(arrival.digest)).step();
  if (!row) return std::move(row).error();
  if (*row) return same->integer(0);
  auto insert = connection.prepare(
      "INSERT INTO messages(kind, entry, text, digest, mark, received, state, decided, answer, "
      "record) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, '', '') RETURNING number");
  if (!insert) return std::move(insert).error();
  insert->bind_text(1, kind_name(arrival.telling.kind)).bind_text(2, arrival.telling.entry);
  insert->bind_text(3, arrival.telling.text).bind_blob(4, as_view(arrival.digest));
  insert->bind_text(5, arrival.mark).bind(6, arrival.time);
  auto made = insert->step();
  if (!made) return std::move(made).error();
  return insert->integer(0);
}

Status add_receipt(Connection& connection, const Hash& receipt, std::int64_t message) {
  auto insert = connection.prepare("INSERT INTO receipts(code, message) VALUES(?1, ?2)");
  if (!insert) return std::move(insert).error();
  return insert->bind_blob(1, as_view(receipt)).bind(2, message).run();
}

Status take_in(Connection& connection, const Arrival& arrival, std::uint64_t most) {
  const auto known = by_receipt(connection, arrival.receipt);
  if (!known) return known.error();
  if (*known) {
    if ((*known)->telling == arrival.telling) return ok();
    return Error{ErrorCode::kConflict, "this receipt stands for something else"};
  }
  const auto waiting = connection.query_integer(
      "SELECT count(*) FROM receipts JOIN messages ON number = message WHERE state = 'waiting'");
  if (!waiting) return waiting.error();
  if (static_cast<std::uint64_t>(*waiting) >= most)
    return Error{ErrorCode::kUnavailable, "the inbox is full"};
  const auto message = message_for(connection, arrival);
  if (!message) return message.error();
  return add_receipt(connection, arrival.receipt, *message);
}

Status write_decision(Connection& connection, std::uint64_t number, const Decision& decision,
                      std::int64_t time) {
  const auto found = by_number(connection, number);
  if (!found) return found.error();
  if (!*found) return Error{ErrorCode::kNotFound, "no such message"};
  if ((*found)->state != MessageState::kWaiting) {
    const Decision before{(*found)->state, (*found)->answer, (*found)->record};
    return before == decision ? ok() : Status(Error{ErrorCode::kConflict, "decided already"});
  }
  auto update = connection.prepare(
      "UPDATE messages SET state = ?2, answer = ?3, record = ?4, decided = ?5 WHERE number = ?1");
  if (!update) return std::move(update).error();
  update->bind(1, static_cast<std::int64_t>(number)).bind_text(2, state_name(decision.state));
  update->bind_text(3, decision.answer).bind_text(4, decision.record).bind(5, time);
  return update->run();
}

class SqliteInbox final : public InboxFile {
 public:
  explicit SqliteInbox(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Status take(const Arrival& arrival, std::uint64_t most) override {
    return database_->run(
        [&](Connection& connection) { return take_in(connection, arrival, most); });
  }
  Result<std::optional<Message>> find(const Hash& receipt) override {
    const auto reader = database_->reader();
    if (!reader) return reader.error();
    return by_receipt(**reader, receipt);
  }
  Result<std::optional<Message>> message(std::uint64_t number) override {
    const auto reader = database_->reader();
    if (!reader) return reader.error();
    return by_number(**reader, number);
  }
  Result<std::vector<Message>> messages(bool all) override {
    const auto reader = database_->reader();
    if (!reader) return reader.error();
    auto select =
        (*reader)->prepare(std::string(kColumns) +
                           (all ? "ORDER BY number" : "WHERE state = 'waiting' ORDER BY number"));
    if (!select) return std::move(select).error();
    return read_rows(*select, database_->path());
  }
  Result<WaitingMessages> waiting() override {
    const auto reader = database_->reader();
    if (!reader) return reader.error();
    auto select = (*reader)->prepare(
        "SELECT count(*), coalesce(min(received), 0) FROM messages WHERE state = 'waiting'");
    if (!select) return std::move(select).error();
    auto row = select->step();
    if (!row) return std::move(row).error();
    return WaitingMessages{static_cast<std::uint64_t>(select->integer(0)), select->integer(1)};
  }
  Status decide(std::uint64_t number, const Decision& decision, std::int64_t time) override {
    return database_->run(
        [&](Connection& connection) { return write_decision(connection, number, decision, time); });
  }
  Result<std::uint64_t> forget(std::int64_t time) override {
    std::uint64_t gone = 0;
    auto deleted = database_->run([&](Connection& connection) -> Status {
      auto statement =
          connection.prepare("DELETE FROM messages WHERE decided > 0 AND decided < ?1");
      if (!statement) return std::move(statement).error();
      if (auto ran = statement->bind(1, time).run(); !ran) return ran;
      gone = static_cast<std::uint64_t>(connection.changes());
      return ok();
    });
    // The file's pages are overwritten (secure_delete); the WAL must not keep the old ones. If a
    // reader is in the way, the next sweep or the end of the process does it.
    if (deleted && gone > 0)
      (void)database_->run_alone([](Connection& connection) { return settle(connection); });
    if (!deleted) return std::move(deleted).error();
    return gone;
  }
  Status copy_to(const std::string& path, const std::function<bool()>& stop) override {
    return database_->copy_to(path, stop);
  }
  Status check() override { return check_private_file(*database_); }

 private:
  const std::unique_ptr<Database> database_;
};

}  // namespace

Status create_inbox(const std::string& path) { return create_private_file(path, kSchema); }

Result<std::unique_ptr<InboxFile>> open_inbox(const std::string& path) {
  auto database = open_private_file(path, kSchema);
  if (!database) return std::move(database).error();
  return std::unique_ptr<InboxFile>(std::make_unique<SqliteInbox>(std::move(*database)));
}

}  // namespace dure::node
