// SPDX-License-Identifier: Apache-2.0
#include "catalogue/spelling.h"

#include <algorithm>
#include <array>

#include "catalogue/tokenizer.h"

namespace dure::node {
namespace {

constexpr unsigned kAlike = kOneJamo / 2;
constexpr unsigned kCharacter = kOneJamo + 1;
constexpr unsigned kFirstJamo = 1;
constexpr std::size_t kMinForCharacter = 3;
constexpr std::size_t kMostDifference = 4;  // jamo of one character
constexpr std::size_t kLongestMiddle = 16;  // jamo of the middle third of the longest word

constexpr char32_t kFirstSyllable = 0xAC00, kLastSyllable = 0xD7A3;
constexpr char32_t kFirstJamoCode = 0x3131, kLastJamoCode = 0x318E;
constexpr unsigned kVowels = 21, kFinals = 28;

constexpr std::u32string_view kInitialJamo = U"ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
constexpr std::u32string_view kVowelJamo = U"ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
constexpr std::array<std::u32string_view, kFinals> kFinalJamo = {
    U"",     U"ㄱ",   U"ㄲ",   U"ㄱㅅ", U"ㄴ",   U"ㄴㅈ", U"ㄴㅎ", U"ㄷ", U"ㄹ",   U"ㄹㄱ",
    U"ㄹㅁ", U"ㄹㅂ", U"ㄹㅅ", U"ㄹㅌ", U"ㄹㅍ", U"ㄹㅎ", U"ㅁ",   U"ㅂ", U"ㅂㅅ", U"ㅅ",
    U"ㅆ",   U"ㅇ",   U"ㅈ",   U"ㅊ",   U"ㅋ",   U"ㅌ",   U"ㅍ",   U"ㅎ"};

bool is_loose(char32_t c) { return c >= kFirstJamoCode && c <= kLastJamoCode; }

/// One sign for vowels that sound alike.
char32_t sound(char32_t jamo) {
  if (std::u32string_view(U"ㅐㅔㅒㅖ").find(jamo) != std::u32string_view::npos) return U'ㅐ';
  if (std::u32string_view(U"ㅚㅙㅞ").find(jamo) != std::u32string_view::npos) return U'ㅚ';
  return jamo;
}

std::u32string sounds(std::u32string_view jamo) {
  std::u32string out(jamo);
  std::transform(out.begin(), out.end(), out.begin(), sound);
  return out;
}

unsigned cost_of(char32_t typed, char32_t known) {
  if (typed == known) return 0;
  return sound(typed) == sound(known) ? kAlike : kOneJamo;
}

/// For each place in the jamo, where the character begins that ends there; npos: none ends there.
std::vector<std::size_t> begins_by_end(const SpelledWord& word) {
  std::vector<std::size_t> begins(word.jamo.size() + 1, std::u32string::npos);
  for (std::size_t i = 0; i + 1 < word.starts.size(); ++i)
    begins[word.starts[i + 1]] = word.starts[i];
  return begins;
}

/// The table of costs between all beginnings of two words.
class Costs {
 public:
  Costs(const SpelledWord& typed, const SpelledWord& known)
      : typed_(typed),
        known_(known),
        columns_(known.jamo.size() + 1),
        typed_begins_(begins_by_end(typed)),
        known_begins_(begins_by_end(known)),
        by_character_(typed.characters() >= kMinForCharacter &&
                      known.characters() >= kMinForCharacter),
        costs_((typed.jamo.size() + 1) * columns_) {}

  unsigned fill() {
    for (std::size_t i = 0; i <= typed_.jamo.size(); ++i) {
      for (std::size_t j = 0; j <= known_.jamo.size(); ++j) costs_[i * columns_ + j] = best(i, j);
    }
    return costs_.back();
  }

 private:
  static constexpr auto kNone = std::u32string::npos;

  unsigned at(std::size_t i, std::size_t j) const { return costs_[i * columns_ + j]; }
  bool on_border(std::size_t at, const std::vector<std::size_t>& begins) const {
    return at == 0 || begins[at] != kNone;
  }

  unsigned best(std::size_t i, std::size_t j) const {
    if (i == 0 && j == 0) return 0;
    unsigned least = kTooFar;
    const auto offer = [&least](unsigned cost) { least = std::min(least, cost); };
    if (i > 0) offer(at(i - 1, j) + kOneJamo);
    if (j > 0) offer(at(i, j - 1) + kOneJamo);
    if (i > 0 && j > 0) offer(at(i - 1, j - 1) + cost_of(typed_.jamo[i - 1], known_.jamo[j - 1]));
    if (swapped(i, j)) offer(at(i - 2, j - 2) + kOneJamo);
    if (by_character_) offer(best_by_character(i, j));
    return least;
  }

  bool swapped(std::size_t i, std::size_t j) const {
    return i > 1 && j > 1 && typed_.jamo[i - 1] == known_.jamo[j - 2] &&
           typed_.jamo[i - 2] == known_.jamo[j - 1];
  }

  unsigned best_by_character(std::size_t i, std::size_t j) const {
    if (!on_border(i, typed_begins_) || !on_border(j, known_begins_)) return kTooFar;
    unsigned least = kTooFar;
    if (j > 0) least = at(i, known_begins_[j]) + kCharacter;  // left out
    if (doubled(i)) least = std::min(least, at(typed_begins_[i], j) + kCharacter);
    return least;
  }

  bool doubled(std::size_t end) const {
    if (end == 0) return false;
    const std::size_t begin = typed_begins_[end];
    if (begin == 0) return false;
    const auto whole = std::u32string_view(typed_.jamo);
    const std::size_t before = typed_begins_[begin];
    return whole.substr(before, begin - before) == whole.substr(begin, end - begin);
  }

