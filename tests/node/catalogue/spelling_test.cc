// SPDX-License-Identifier: Apache-2.0
#include "catalogue/spelling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "catalogue/keyboard.h"
#include "catalogue/vocabulary.h"

namespace dure::node {
namespace {

unsigned distance(std::string_view typed, std::string_view known) {
  return spelling_distance(spell(typed), spell(known), 100);
}

TEST(SpellingTest, CountsJamo) {
  EXPECT_EQ(distance("주차장", "주차장"), 0U);
  EXPECT_EQ(distance("주자장", "주차장"), 4U) << "another initial";
  EXPECT_EQ(distance("주차자", "주차장"), 4U) << "a final left out";
  EXPECT_EQ(distance("쓰래기", "쓰레기"), 2U) << "ㅐ and ㅔ sound alike";
  EXPECT_EQ(distance("외로음", "왜로움"), 2U + 4U);
  EXPECT_EQ(distance("구차장", "주차장"), 5U) << "the first jamo is seldom wrong";
  EXPECT_EQ(distance("닥", "닭"), 4U) << "a final of two is two jamo";
  EXPECT_EQ(distance("국밥", "굽갑"), 4U) << "two keys swapped, across syllables";
}

TEST(SpellingTest, TakesACharacterAsOneErrorInLongWords) {
  EXPECT_EQ(distance("어린집", "어린이집"), 5U);
  EXPECT_EQ(distance("도서서관", "도서관"), 5U);
  EXPECT_EQ(distance("도도서관", "도서관"), 5U);
  EXPECT_GT(distance("도서가관", "도서관"), 5U) << "not the same character twice";
  EXPECT_GT(distance("버스", "버스스"), 5U) << "two characters are too few";
}

TEST(SpellingTest, AllowsTwoErrorsFromFourCharacters) {
  const auto limit = [](std::string_view typed, std::string_view known) {
    return spelling_limit(spell(typed), spell(known));
  };
  EXPECT_EQ(limit("치메", "치매"), 4U);
  EXPECT_EQ(limit("주자장", "주차장"), 4U);
  EXPECT_EQ(limit("어린집", "어린이집"), 8U);
  EXPECT_EQ(limit("도서서관", "도서관"), 7U) << "a doubled character, not two other errors";
  EXPECT_EQ(limit("주차", "공영주차장"), 0U);
}

/// Whether `typed` from `i` on becomes `known` from `j` on for `budget`, by trying every error in
/// every place. Slow and obvious.
class Reference {
 public:
  Reference(const SpelledWord& typed, const SpelledWord& known) : typed_(typed), known_(known) {}

  unsigned distance(unsigned limit) const {
    const unsigned first = typed_.jamo.front() == known_.jamo.front() ? 0 : 1;
    for (unsigned budget = 0; budget + first <= limit; ++budget) {
      if (becomes(0, 0, static_cast<int>(budget))) return budget + first;
    }
    return kTooFar;
  }

 private:
  static bool alike(char32_t a, char32_t b) {
    for (const std::u32string_view sound : {U"ㅐㅔㅒㅖ", U"ㅚㅙㅞ"}) {
      if (sound.find(a) != sound.npos && sound.find(b) != sound.npos) return true;
    }
    return false;
  }
  /// Which character of `word` begins at `at`; -1: none.
  static int character(const SpelledWord& word, std::size_t at) {
    for (std::size_t i = 0; i < word.characters(); ++i) {
      if (word.starts[i] == at) return static_cast<int>(i);
    }
    return -1;
  }
  static bool border(const SpelledWord& word, std::size_t at) {
    return at == word.jamo.size() || character(word, at) >= 0;
  }

  bool becomes(std::size_t i, std::size_t j, int budget) const {
    if (budget < 0) return false;
    const std::u32string &a = typed_.jamo, &b = known_.jamo;
    if (i == a.size() && j == b.size()) return true;
    if (i < a.size() && j < b.size()) {
      const int cost = a[i] == b[j] ? 0 : alike(a[i], b[j]) ? 2 : 4;
      if (becomes(i + 1, j + 1, budget - cost)) return true;
    }
    if (i < a.size() && becomes(i + 1, j, budget - 4)) return true;
    if (j < b.size() && becomes(i, j + 1, budget - 4)) return true;
    const bool swap = i + 1 < a.size() && j + 1 < b.size() && a[i] == b[j + 1] && a[i + 1] == b[j];
    if (swap && becomes(i + 2, j + 2, budget - 4)) return true;
    return by_character(i, j, budget);
  }

  bool by_character(std::size_t i, std::size_t j, int budget) const {
    if (typed_.characters() < 3 || known_.characters() < 3) return false;
    const int typed = character(typed_, i), known = character(known_, j);
    if (known >= 0 && border(typed_, i)) {
      const std::size_t after = known_.starts[static_cast<std::size_t>(known) + 1];
      if (becomes(i, after, budget - 5)) return true;
    }
    if (typed < 1 || !border(known_, j)) return false;
    const auto at = static_cast<std::size_t>(typed);
    return typed_.part(at, at + 1) == typed_.part(at - 1, at) &&
           becomes(typed_.starts[at + 1], j, budget - 5);
  }

  const SpelledWord& typed_;
  const SpelledWord& known_;
};

/// Words of few different jamo, so that they are often near each other; and errors in them.
class Typist {
 public:
  explicit Typist(unsigned seed) : random_(seed) {}

