// SPDX-License-Identifier: Apache-2.0
#include "catalogue/query.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "catalogue/embedded.h"
#include "catalogue/lines.h"
#include "catalogue/tokenizer.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxWordCharacters = 40;
constexpr std::size_t kMaxSplits = 8;
constexpr std::size_t kMaxSynonyms = 6;
constexpr std::size_t kMinCompound =
    4;  // syllables; shorter words are not looked for across a space

constexpr float kInside = 0.5F;    // a hit inside a word, against one at its start
constexpr float kStripped = 0.9F;  // without the particle
constexpr float kCompound = 0.8F;  // found across a space
constexpr float kSynonym = 0.6F;

/// Endings that are not part of a noun, longest first.
constexpr std::array<std::string_view, 44> kParticles = {
    "으로부터", "에게서", "에서는", "에서도", "에서의", "으로는", "으로도", "으로서", "으로써",
    "이라도",   "까지의", "까지",   "부터",   "에서",   "에게",   "으로",   "한테",   "처럼",
    "보다",     "이나",   "라도",   "마다",   "조차",   "밖에",   "이랑",   "과의",   "와의",
    "에는",     "에도",   "을",     "를",     "이",     "가",     "은",     "는",     "의",
    "에",       "로",     "와",     "과",     "도",     "만",     "나",     "들"};

std::u32string characters(std::string_view text) {
  std::u32string out;
  while (!text.empty()) out.push_back(take_character(text));
  return out;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::string_view rest = text;
  for (; count > 0 && !rest.empty(); --count) take_character(rest);
  return text.substr(0, text.size() - rest.size());
}

std::size_t length(std::string_view text) { return characters(text).size(); }

/// A run of one script within what stands between two separators; empty: none.
struct Piece {
  std::string_view text;
  CharacterClass kind = CharacterClass::kSeparator;
  bool digits = false;
};

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Runs that say little alone (제2주차, 24시간) stay with their neighbour; others (AI기반) are
/// words of their own.
bool clings(const Piece& piece) { return piece.digits || length(piece.text) == 1; }

/// A word of the query: its text and the script of its first and last run.
struct Word {
  std::string text;
  CharacterClass first;
  std::string last_run;
  CharacterClass last;
};

void add_piece(std::vector<Word>& words, const Piece& piece, const Piece& before) {
  const bool join = !before.text.empty() && !words.empty() && (clings(piece) || clings(before));
  if (!join) {
    words.push_back({std::string(piece.text), piece.kind, std::string(piece.text), piece.kind});
    return;
  }
  words.back().text += piece.text;
  words.back().last_run = piece.text;
  words.back().last = piece.kind;
}

std::vector<Word> split_words(std::string_view folded) {
  std::vector<Word> words;
  Piece before;
  while (!folded.empty() && words.size() <= kMaxQueryWords) {
    const std::string_view from = folded;
    const CharacterClass kind = classify(take_character(folded));
    while (!folded.empty()) {
      std::string_view ahead = folded;
      if (classify(take_character(ahead)) != kind) break;
      folded = ahead;
    }
    if (kind == CharacterClass::kSeparator) {
      before = {};
      continue;
    }
    const std::string_view text =
        first_characters(from.substr(0, from.size() - folded.size()), kMaxWordCharacters);
    const Piece piece{text, kind, is_digits(text)};
    if (before.text.empty() || words.back().text.size() < 4 * kMaxWordCharacters)
      add_piece(words, piece, before);
    before = piece;
  }
  return words;
}

/// The word without its particle; empty if it has none or too little would remain.
std::optional<Word> strip_particle(const Word& word) {
  if (word.last != CharacterClass::kIdeographic) return {};
  const bool joined = word.last_run.size() != word.text.size();
  for (const std::string_view particle : kParticles) {
    if (!word.last_run.ends_with(particle)) continue;
    Word stem = word;
    stem.last_run.resize(word.last_run.size() - particle.size());
    stem.text.resize(word.text.size() - particle.size());
    if (length(stem.last_run) >= (joined ? 1U : 2U)) return stem;
  }
  return {};
}

std::string quoted(std::string_view text, bool at_word_start) {
  std::string out = "\"";
  if (at_word_start) out += kWordStart;
  out += text;
  return out += '"';
}

/// Collects the alternatives of one word.
class Alternatives {
 public:
  explicit Alternatives(std::uint8_t word) : word_(word) {}

  void add_word(const Word& word, float weight) {
    if (!seen_.insert(word.text).second) return;
    if (word.first == CharacterClass::kWord)
      return add(quoted(word.text, false) + star(word), weight);
    add(quoted(word.text, true) + star(word), weight);
    // One syllable is found at the start of words only: inside, it is nearly always another word's.
    if (length(word.text) > 1) add(quoted(word.text, false) + star(word), weight * kInside);
  }

