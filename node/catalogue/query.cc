// SPDX-License-Identifier: Apache-2.0
#include "catalogue/query.h"

#include <algorithm>
#include <set>

#include "catalogue/query_words.h"
#include "catalogue/tokenizer.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxSplits = 12;
constexpr std::size_t kMaxSynonyms = 6;
// Syllables: from so many a word is looked for across a space, and across two.
constexpr std::size_t kMinCompound = 4, kMinOfThree = 6;
constexpr std::size_t kMinPrefix = 4;  // letters of a Latin word that finds longer ones
constexpr std::size_t kNear = 3;       // tokens between the parts of a compound

constexpr float kInside = 0.5F;    // a hit inside a word, against one at its start
constexpr float kStripped = 0.9F;  // without the particle
constexpr float kCompound = 0.8F;  // found across a space, or without one
constexpr float kStem = 0.8F;
constexpr float kSynonym = 0.6F;
constexpr float kOneSyllable = 0.3F;  // not at the start of a text
constexpr float kApart = 0.6F;        // both halves somewhere

std::string quoted(std::string_view text, bool at_word_start) {
  std::string out = "\"";
  if (at_word_start) out += kWordStart;
  out += text;
  return out += '"';
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

const char* star(const QueryWord& word) {
  const bool prefix = word.last == CharacterClass::kWord
                          ? word.last_run.size() >= kMinPrefix && !is_digits(word.last_run)
                          : count_characters(word.last_run) == 1;
  return prefix ? "*" : "";
}

bool is_korean(const QueryWord& word) {
  return word.first == CharacterClass::kIdeographic && word.one_run();
}

/// Collects the alternatives of one word.
class Alternatives {
 public:
  explicit Alternatives(std::uint8_t word) : word_(word) {}

  void add_word(const QueryWord& word, float weight) {
    if (!seen_.insert(word.text).second) return;
    if (word.first == CharacterClass::kWord) return add_latin(word, weight);
    const std::string at_start = quoted(word.text, true) + star(word);
    if (count_characters(word.text) == 1) {
      // Found at the start of words only: inside, it is nearly always another word's.
      add('^' + at_start, weight);
      return add(at_start, weight * kOneSyllable);
    }
    add(at_start, weight);
    add(quoted(word.text, false) + star(word), weight * kInside);
  }

  /// 스마트도시 also stands as 스마트 도시: the parts at word starts, next to each other.
  void add_compounds(const QueryWord& word, float weight = 1) {
    if (!is_korean(word)) return;
    const std::size_t count = count_characters(word.text);
    // 방과후 as 방과 후: a shorter part than two syllables stands at the end only.
    if (count + 1 == kMinCompound && !strip_particle(word))
      add_near({part(word, 0, 2), part(word, 2, 3)}, weight);
    if (count < kMinCompound) return;
    for (std::size_t at = 2; at + 2 <= count && splits_ < kMaxSplits; ++at)
      add_near({part(word, 0, at), part(word, at, count)}, weight);
    for (std::size_t at = 2; at + 4 <= count && count >= kMinOfThree; ++at) {
      for (std::size_t next = at + 2; next + 2 <= count && splits_ < kMaxSplits; ++next)
        add_near({part(word, 0, at), part(word, at, next), part(word, next, count)}, weight);
    }
  }

  /// Two halves of the word, each with its own alternatives, anywhere in a text.
  void add_apart(const Alternatives& head, const Alternatives& tail) {
    append('(' + head.expression() + " AND " + tail.expression() + ')');
    for (const Alternatives* half : {&head, &tail}) {
      for (const QueryPhrase& phrase : half->phrases_)
        phrases_.push_back({word_, phrase.weight * kApart});
    }
  }

  std::string expression() const { return alternatives_ > 1 ? '(' + joined_ + ')' : joined_; }
  const std::vector<QueryPhrase>& phrases() const { return phrases_; }

 private:
  static std::string_view part(const QueryWord& word, std::size_t first, std::size_t end) {
    const std::string_view text = word.text;
    const std::size_t begin = first_characters(text, first).size();
    return text.substr(begin, first_characters(text, end).size() - begin);
  }

  void add_latin(const QueryWord& word, float weight) {
    add(quoted(word.text, false) + star(word), weight);
    const std::string_view stem = word.one_run() ? latin_stem(word.text) : std::string_view();
    if (!stem.empty()) add(quoted(stem, false) + '*', weight * kStem);
  }

  void add_near(const std::vector<std::string_view>& parts, float weight) {
    ++splits_;
    std::string near = "NEAR(";
    std::size_t distance = kNear;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      near += (i > 0 ? " " : "") + quoted(parts[i], true);
      phrases_.push_back({word_, kCompound * weight});
      // What lies between the first and the last part counts too.
      if (i > 0 && i + 1 < parts.size()) distance += count_characters(parts[i]) + 1;
    }
    append(near + ", " + std::to_string(distance) + ')');
  }

  void add(const std::string& alternative, float weight) {
    append(alternative);
    phrases_.push_back({word_, weight});
  }

  void append(const std::string& alternative) {
    if (alternatives_++ > 0) joined_ += " OR ";
    joined_ += alternative;
  }

  std::uint8_t word_;
  std::set<std::string, std::less<>> seen_;
  std::string joined_;
  std::size_t alternatives_ = 0, splits_ = 0;
  std::vector<QueryPhrase> phrases_;
};