  const SpelledWord& typed_;
  const SpelledWord& known_;
  const std::size_t columns_;
  const std::vector<std::size_t> typed_begins_, known_begins_;
  const bool by_character_;
  std::vector<unsigned> costs_;
};

enum class Part : std::uint8_t { kFirst, kMiddle, kLast };

/// 48 bits say enough: what meets by chance is compared anyway.
std::int64_t key_of(Part part, std::size_t length, std::u32string_view jamo) {
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001B3; };
  mix(static_cast<std::uint64_t>(part));
  mix(length);
  for (const char32_t c : jamo) mix(c);
  return static_cast<std::int64_t>((hash ^ (hash >> 48U)) & 0xFFFFFFFFFFFF);
}

/// At how many jamo of difference words may still be near: the limit, or a character and what is
/// left of the limit.
std::size_t most_difference(const SpelledWord& typed) {
  // The known word may be longer by one character and so have the larger limit.
  return typed.characters() >= kMinForCharacter ? kMostDifference : 1;
}

/// Collects keys over all lengths that a known word may have.
class KeysNear {
 public:
  explicit KeysNear(const SpelledWord& typed)
      : jamo_(sounds(typed.jamo)), difference_(most_difference(typed)) {}

  std::vector<std::int64_t> take() {
    for (std::size_t size = 1; size <= jamo_.size(); ++size) {
      add_ends(size);
      // What is further off than two jamo leaves more than the middle whole.
      for (std::size_t begin = 0; begin + size <= jamo_.size() && size <= kLongestMiddle; ++begin) {
        if (difference_ > 1) add(Part::kMiddle, begin, size, 2);
      }
    }
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    return std::move(keys_);
  }

 private:
  void add(Part part, std::u32string_view jamo, std::size_t difference) {
    const std::size_t shortest = jamo_.size() > difference ? jamo_.size() - difference : 1;
    for (std::size_t length = shortest; length <= jamo_.size() + difference; ++length)
      keys_.push_back(key_of(part, length, jamo));
  }
  void add(Part part, std::size_t begin, std::size_t size, std::size_t difference) {
    add(part, std::u32string_view(jamo_).substr(begin, size), difference);
  }

  /// Also as if the jamo at the border of the part and its neighbour had been swapped.
  void add_ends(std::size_t size) {
    const std::size_t rest = jamo_.size() - size;
    add(Part::kFirst, 0, size, difference_);
    add(Part::kLast, rest, size, difference_);
    if (rest == 0) return;
    std::u32string first = jamo_.substr(0, size), last = jamo_.substr(rest);
    first.back() = jamo_[size];
    last.front() = jamo_[rest - 1];
    add(Part::kFirst, first, 1);
    add(Part::kLast, last, 1);
  }

  const std::u32string jamo_;
  const std::size_t difference_;
  std::vector<std::int64_t> keys_;
};

}  // namespace

SpelledWord spell(std::string_view word) {
  SpelledWord spelled;
  while (!word.empty()) {
    const char32_t c = take_character(word);
    spelled.starts.push_back(spelled.jamo.size());
    if (c < kFirstSyllable || c > kLastSyllable) {
      spelled.jamo += c;
      continue;
    }
    const char32_t number = c - kFirstSyllable;
    spelled.jamo += kInitialJamo[number / kFinals / kVowels];
    spelled.jamo += kVowelJamo[number / kFinals % kVowels];
    spelled.jamo += kFinalJamo[number % kFinals];
  }
  spelled.starts.push_back(spelled.jamo.size());
  return spelled;
}

unsigned spelling_limit(const SpelledWord& typed, const SpelledWord& known) {
  const std::size_t characters = known.characters();
  if (characters > typed.characters() + 1 || typed.characters() > characters + 1) return 0;
  if (characters > 3) return 2 * kOneJamo;
  // A character doubled by mistake makes a short word long; it is not to be twice as wrong for it.
  return typed.characters() > 3 ? 2 * kOneJamo - 1 : kOneJamo;
}

unsigned spelling_distance(const SpelledWord& typed, const SpelledWord& known, unsigned limit) {
  if (typed.jamo.empty() || known.jamo.empty()) return kTooFar;
  const auto [shorter, longer] = std::minmax({typed.jamo.size(), known.jamo.size()});
  if (longer - shorter > kMostDifference) return kTooFar;
  const unsigned first = typed.jamo.front() == known.jamo.front() ? 0 : kFirstJamo;
  const unsigned cost = Costs(typed, known).fill() + first;
  return cost <= limit ? cost : kTooFar;
}

std::vector<std::int64_t> spelling_keys(const SpelledWord& known) {
  const std::size_t count = known.characters(), length = known.jamo.size();
  const auto key = [&](Part part, std::size_t first, std::size_t end) {
    return key_of(part, length, sounds(known.part(first, end)));
  };
  // One error leaves one of two parts whole, two errors one of three.
  if (count <= 3) return {key(Part::kFirst, 0, count / 2), key(Part::kLast, count / 2, count)};
  const std::size_t first = (count + 1) / 3, last = count - first;
  return {key(Part::kFirst, 0, first), key(Part::kMiddle, first, last),
          key(Part::kLast, last, count)};
}

std::vector<std::int64_t> keys_near(const SpelledWord& typed) { return KeysNear(typed).take(); }

std::string without_loose_jamo(std::string_view word) {
  std::string out;
  while (!word.empty()) {
    const std::string_view before = word;
    if (!is_loose(take_character(word))) out += before.substr(0, before.size() - word.size());
  }
  return out;
}

}  // namespace dure::node