  std::string word(std::size_t characters) {
    std::string out;
    for (std::size_t i = 0; i < characters; ++i) out += syllable();
    return out;
  }
  /// Up to three errors, in jamo or whole characters.
  std::string with_errors(const std::string& word) {
    std::vector<std::string> characters;
    for (std::size_t at = 0; at < word.size(); at += 3) characters.push_back(word.substr(at, 3));
    for (unsigned errors = pick(3); errors > 0; --errors) {
      const std::size_t at = pick(static_cast<unsigned>(characters.size()));
      switch (pick(4)) {
        case 0:
          characters[at] = syllable();
          break;
        case 1:
          characters.insert(characters.begin() + static_cast<std::ptrdiff_t>(at), characters[at]);
          break;
        case 2:
          if (characters.size() > 2)
            characters.erase(characters.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        default:
          characters[at] = changed(characters[at]);
      }
    }
    std::string out;
    for (const std::string& c : characters) out += c;
    return out;
  }
  unsigned pick(unsigned of) { return static_cast<unsigned>(random_() % of); }

 private:
  static std::string encode(unsigned number) {
    const unsigned c = 0xAC00 + number;
    return {static_cast<char>(0xE0U | (c >> 12U)), static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)),
            static_cast<char>(0x80U | (c & 0x3FU))};
  }
  std::string syllable() {
    constexpr std::array<unsigned, 3> kInitials = {0, 9, 11}, kVowels = {0, 1, 5};
    constexpr std::array<unsigned, 4> kFinals = {0, 0, 1, 9};  // none, ㄱ, ㄺ
    return encode((kInitials[pick(3)] * 21 + kVowels[pick(3)]) * 28 + kFinals[pick(4)]);
  }
  /// Another vowel or final.
  std::string changed(const std::string& c) {
    const unsigned code = ((static_cast<unsigned char>(c[0]) & 0x0FU) << 12U) |
                          ((static_cast<unsigned char>(c[1]) & 0x3FU) << 6U) |
                          (static_cast<unsigned char>(c[2]) & 0x3FU);
    const unsigned number = code - 0xAC00;
    return encode(pick(2) == 0 ? number / 28 * 28 + pick(28)
                               : (number / 588 * 21 + pick(21)) * 28 + number % 28);
  }

  std::mt19937 random_;
};

TEST(SpellingTest, AgreesWithTheSlowReference) {
  Typist typist(7);
  std::size_t near = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string word = typist.word(1 + typist.pick(5));
    const std::string other =
        typist.pick(4) == 0 ? typist.word(1 + typist.pick(5)) : typist.with_errors(word);
    const SpelledWord typed = spell(other), known = spell(word);
    const unsigned expected = Reference(typed, known).distance(8);
    ASSERT_EQ(spelling_distance(typed, known, 8), expected) << other << " for " << word;
    near += expected != kTooFar && expected > 0 ? 1 : 0;
  }
  EXPECT_GT(near, 500U);
}

TEST(SpellingTest, FindsUnderItsKeysWhateverIsNearEnough) {
  Typist typist(11);
  std::size_t near = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string word = typist.word(2 + typist.pick(6));
    const SpelledWord known = spell(word), typed = spell(typist.with_errors(word));
    const unsigned limit = spelling_limit(typed, known);
    if (typed.characters() < 2 || limit == 0 || spelling_distance(typed, known, limit) == kTooFar)
      continue;
    ++near;
    const auto keys = spelling_keys(known), looked = keys_near(typed);
    const bool found = std::any_of(keys.begin(), keys.end(), [&](std::int64_t key) {
      return std::binary_search(looked.begin(), looked.end(), key);
    });
    ASSERT_TRUE(found) << word;
  }
  EXPECT_GT(near, 3000U);
}

TEST(SpellingTest, BoundsTheKeysOfALongWord) {
  std::string longest;
  for (std::size_t i = 0; i < kMaxSpelled; ++i) longest += "꿹";
  EXPECT_LT(keys_near(spell(longest)).size(), 8'000U);
}

TEST(SpellingTest, DropsLooseJamo) {
  EXPECT_EQ(without_loose_jamo("통역ㅇ"), "통역");
  EXPECT_EQ(without_loose_jamo("ㅋㅋㅋ"), "");
  EXPECT_EQ(without_loose_jamo("통역 a1"), "통역 a1");
}

TEST(KeyboardTest, ReadsLatinAsKoreanKeys) {
  EXPECT_EQ(hangul_from_keys("wnckwkd"), "주차장");
  EXPECT_EQ(hangul_from_keys("ehtjrhks"), "도서관");
  EXPECT_EQ(hangul_from_keys("ekfr"), "닭");
  EXPECT_EQ(hangul_from_keys("ekfrdl"), "닭이");
  EXPECT_EQ(hangul_from_keys("ekfrl"), "달기") << "a consonant before a vowel begins a syllable";
  EXPECT_EQ(hangul_from_keys("TmfprL"), "쓰레기") << "shift changes only some keys";
  EXPECT_EQ(hangul_from_keys("dhkdnj"), "와워");
}

TEST(KeyboardTest, RefusesWhatWritesNoSyllables) {
  for (const char* typed : {"", "cctv", "wnckwkd1", "park", "k", "r", "주차"})
    EXPECT_EQ(hangul_from_keys(typed), "") << typed;
  EXPECT_EQ(hangul_from_keys(std::string(65, 'r')), "");
}

TEST(VocabularyTest, HoldsRunsAlsoWithoutTheirParticle) {
  const std::vector<std::string_view> texts = {"어르신을 위한 CCTV 주차장", "주차장\n물"};
  EXPECT_EQ(vocabulary_of(texts),
            (std::vector<std::string>{"어르신", "어르신을", "위한", "주차장"}));
}

}  // namespace
}  // namespace dure::node