/// Makes the expressions of the words of one query.
class Expansion {
 public:
  Expansion(const SynonymTable& synonyms, const KnownWords& known)
      : synonyms_(synonyms), known_(known) {}

  ParsedQuery take(const std::vector<QueryWord>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      Alternatives alternatives = expand(words[i], static_cast<std::uint8_t>(i));
      if (known_) add_halves(words[i], alternatives);
      if (i > 0) add_joined(words[i - 1], words[i], alternatives);
      if (i + 1 < words.size()) add_joined(words[i], words[i + 1], alternatives);
      join(parsed_.strict, alternatives, " AND ");
      join(parsed_.relaxed, alternatives, " OR ");
      parsed_.words.push_back(words[i].text);
    }
    if (words.size() < 2) parsed_.relaxed = {};
    return std::move(parsed_);
  }

 private:
  Alternatives expand(const QueryWord& word, std::uint8_t number) {
    Alternatives alternatives(number);
    const auto stems = without_particles(word);
    add_form(word, 1, alternatives);
    for (const QueryWord& stem : stems) add_form(stem, kStripped, alternatives);
    alternatives.add_compounds(word);
    for (const QueryWord& stem : stems) alternatives.add_compounds(stem);
    add_synonyms(word, alternatives);
    for (const QueryWord& stem : stems) add_synonyms(stem, alternatives);
    return alternatives;
  }

  void add_form(const QueryWord& word, float weight, Alternatives& alternatives) {
    alternatives.add_word(word, weight);
    parsed_.terms.push_back(word.text);
  }

  void add_synonyms(const QueryWord& word, Alternatives& alternatives) {
    std::size_t left = kMaxSynonyms;
    for (const std::string& other : synonyms_.others(word.text)) {
      if (left-- == 0) return;
      const auto parts = split_words(other, 2);
      if (parts.size() != 1) continue;
      add_form(parts.front(), kSynonym, alternatives);
      alternatives.add_compounds(parts.front(), kSynonym);
    }
  }

  /// 난임부부시술비 where 난임부부 and 시술비 are words of the catalogue.
  void add_halves(const QueryWord& word, Alternatives& alternatives) {
    if (!is_korean(word)) return;
    const auto stems = without_particles(word);
    const std::string_view text = stems.empty() ? word.text : stems.back().text;
    const std::size_t count = count_characters(text);
    std::size_t splits = 0;
    for (std::size_t at = 2; at + 2 <= count && splits < 2; ++at) {
      const std::string_view head = first_characters(text, at);
      const std::string_view tail = text.substr(head.size());
      if (!known_(head) || !known_(tail)) continue;
      ++splits;
      alternatives.add_apart(expand_part(head), expand_part(tail));
    }
  }

  Alternatives expand_part(std::string_view text) {
    constexpr auto kKind = CharacterClass::kIdeographic;
    return expand({std::string(text), kKind, std::string(text), kKind}, 0);
  }

  /// 방과 후 as 방과후, and 독거 노인 as whatever is said for 독거노인. Where both have two
  /// syllables and no synonym each is found inside the other's word anyway.
  void add_joined(const QueryWord& before, const QueryWord& after, Alternatives& alternatives) {
    if (!is_korean(before) || !is_korean(after)) return;
    QueryWord joined = before;
    joined.text += after.text;
    joined.last_run = joined.text;
    const bool short_one = count_characters(before.text) == 1 || count_characters(after.text) == 1;
    if (short_one) alternatives.add_word(joined, kCompound);
    add_synonyms(joined, alternatives);
  }

  static void join(MatchExpression& expression, const Alternatives& word,
                   std::string_view operation) {
    if (!expression.match.empty()) expression.match += operation;
    expression.match += word.expression();
    expression.words.push_back(word.expression());
    expression.phrases.insert(expression.phrases.end(), word.phrases().begin(),
                              word.phrases().end());
  }

  const SynonymTable& synonyms_;
  const KnownWords& known_;
  ParsedQuery parsed_;
};

}  // namespace

std::vector<QueryWord> telling_words(std::string_view typed) {
  std::vector<QueryWord> words = split_words(fold_text(typed), kMaxQueryWords);
  // Alone, a word that says nothing is all there is.
  if (!std::all_of(words.begin(), words.end(), says_nothing)) std::erase_if(words, says_nothing);
  return words;
}

Result<ParsedQuery> parse_query(std::string_view typed, const SynonymTable& synonyms,
                                const QueryOptions& options) {
  if (typed.size() > kMaxQueryBytes) {
    return Error{ErrorCode::kTooLarge,
                 "a query may have at most " + std::to_string(kMaxQueryBytes) + " bytes"};
  }
  std::vector<QueryWord> words = telling_words(typed);
  std::erase_if(words, [&](const QueryWord& word) {
    return std::find(options.without.begin(), options.without.end(), word.text) !=
           options.without.end();
  });
  return Expansion(synonyms, options.known).take(words);
}

}  // namespace dure::node
