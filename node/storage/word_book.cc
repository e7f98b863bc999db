// SPDX-License-Identifier: Apache-2.0
#include "storage/word_book.h"

#include <set>
#include <utility>

#include "catalogue/spelling.h"

namespace dure::node {
namespace {

// Of a million documents the fullest key holds some hundred words; more are for nobody's error.
constexpr std::int64_t kMaxPerKey = 400;
constexpr std::size_t kMaxCompared = 4000;

Status write_spellings(Connection& connection, const char* sql, const std::string& word) {
  for (const std::int64_t key : spelling_keys(spell(word))) {
    auto statement = connection.prepare(sql);
    if (!statement) return std::move(statement).error();
    if (auto written = statement->bind(1, key).bind_text(2, word).run(); !written) return written;
  }
  return ok();
}

Status write_count(Connection& connection, const char* sql, const std::string& word,
                   std::int64_t documents) {
  auto statement = connection.prepare(sql);
  if (!statement) return std::move(statement).error();
  return statement->bind_text(1, word).bind(2, documents).run();
}

Status forget_word(Connection& connection, const std::string& word) {
  auto statement = connection.prepare("DELETE FROM words WHERE word = ?1");
  if (!statement) return std::move(statement).error();
  if (auto deleted = statement->bind_text(1, word).run(); !deleted) return deleted;
  return write_spellings(connection, "DELETE FROM spellings WHERE key = ?1 AND word = ?2", word);
}

Status change_word(Connection& connection, const std::string& word, std::int64_t by) {
  const auto before = documents_with_word(connection, word);
  if (!before) return before.error();
  const std::int64_t documents = static_cast<std::int64_t>(*before) + by;
  if (documents <= 0) return forget_word(connection, word);
  if (*before != 0)
    return write_count(connection, "UPDATE words SET documents = ?2 WHERE word = ?1", word,
                       documents);
  auto added =
      write_count(connection, "INSERT INTO words(word, documents) VALUES(?1, ?2)", word, documents);
  if (!added) return added;
  return write_spellings(connection, "INSERT OR IGNORE INTO spellings(key, word) VALUES(?1, ?2)",
                         word);
}

/// Adds the words under one key.
Status read_words(Connection& connection, std::int64_t key, std::set<std::string>& words) {
  auto statement = connection.prepare("SELECT word FROM spellings WHERE key = ?1 LIMIT ?2");
  if (!statement) return std::move(statement).error();
  statement->bind(1, key).bind(2, kMaxPerKey);
  auto row = statement->step();
  for (; row && *row; row = statement->step()) words.emplace(statement->bytes(0));
  return row ? ok() : Status(std::move(row).error());
}

}  // namespace

void WordChanges::count(const IndexWords& document, std::int64_t by) {
  for (const std::string& word : document.vocabulary) changes_[word] += by;
}

Status WordChanges::write(Connection& connection) {
  for (const auto& [word, by] : std::exchange(changes_, {})) {
    if (by == 0) continue;
    if (auto changed = change_word(connection, word, by); !changed) return changed;
  }
  return ok();
}

Result<std::uint64_t> documents_with_word(Connection& connection, std::string_view word) {
  auto statement = connection.prepare("SELECT documents FROM words WHERE word = ?1");
  if (!statement) return std::move(statement).error();
  auto row = statement->bind_text(1, word).step();
  if (!row) return std::move(row).error();
  return *row ? static_cast<std::uint64_t>(statement->integer(0)) : std::uint64_t{0};
}

Result<std::vector<KnownWord>> words_spelled_like(Connection& connection, std::string_view word) {
  std::vector<KnownWord> near;
  const SpelledWord typed = spell(word);
  if (typed.characters() < kMinSpelled || typed.characters() > kMaxSpelled) return near;
  std::set<std::string> candidates;
  for (const std::int64_t key : keys_near(typed)) {
    if (candidates.size() > kMaxCompared) break;
    if (auto read = read_words(connection, key, candidates); !read) return std::move(read).error();
  }
  for (const std::string& candidate : candidates) {
    const SpelledWord known = spell(candidate);
    if (spelling_distance(typed, known, spelling_limit(typed, known)) == kTooFar) continue;
    const auto documents = documents_with_word(connection, candidate);
    if (!documents) return documents.error();
    near.push_back({candidate, *documents});
  }
  return near;
}

}  // namespace dure::node
