// SPDX-License-Identifier: Apache-2.0
// SQLite without exceptions or leaks: a connection, its cached statements, and its errors as
// dure::Error.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "dure/result.h"

namespace dure::node {

template <auto kFree>
struct FreedBy {
  template <class T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};
using SqliteHandle = std::unique_ptr<sqlite3, FreedBy<sqlite3_close_v2>>;
using SqliteStatementHandle = std::unique_ptr<sqlite3_stmt, FreedBy<sqlite3_finalize>>;

/// What went wrong on `connection` (may be null when it could not even be opened), with a text key
/// that names the remedy.
///
/// Errors: kConflict for a constraint, kStorage for everything else.
Error sqlite_error(sqlite3* connection, int result_code, std::string_view path);

/// A borrowed prepared statement: reset and unbound when it goes out of scope. Threads: its
/// connection's.
class Statement {
 public:
  Statement(sqlite3_stmt* statement, std::string_view path) : statement_(statement), path_(path) {}
  Statement(Statement&& other) noexcept : statement_(other.statement_), path_(other.path_) {
    other.statement_ = nullptr;
  }
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { reset(); }

  // Bound text and blobs are not copied: they must live until the statement has run.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind_blob(int parameter, std::string_view value);
  Statement& bind_text(int parameter, std::string_view value);
  Statement& bind_null(int parameter);

  /// True if there is a row to read; false at the end.
  Result<bool> step();
  /// Runs to the end and makes the statement ready for the next binding.
  Status run();
  void reset();

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  /// Views into the row; valid until the next step.
  std::string_view bytes(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  sqlite3_stmt* statement_;
  std::string_view path_;
  int bind_error_ = SQLITE_OK;
};

// kImmutable: a file that nobody writes, such as a backup; nothing is made beside it.
enum class OpenMode { kReadOnly, kReadWrite, kCreate, kImmutable };

/// One connection. Threads: one at a time.
class Connection {
 public:
  /// Opens `path`; kReadWrite and kReadOnly never create it, kCreate refuses an existing file
  /// (kConflict).
  static Result<std::unique_ptr<Connection>> open(const std::string& path, OpenMode mode);

  /// The statement for `sql`, prepared once per connection. It must not be in use already.
  Result<Statement> prepare(std::string_view sql);
  /// Runs one or more statements that return nothing of interest.
  Status execute(const char* sql);
  /// The first column of the first row.
  Result<std::int64_t> query_integer(std::string_view sql);

  std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  sqlite3* handle() const { return handle_.get(); }
  const std::string& path() const { return path_; }

 private:
  Connection(SqliteHandle handle, std::string path)
      : path_(std::move(path)), handle_(std::move(handle)) {}
  std::string path_;
  SqliteHandle handle_;
  // Declared after the handle, so that statements are finalised before the connection closes.
  std::unordered_map<std::string, SqliteStatementHandle> statements_;
};

}  // namespace dure::node
