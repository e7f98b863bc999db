// SPDX-License-Identifier: Apache-2.0
#include "catalogue/keyboard.h"

#include <array>
#include <optional>
#include <utility>

namespace dure::node {
namespace {

constexpr std::size_t kMaxKeys = 64;
constexpr unsigned kVowels = 21, kFinals = 28;
constexpr auto kNone = std::string_view::npos;

// In the order of Unicode's syllables; two keys where a jamo takes two.
constexpr std::string_view kInitials = "rRseEfaqQtTdwWczxvg";
constexpr std::array<std::string_view, kVowels> kVowelKeys = {
    "k",  "o", "i", "O",  "j",  "p",  "u", "P", "h",  "hk", "ho",
    "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l"};
constexpr std::array<std::string_view, kFinals> kFinalKeys = {
    "",   "r",  "R", "rt", "s",  "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx",
    "fv", "fg", "a", "q",  "qt", "t",  "T",  "d", "w", "c",  "z",  "x",  "v",  "g"};

/// Shift changes few keys; on the others it does nothing.
char key_of(char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  const bool doubled = std::string_view("RETQWOP").find(c) != kNone;
  return upper && !doubled ? static_cast<char>(c - 'A' + 'a') : c;
}

template <std::size_t kCount>
std::optional<unsigned> find(const std::array<std::string_view, kCount>& all,
                             std::string_view keys) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (all[i] == keys) return static_cast<unsigned>(i);
  }
  return std::nullopt;
}

bool is_vowel(char key) { return find(kVowelKeys, {&key, 1}).has_value(); }

/// How many of the next keys `all` has as one jamo, two before one; 0: none.
template <std::size_t kCount>
std::size_t longest(const std::array<std::string_view, kCount>& all, std::string_view keys) {
  for (const std::size_t size : {2U, 1U}) {
    if (keys.size() >= size && find(all, keys.substr(0, size))) return size;
  }
  return 0;
}

/// A consonant before a vowel begins the next syllable.
std::size_t final_size(std::string_view keys) {
  std::size_t size = longest(kFinalKeys, keys);
  while (size > 0 && keys.size() > size && is_vowel(keys[size])) --size;
  return size;
}

void append_syllable(std::string& out, std::size_t initial, unsigned vowel, unsigned final) {
  const auto c = static_cast<unsigned>(0xAC00 + (initial * kVowels + vowel) * kFinals + final);
  out += static_cast<char>(0xE0U | (c >> 12U));
  out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
  out += static_cast<char>(0x80U | (c & 0x3FU));
}

/// Reads one syllable from the front of `keys`. False if there is none.
bool take_syllable(std::string_view& keys, std::string& out) {
  const std::size_t initial = kInitials.find(keys.front());
  if (initial == kNone) return false;
  keys.remove_prefix(1);
  const std::size_t vowel_size = longest(kVowelKeys, keys);
  if (vowel_size == 0) return false;
  const auto vowel = find(kVowelKeys, keys.substr(0, vowel_size));
  keys.remove_prefix(vowel_size);
  const std::size_t size = final_size(keys);
  const auto final = find(kFinalKeys, keys.substr(0, size));
  keys.remove_prefix(size);
  append_syllable(out, initial, vowel.value_or(0), final.value_or(0));
  return true;
}

}  // namespace

std::string hangul_from_keys(std::string_view typed) {
  if (typed.size() > kMaxKeys) return {};
  std::string keys;
  for (const char c : typed) keys += key_of(c);
  std::string out;
  for (std::string_view rest = keys; !rest.empty();) {
    if (!take_syllable(rest, out)) return {};
  }
  return out;
}

}  // namespace dure::node