  /// 스마트도시 also stands as 스마트 도시: both halves at word starts, next to each other.
  void add_compounds(const Word& word) {
    const std::size_t count = length(word.text);
    if (word.first != CharacterClass::kIdeographic || word.last_run.size() != word.text.size())
      return;
    for (std::size_t at = 2; count >= kMinCompound && at + 2 <= count && splits_ < kMaxSplits;
         ++at, ++splits_) {
      const std::string_view head = first_characters(word.text, at);
      const std::string_view tail = std::string_view(word.text).substr(head.size());
      add("NEAR(" + quoted(head, true) + ' ' + quoted(tail, true) + ", 3)", kCompound);
      phrases_.push_back({word_, kCompound});  // NEAR has two
    }
  }

  std::string expression() const { return alternatives_ > 1 ? '(' + joined_ + ')' : joined_; }
  const std::vector<QueryPhrase>& phrases() const { return phrases_; }

 private:
  static const char* star(const Word& word) {
    const bool prefix = word.last == CharacterClass::kWord
                            ? word.last_run.size() > 1 && !is_digits(word.last_run)
                            : length(word.last_run) == 1;
    return prefix ? "*" : "";
  }

  void add(const std::string& alternative, float weight) {
    if (alternatives_++ > 0) joined_ += " OR ";
    joined_ += alternative;
    phrases_.push_back({word_, weight});
  }

  std::uint8_t word_;
  std::set<std::string, std::less<>> seen_;
  std::string joined_;
  std::size_t alternatives_ = 0, splits_ = 0;
  std::vector<QueryPhrase> phrases_;
};

void add_synonyms(const Word& word, const SynonymTable& synonyms, Alternatives& alternatives,
                  std::vector<std::string>& terms) {
  std::size_t left = kMaxSynonyms;
  for (const std::string& other : synonyms.others(word.text)) {
    if (left-- == 0) return;
    const std::vector<Word> parts = split_words(other);
    if (parts.size() != 1) continue;
    alternatives.add_word(parts.front(), kSynonym);
    terms.push_back(other);
  }
}

Alternatives expand(const Word& word, std::uint8_t number, const SynonymTable& synonyms,
                    std::vector<std::string>& terms) {
  Alternatives alternatives(number);
  alternatives.add_word(word, 1);
  terms.push_back(word.text);
  const auto stem = strip_particle(word);
  if (stem) {
    alternatives.add_word(*stem, kStripped);
    terms.push_back(stem->text);
  }
  alternatives.add_compounds(word);
  if (stem) alternatives.add_compounds(*stem);
  add_synonyms(word, synonyms, alternatives, terms);
  if (stem) add_synonyms(*stem, synonyms, alternatives, terms);
  return alternatives;
}

void join(MatchExpression& expression, const Alternatives& word, std::string_view operation) {
  if (!expression.match.empty()) expression.match += operation;
  expression.match += word.expression();
  expression.words.push_back(word.expression());
  expression.phrases.insert(expression.phrases.end(), word.phrases().begin(), word.phrases().end());
}

}  // namespace

Result<SynonymTable> SynonymTable::parse(std::string_view tsv) {
  SynonymTable table;
  auto lines = split_table(tsv);
  for (const TableLine& line : lines) {
    if (line.cells.size() < 2) {
      return Error{ErrorCode::kMalformed,
                   "synonyms: line " + std::to_string(line.number) + " has fewer than two words"};
    }
    std::vector<std::string> group;
    for (const std::string_view cell : line.cells) {
      const bool one_way = cell.starts_with('>');
      group.push_back(fold_text(cell.substr(one_way ? 1 : 0)));
      if (!one_way) table.group_of_.emplace(group.back(), table.groups_.size());
    }
    table.groups_.push_back(std::move(group));
  }
  return table;
}

const SynonymTable& SynonymTable::built_in() {
  static const SynonymTable kTable = [] {
    auto parsed = parse(embedded_synonyms());
    return parsed ? *std::move(parsed) : SynonymTable();
  }();
  return kTable;
}

std::vector<std::string> SynonymTable::others(std::string_view folded_word) const {
  std::vector<std::string> words;
  for (auto [at, end] = group_of_.equal_range(folded_word); at != end; ++at) {
    for (const std::string& word : groups_[at->second]) {
      if (word != folded_word) words.push_back(word);
    }
  }
  return words;
}

Result<ParsedQuery> parse_query(std::string_view typed, const SynonymTable& synonyms) {
  if (typed.size() > kMaxQueryBytes) {
    return Error{ErrorCode::kTooLarge,
                 "a query may have at most " + std::to_string(kMaxQueryBytes) + " bytes"};
  }
  ParsedQuery parsed;
  std::set<std::string, std::less<>> seen;
  for (const Word& word : split_words(fold_text(typed))) {
    if (seen.size() == kMaxQueryWords) break;
    if (!seen.insert(word.text).second) continue;
    const auto number = static_cast<std::uint8_t>(seen.size() - 1);
    const Alternatives alternatives = expand(word, number, synonyms, parsed.terms);
    join(parsed.strict, alternatives, " AND ");
    join(parsed.relaxed, alternatives, " OR ");
  }
  if (seen.size() < 2) parsed.relaxed = {};
  return parsed;
}

}  // namespace dure::node
