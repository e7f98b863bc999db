// SPDX-License-Identifier: Apache-2.0
// What somebody typed, as an FTS5 expression: everything quoted, Korean particles, compounds and
// synonyms as alternatives of a word, AND between the words. Words that say nothing are left out.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "catalogue/query_words.h"
#include "catalogue/spelling.h"
#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kMaxQueryBytes = 40'000;  // 10,000 characters
inline constexpr std::size_t kMaxQueryWords = 12;      // further words are left out

/// Words that mean the same to a citizen (노인, 어르신, 고령자). Built once, then read by many
/// threads.
class SynonymTable {
 public:
  SynonymTable() = default;
  /// One group per line, words separated by tabs, `#` opens a comment. A word after `>` is found by
  /// the others of its group and finds none of them. Errors: kMalformed with the line's number.
  static Result<SynonymTable> parse(std::string_view tsv);
  /// The table that came with the program (config/synonyms.tsv).
  static const SynonymTable& built_in();
  /// The other words of the groups of `folded_word`.
  std::vector<std::string> others(std::string_view folded_word) const;
  /// Words of the table within spelling_limit() (spelling.h) of `folded_word`.
  std::vector<std::string> spelled_like(std::string_view folded_word) const;

 private:
  std::multimap<std::string, std::size_t, std::less<>> group_of_;
  std::vector<std::vector<std::string>> groups_;
  std::map<std::string, SpelledWord, std::less<>> spelled_;
};

/// One expression and what its phrases mean.
struct MatchExpression {
  std::string match;
  std::vector<std::string> words;
  std::vector<QueryPhrase> phrases;
};

struct ParsedQuery {
  MatchExpression strict;          // every word
  MatchExpression relaxed;         // any word; empty unless there are two words or more
  std::vector<std::string> terms;  // folded texts to mark in snippets
  std::vector<std::string> words;  // as they were typed, folded; one for each of strict.words
};

/// Whether a folded word stands in titles or keywords of the catalogue.
using KnownWords = std::function<bool(std::string_view folded_word)>;

struct QueryOptions {
  KnownWords known;  // compounds of two known words are found where both stand apart
  std::vector<std::string> without;  // words that are left out, folded
};

/// Never fails on what people type: bad UTF-8, operators and quotes are separators, other bytes
/// count as words. An input without any word gives an empty match. Errors: kTooLarge (more than
/// kMaxQueryBytes).
Result<ParsedQuery> parse_query(std::string_view typed, const SynonymTable& synonyms,
                                const QueryOptions& options = {});
/// The words of `typed` that count.
std::vector<QueryWord> telling_words(std::string_view typed);

}  // namespace dure::node
