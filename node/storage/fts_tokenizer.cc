// SPDX-License-Identifier: Apache-2.0
#include "storage/fts_tokenizer.h"

#include "catalogue/tokenizer.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

// The tokenizer has no state; FTS5 only wants a pointer that is not null.
int create(void* /*context*/, const char** /*arguments*/, int /*count*/, Fts5Tokenizer** out) {
  static char instance = 0;
  *out = reinterpret_cast<Fts5Tokenizer*>(&instance);
  return SQLITE_OK;
}

void destroy(Fts5Tokenizer* /*tokenizer*/) {}

using TokenCallback = int (*)(void*, int, const char*, int, int, int);

int tokenize_text(Fts5Tokenizer* /*tokenizer*/, void* context, int flags, const char* text,
                  int size, TokenCallback give) {
  const TokenizeMode mode =
      (flags & FTS5_TOKENIZE_QUERY) != 0 ? TokenizeMode::kQuery : TokenizeMode::kDocument;
  int code = SQLITE_OK;
  const auto sink = [&](std::string_view token, std::size_t begin, std::size_t end) {
    code = give(context, 0, token.data(), static_cast<int>(token.size()), static_cast<int>(begin),
                static_cast<int>(end));
    return code == SQLITE_OK;
  };
  tokenize({text, static_cast<std::size_t>(size)}, mode, sink);
  return code;
}

}  // namespace

fts5_api* fts5_interface(sqlite3* connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &raw, nullptr);
  const SqliteStatementHandle statement(raw);
  if (code != SQLITE_OK) return nullptr;
  if (sqlite3_bind_pointer(raw, 1, &api, "fts5_api_ptr", nullptr) != SQLITE_OK) return nullptr;
  return sqlite3_step(raw) == SQLITE_ROW ? api : nullptr;
}

Status register_tokenizer(sqlite3* connection) {
  fts5_api* api = fts5_interface(connection);
  if (api == nullptr)
    return Error{ErrorCode::kStorage, "this SQLite has no full-text search (FTS5)"};
  fts5_tokenizer methods{create, destroy, tokenize_text};
  const int code = api->xCreateTokenizer(api, "dure", nullptr, &methods, nullptr);
  if (code != SQLITE_OK) return sqlite_error(connection, code, "catalogue");
  return ok();
}

}  // namespace dure::node
