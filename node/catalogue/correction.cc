// SPDX-License-Identifier: Apache-2.0
#include "catalogue/correction.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "catalogue/keyboard.h"
#include "catalogue/spelling.h"

namespace dure::node {
namespace {

// Two syllables are near to many others: only words that are common count.
constexpr std::size_t kShort = 2;
constexpr std::uint64_t kCommon = 3;  // documents
constexpr std::size_t kTried = 3;     // of the nearest

/// The word as it was typed, in capitals too; keys of a keyboard differ by them.
std::string_view as_typed(std::string_view word, std::string_view typed) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto found = std::search(typed.begin(), typed.end(), word.begin(), word.end(),
                                 [&](char a, char b) { return lower(a) == b; });
  if (found == typed.end()) return word;
  return typed.substr(static_cast<std::size_t>(found - typed.begin()), word.size());
}

struct Halves {
  std::string head, tail;
};
/// All ways to part a word in two of two characters or more, the longest beginning first.
std::vector<Halves> splits_of(std::string_view word) {
  std::vector<Halves> splits;
  const std::size_t count = count_characters(word);
  for (std::size_t at = 2; at + 2 <= count && count <= kMaxSpelled; ++at) {
    const std::string_view head = first_characters(word, at);
    splits.insert(splits.begin(), {std::string(head), std::string(word.substr(head.size()))});
  }
  return splits;
}

struct KnownHalves {
  bool head = false, tail = false;
};
Result<KnownHalves> known_halves(CatalogueStore& catalogue, const Halves& halves) {
  const auto head = catalogue.documents_with(halves.head);
  if (!head) return head.error();
  const auto tail = catalogue.documents_with(halves.tail);
  if (!tail) return tail.error();
  return KnownHalves{*head > 0, *tail > 0};
}

/// The ways to part a word of which one half is a word, and whether it is the head; none if both
/// halves are in one of them: then nothing is wrong with it.
Result<std::vector<std::pair<Halves, bool>>> halfway(CatalogueStore& catalogue,
                                                     std::string_view word) {
  std::vector<std::pair<Halves, bool>> found;
  for (const Halves& halves : splits_of(word)) {
    const auto known = known_halves(catalogue, halves);
    if (!known) return known.error();
    if (known->head && known->tail) return std::vector<std::pair<Halves, bool>>();
    if (known->head || known->tail) found.emplace_back(halves, known->head);
  }
  return found;
}

}  // namespace

bool Corrector::Candidate::operator<(const Candidate& other) const {
  return std::tie(cost, other.documents, word) < std::tie(other.cost, documents, other.word);
}

Result<bool> Corrector::finds_something(std::string_view word) {
  const auto parsed = parse_query(word, synonyms_);
  if (!parsed) return parsed.error();
  for (const std::string& expression : parsed->strict.words) {
    const auto documents = catalogue_.count(expression);
    if (!documents) return documents.error();
    if (*documents == 0) return false;
  }
  return !parsed->strict.words.empty();
}

Result<std::vector<CorrectedWord>> Corrector::correct(const std::vector<QueryWord>& words,
                                                      std::string_view typed) {
  std::vector<CorrectedWord> corrected;
  std::size_t unknown = 0;
  for (const QueryWord& word : words) {
    const auto known = finds_something(word.text);
    if (!known) return known.error();
    if (*known || ++unknown > kMaxCorrections) continue;
    auto better = meant(word, typed);
    if (!better) return std::move(better).error();
    if (!better->empty()) corrected.push_back({word.text, *std::move(better)});
  }
  return corrected;
}

Result<std::string> Corrector::meant(const QueryWord& word, std::string_view typed) {
  if (!word.one_run()) return std::string();
  if (word.first == CharacterClass::kIdeographic) return meant_hangul(word);
  std::string hangul = hangul_from_keys(as_typed(word.text, typed));
  if (hangul.empty()) return hangul;
  const auto found = finds_something(hangul);
  if (!found) return found.error();
  return *found ? hangul : std::string();
}

Result<std::string> Corrector::meant_hangul(const QueryWord& word) {
  QueryWord whole = word;
  whole.text = whole.last_run = without_loose_jamo(word.text);
  if (count_characters(whole.text) < kMinSpelled) return std::string();
  if (whole.text != word.text) {
    const auto found = finds_something(whole.text);
    if (!found) return found.error();
    if (*found) return whole.text;
  }
  auto best = nearest(whole.text);
  if (!best || !best->empty()) return best;
  const auto stems = without_particles(whole);
  for (const QueryWord& stem : stems) {
    auto of_stem = nearest(stem.text);
    if (!of_stem || !of_stem->empty()) return of_stem;
  }
  return nearest_compound(stems.empty() ? whole.text : stems.back().text);
}

Result<std::vector<Corrector::Candidate>> Corrector::candidates(std::string_view word) {
  std::vector<Candidate> found;
  const SpelledWord typed = spell(word);
  const auto offer = [&](const std::string& known, std::uint64_t documents) {
    const SpelledWord spelled = spell(known);
    const unsigned cost = spelling_distance(typed, spelled, spelling_limit(typed, spelled));
    const bool counts = spelled.characters() > kShort || documents >= kCommon;
    if (cost != kTooFar && cost > 0 && counts) found.push_back({known, cost, documents});
  };
  const auto near = catalogue_.spelled_like(word);
  if (!near) return near.error();
  for (const KnownWord& known : *near) offer(known.word, known.documents);
  for (const std::string& synonym : synonyms_.spelled_like(word)) {
    const auto documents = catalogue_.documents_with(synonym);
    if (!documents) return documents.error();
    offer(synonym, *documents);
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::string> Corrector::nearest(std::string_view word) {
  auto found = candidates(word);
  if (!found) return std::move(found).error();
  for (std::size_t i = 0; i < std::min(found->size(), kTried); ++i) {
    const auto finds = finds_something((*found)[i].word);
    if (!finds) return finds.error();
    if (*finds) return (*found)[i].word;
  }
  return std::string();
}

/// 자전거보헙: one half is a word of the catalogue, the other nearly.
Result<std::string> Corrector::nearest_compound(std::string_view word) {
  const auto found = halfway(catalogue_, word);
  if (!found) return found.error();
  for (const auto& [halves, head_known] : *found) {
    auto better = nearest(head_known ? halves.tail : halves.head);
    if (!better) return better;
    if (better->empty()) continue;
    return head_known ? halves.head + *better : *better + halves.tail;
  }
  return std::string();
}

}  // namespace dure::node
