// SPDX-License-Identifier: Apache-2.0
// What is like an entry, by the rarer of its keywords.
#include <algorithm>
#include <utility>

#include "catalogue/searching.h"

namespace dure::node {
namespace {

// Entries that share a common word are as many as the catalogue is large, and hardly alike.
constexpr std::uint64_t kCandidates = 2'000;
constexpr int kWords = 3;  // each is looked up in all texts

SearchQuery any_of(const SearchRequest& request, const ParsedQuery& parsed) {
  const bool several = parsed.words.size() > 1;
  const MatchExpression& expression = several ? parsed.relaxed : parsed.strict;
  SearchQuery query;
  if (expression.match.empty()) return query;
  query.match = "{title keywords} : (" + expression.match + ')';
  query.words = expression.words;
  query.phrases = expression.phrases;
  query.terms = parsed.terms;
  query.type = request.type;
  if (request.type.empty()) query.hidden_type = "notice";
  query.limit = request.limit;
  return query;
}

}  // namespace

Result<SearchAnswer> Searching::alike(const SearchRequest& request) {
  const auto words = rarest(request.words);
  if (!words) return words.error();
  SearchAnswer answer;
  if (words->empty()) return answer;
  const auto parsed = parse_query(*words, synonyms_);
  if (!parsed) return parsed.error();
  const SearchQuery query = any_of(request, *parsed);
  if (query.match.empty()) return answer;
  auto page = catalogue_.search(query);
  if (!page) return std::move(page).error();
  answer.page = *std::move(page);
  answer.page.next_cursor.clear();
  return answer;
}

/// As many of the words, the rarest first, as titles and keywords of kCandidates entries hold; one
/// at least, kWords at most.
Result<std::string> Searching::rarest(std::string_view words) {
  std::vector<std::pair<std::uint64_t, std::string>> counted;
  for (const QueryWord& word : telling_words(words)) {
    const auto documents = catalogue_.documents_with(word.text);
    if (!documents) return documents.error();
    counted.emplace_back(*documents, word.text);
  }
  std::sort(counted.begin(), counted.end());
  std::string chosen;
  std::uint64_t candidates = 0;
  int taken = 0;
  for (const auto& [documents, word] : counted) {
    candidates += documents;
    if (taken == kWords || (taken > 0 && candidates > kCandidates)) break;
    ++taken;
    chosen += (chosen.empty() ? "" : " ") + word;
  }
  return chosen;
}

}  // namespace dure::node
