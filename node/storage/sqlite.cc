// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite.h"

#include <sys/stat.h>

#include <utility>

namespace dure::node {
namespace {

/// The key of the sentence that tells people what to do about `result_code`.
const char* text_key(int result_code) {
  switch (result_code & 0xFF) {
    case SQLITE_FULL:
      return "storage.full";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "storage.read-only";
    case SQLITE_CANTOPEN:
      return "storage.cannot-open";
    case SQLITE_CORRUPT:
      return "storage.corrupt";
    case SQLITE_NOTADB:
      return "storage.not-a-database";
    case SQLITE_IOERR:
      return "storage.io";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "storage.busy";
    case SQLITE_NOMEM:
      return "storage.memory";
    default:
      return "storage.failed";
  }
}

// SQLite takes neither lock nor WAL of such a file.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    switch (c) {
      case '%':
        uri += "%25";
        break;
      case '?':
        uri += "%3f";
        break;
      case '#':
        uri += "%23";
        break;
      default:
        uri += c;
    }
  }
  return uri + "?immutable=1";
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

}  // namespace

Error sqlite_error(sqlite3* connection, int result_code, std::string_view path) {
  // The message of the connection belongs to its latest call; if that was another one, the code has
  // its own.
  const bool current =
      connection != nullptr && (sqlite3_errcode(connection) & 0xFF) == (result_code & 0xFF);
  std::string reason = current ? sqlite3_errmsg(connection) : sqlite3_errstr(result_code);
  if ((result_code & 0xFF) == SQLITE_CONSTRAINT) return {ErrorCode::kConflict, std::move(reason)};
  Error error{ErrorCode::kStorage, std::string(path) + ": " + reason, text_key(result_code)};
  error.args = {{"path", std::string(path)}, {"reason", std::move(reason)}};
  return error;
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  bind_error_ |= sqlite3_bind_int64(statement_, parameter, value);
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view value) {
  // A null pointer would bind NULL, which is not the same as no bytes.
  const char* data = value.data() == nullptr ? "" : value.data();
  bind_error_ |= sqlite3_bind_blob64(statement_, parameter, data, value.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_text(int parameter, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  bind_error_ |=
      sqlite3_bind_text64(statement_, parameter, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  bind_error_ |= sqlite3_bind_null(statement_, parameter);
  return *this;
}

Result<bool> Statement::step() {
  if (bind_error_ != SQLITE_OK)
    return Error{ErrorCode::kInternal, "a value could not be bound to a statement"};
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(sqlite3_db_handle(statement_), code, path_);
}

Status Statement::run() {
  auto row = step();
  while (row && *row) row = step();
  sqlite3_reset(statement_);
  if (!row) return std::move(row).error();
  return ok();
}

void Statement::reset() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bind_error_ = SQLITE_OK;
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(size)};
}

namespace {

/// Counting the memory that SQLite holds, which nobody asks for, would lock each of its
/// allocations against those of all other threads. Only before the first use.
void set_up_library() {
  [[maybe_unused]] static const int kCode = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, OpenMode mode) {
  if (mode == OpenMode::kCreate && exists(path)) {
    return Error{
        ErrorCode::kConflict, path + " exists already", "storage.exists", {{"path", path}}};
  }
  set_up_library();
  const bool reads = mode == OpenMode::kReadOnly || mode == OpenMode::kImmutable;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == OpenMode::kImmutable) flags |= SQLITE_OPEN_URI;
  if (mode == OpenMode::kCreate) flags |= SQLITE_OPEN_CREATE;

  sqlite3* raw = nullptr;
  const std::string name = mode == OpenMode::kImmutable ? immutable_uri(path) : path;
  const int code = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
  SqliteHandle handle(raw);
  if (code != SQLITE_OK) return sqlite_error(raw, code, path);
  // READWRITE falls back to read-only without a word when the file may not be written.
  if (!reads && sqlite3_db_readonly(raw, "main") == 1) {
    return sqlite_error(nullptr, SQLITE_READONLY, path);
  }
  sqlite3_busy_timeout(raw, 5'000);
  std::unique_ptr<Connection> connection(new Connection(std::move(handle), path));
  auto safe = connection->execute(
      "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;");
  if (!safe) return std::move(safe).error();
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  auto found = statements_.find(std::string(sql));
  if (found == statements_.end()) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) return sqlite_error(handle_.get(), code, path_);
    found = statements_.emplace(std::string(sql), SqliteStatementHandle(raw)).first;
  }
  return Statement(found->second.get(), path_);
}

Status Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(handle_.get(), code, path_);
  return ok();
}

Result<std::int64_t> Connection::query_integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::move(statement).error();
  auto row = statement->step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{ErrorCode::kNotFound, "no row"};
  return statement->integer(0);
}

}  // namespace dure::node
