// SPDX-License-Identifier: Apache-2.0
#include "catalogue/query_words.h"

#include <algorithm>
#include <array>
#include <set>

namespace dure::node {
namespace {

constexpr std::size_t kMaxWordCharacters = 40;
constexpr std::size_t kMaxParticles = 2;
constexpr std::size_t kMinStemmed = 5, kMinStem = 3;  // letters

/// Endings that are not part of a noun. The longest that fits counts.
constexpr auto kParticles = std::to_array<std::string_view>(
    {"으로부터", "에서부터", "에게서는", "에서만은", "에게까지", "로부터", "에게서", "에게는",
     "에게도",   "에게만",   "에게의",   "에서는",   "에서도",   "에서의", "에서만", "에서나",
     "으로는",   "으로도",   "으로서",   "으로써",   "으로만",   "으로의", "이라도", "이라면",
     "이라는",   "까지의",   "까지도",   "까지는",   "부터는",   "부터의", "한테서", "한테는",
     "마다의",   "만으로",   "들에게",   "들에는",   "처럼은",   "보다는", "보다도", "까지",
     "부터",     "에서",     "에게",     "으로",     "한테",     "처럼",   "보다",   "이나",
     "라도",     "마다",     "조차",     "밖에",     "이랑",     "과의",   "와의",   "에는",
     "에도",     "에만",     "로는",     "로도",     "로서",     "로써",   "들을",   "들이",
     "들은",     "들의",     "들도",     "들과",     "을",       "를",     "이",     "가",
     "은",       "는",       "의",       "에",       "로",       "와",     "과",     "도",
     "만",       "나",       "들",       "랑"});

/// Beside another word these do not narrow anything: what public bodies do with everything they
/// offer, and the function words of a question.
constexpr auto kEmptyWords = std::to_array<std::string_view>(
    {"지원",     "신청",       "방법",   "서비스", "안내",   "이용",   "관련", "사업",     "제도",
     "대상",     "문의",       "제공",   "시행",   "실시",   "혜택",   "자격", "절차",     "곳",
     "것",       "거",         "때",     "수",     "등",     "및",     "좀",   "더",       "어떻게",
     "어디",     "어디서",     "언제",   "무엇",   "뭐",     "누가",   "왜",   "얼마",     "얼마나",
     "있나요",   "있는",       "있어요", "있을까", "하나요", "되나요", "하는", "하고",     "하려면",
     "받고",     "받는",       "받을",   "받기",   "싶어요", "싶은",   "싶다", "싶습니다", "주세요",
     "해주세요", "알려주세요", "알려줘", "위한",   "위해",   "대한",   "대해", "a",        "an",
     "the",      "of",         "for",    "in",     "on",     "to",     "and",  "or",       "with",
     "how",      "what",       "where",  "is",     "are",    "i"});

/// 지원 goes on as a verb: 지원받는, 신청하려면.
constexpr auto kVerbEndings = std::to_array<std::string_view>(
    {"하는", "하기", "하고", "하려면", "할",   "한", "해",     "해요",   "받는",     "받기",
     "받고", "받을", "받은", "되는",   "되나", "된", "해주는", "해주기", "받으려면", "하나요"});

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
bool clings(const Piece& piece) { return piece.digits || count_characters(piece.text) == 1; }

void add_piece(std::vector<QueryWord>& words, const Piece& piece, const Piece& before) {
  const bool join = !before.text.empty() && !words.empty() && (clings(piece) || clings(before));
  if (!join) {
    words.push_back({std::string(piece.text), piece.kind, std::string(piece.text), piece.kind});
    return;
  }
  words.back().text += piece.text;
  words.back().last_run = piece.text;
  words.back().last = piece.kind;
}

template <std::size_t kCount>
bool is_one_of(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_empty_verb(std::string_view text) {
  return std::any_of(kVerbEndings.begin(), kVerbEndings.end(), [text](std::string_view ending) {
    return text.ends_with(ending) &&
           is_one_of(kEmptyWords, text.substr(0, text.size() - ending.size()));
  });
}

}  // namespace

std::u32string characters_of(std::string_view text) {
  std::u32string out;
  while (!text.empty()) out.push_back(take_character(text));
  return out;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::string_view rest = text;
  for (; count > 0 && !rest.empty(); --count) take_character(rest);
  return text.substr(0, text.size() - rest.size());
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) take_character(text);
  return count;
}

namespace {

/// Takes what belongs together off `folded`: characters of one class.
std::string_view take_run(std::string_view& folded, CharacterClass& kind) {
  const std::string_view from = folded;
  kind = classify(take_character(folded));
  while (!folded.empty()) {
    std::string_view ahead = folded;
    if (classify(take_character(ahead)) != kind) break;
    folded = ahead;
  }
  return from.substr(0, from.size() - folded.size());
}

}  // namespace

std::vector<QueryWord> split_words(std::string_view folded, std::size_t most) {
  std::vector<QueryWord> words;
  Piece before;
  while (!folded.empty() && words.size() <= most) {
    CharacterClass kind = CharacterClass::kSeparator;
    const std::string_view run = take_run(folded, kind);
    if (kind == CharacterClass::kSeparator) {
      before = {};
      continue;
    }
    const std::string_view text = first_characters(run, kMaxWordCharacters);
    const Piece piece{text, kind, is_digits(text)};
    if (before.text.empty() || words.back().text.size() < 4 * kMaxWordCharacters)
      add_piece(words, piece, before);
    before = piece;
  }
  std::vector<QueryWord> once;
  std::set<std::string, std::less<>> seen;
  for (QueryWord& word : words) {
    if (once.size() < most && seen.insert(word.text).second) once.push_back(std::move(word));
  }
  return once;
}

std::optional<QueryWord> strip_particle(const QueryWord& word) {
  if (word.last != CharacterClass::kIdeographic) return {};
  for (const std::string_view particle : kParticles) {
    if (!word.last_run.ends_with(particle)) continue;
    QueryWord stem = word;
    stem.last_run.resize(word.last_run.size() - particle.size());
    stem.text.resize(word.text.size() - particle.size());
    if (count_characters(stem.last_run) >= (word.one_run() ? 2U : 1U)) return stem;
  }
  return {};
}

std::vector<QueryWord> without_particles(const QueryWord& word) {
  std::vector<QueryWord> stems;
  for (auto stem = strip_particle(word); stem && stems.size() < kMaxParticles;
       stem = strip_particle(stems.back()))
    stems.push_back(*stem);
  return stems;
}

bool says_nothing(const QueryWord& word) {
  if (is_one_of(kEmptyWords, word.text) || is_empty_verb(word.text)) return true;
  const auto stem = strip_particle(word);
  return stem && is_one_of(kEmptyWords, stem->text);
}

std::string_view latin_stem(std::string_view word) {
  if (word.size() < kMinStemmed) return {};
  for (const std::string_view ending : {"ers", "ing", "ed", "er", "es", "s"}) {
    if (word.ends_with(ending) && word.size() - ending.size() >= kMinStem)
      return word.substr(0, word.size() - ending.size());
  }
  return {};
}

}  // namespace dure::node
