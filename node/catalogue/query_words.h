// SPDX-License-Identifier: Apache-2.0
// The words of a query, and the forms in which one of them may stand in a text. Lists of function
// words and endings only: nothing here knows what a catalogue is about.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/tokenizer.h"

namespace dure::node {

/// A word of a query: its text and the script of its first and last run.
struct QueryWord {
  std::string text;
  CharacterClass first;
  std::string last_run;
  CharacterClass last;

  bool one_run() const { return last_run.size() == text.size(); }
};

/// The words of folded text, cut at separators and changes of script, each once. A number stays
/// with what it counts. Shape: at most `most` words, of a bounded length.
std::vector<QueryWord> split_words(std::string_view folded, std::size_t most);

/// The word without its particle, or without one of two; nothing if it has none or too little would
/// remain.
std::optional<QueryWord> strip_particle(const QueryWord& word);
/// 노인들을 without 을, then without 들.
std::vector<QueryWord> without_particles(const QueryWord& word);

/// Words that stand in every request and say nothing of what is asked for: 지원, 신청, 방법, how.
bool says_nothing(const QueryWord& word);

/// An English word without ing, ed, es, s, er, ers, if enough remains; else empty.
std::string_view latin_stem(std::string_view word);

std::u32string characters_of(std::string_view text);
std::string_view first_characters(std::string_view text, std::size_t count);
std::size_t count_characters(std::string_view text);

}  // namespace dure::node
