// SPDX-License-Identifier: Apache-2.0
#include "storage/fts_tokenizer.h"

#include "catalogue/tokenizer.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

// The tokenizer's only state is what documents look like; FTS5 wants a pointer that is not null.
char for_texts = 0, for_lists = 0;

int create(void* /*context*/, const char** arguments, int count, Fts5Tokenizer** out) {
  if (count > 1 || (count == 1 && std::string_view(arguments[0]) != "lists")) return SQLITE_ERROR;
  *out = reinterpret_cast<Fts5Tokenizer*>(count == 1 ? &for_lists : &for_texts);
  return SQLITE_OK;
}

void destroy(Fts5Tokenizer* /*tokenizer*/) {}

using TokenCallback = int (*)(void*, int, const char*, int, int, int);

/// Gives out the tokens of a token_list().
int give_list(std::string_view list, void* context, TokenCallback give) {
  std::size_t begin = 0;
  for (std::size_t end = list.find(kTokenEnd); end != std::string_view::npos;
       end = list.find(kTokenEnd, begin)) {
    const int code = give(context, 0, list.data() + begin, static_cast<int>(end - begin),
                          static_cast<int>(begin), static_cast<int>(end));
    if (code != SQLITE_OK) return code;
    begin = end + 1;
  }
  return SQLITE_OK;
}

int tokenize_text(Fts5Tokenizer* tokenizer, void* context, int flags, const char* text, int size,
                  TokenCallback give) {
  const TokenizeMode mode =
      (flags & FTS5_TOKENIZE_QUERY) != 0 ? TokenizeMode::kQuery : TokenizeMode::kDocument;
  if (mode == TokenizeMode::kDocument && reinterpret_cast<char*>(tokenizer) == &for_lists)
    return give_list({text, static_cast<std::size_t>(size)}, context, give);
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
