// SPDX-License-Identifier: Apache-2.0
// How near two Korean words are, counted in the keys of a keyboard: jamo. And under which keys a
// word is put, so that whatever is near enough is found without looking at every word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

/// Costs are quarters of one wrong jamo.
inline constexpr unsigned kOneJamo = 4;
inline constexpr unsigned kTooFar = std::numeric_limits<unsigned>::max();
/// Words of more characters are neither kept as words nor corrected.
inline constexpr std::size_t kMinSpelled = 2, kMaxSpelled = 12;

/// A word taken apart: finals of two consonants are two jamo, an initial and a final are alike.
struct SpelledWord {
  std::u32string jamo;
  std::vector<std::size_t> starts;  // where each character begins, and the end

  std::size_t characters() const { return starts.size() - 1; }
  std::u32string_view part(std::size_t first_character, std::size_t end_character) const {
    return std::u32string_view(jamo).substr(starts[first_character],
                                            starts[end_character] - starts[first_character]);
  }
};
SpelledWord spell(std::string_view word);

/// What may be wrong: one jamo in words of up to three characters, two in longer ones; nothing if
/// one has two characters more.
unsigned spelling_limit(const SpelledWord& typed, const SpelledWord& known);

/// What it costs to have typed `typed` for `known`: a wrong, missing, further or swapped jamo 1,
/// vowels that sound alike 0.5, a character missing or doubled in words of three or more 1.25,
/// another first jamo 0.25 more. kTooFar beyond `limit`.
unsigned spelling_distance(const SpelledWord& typed, const SpelledWord& known, unsigned limit);

/// The keys under which a known word is put, two or three.
std::vector<std::int64_t> spelling_keys(const SpelledWord& known);
/// The keys at which all known words within spelling_limit() of `typed` are found. Shape: bounded
/// by the length of the word, each once.
std::vector<std::int64_t> keys_near(const SpelledWord& typed);

/// Without jamo that stand alone (통역ㅇ), which nobody means.
std::string without_loose_jamo(std::string_view word);

}  // namespace dure::node
