// SPDX-License-Identifier: Apache-2.0
#include "catalogue/vocabulary.h"

#include <algorithm>

#include "catalogue/query_words.h"
#include "catalogue/spelling.h"
#include "catalogue/tokenizer.h"

namespace dure::node {
namespace {

void add_run(std::string_view run, std::vector<std::string>& words) {
  const std::size_t size = count_characters(run);
  if (size < kMinSpelled || size > kMaxSpelled) return;
  words.emplace_back(run);
  const QueryWord word{words.back(), CharacterClass::kIdeographic, words.back(),
                       CharacterClass::kIdeographic};
  for (const QueryWord& stem : without_particles(word)) words.push_back(stem.text);
}

}  // namespace

std::vector<std::string> vocabulary_of(std::span<const std::string_view> texts) {
  std::vector<std::string> words;
  for (const std::string_view text : texts) {
    const std::string folded = fold_text(text);
    std::size_t begin = 0, size = 0;
    for (std::string_view rest = folded; !rest.empty();) {
      const std::size_t at = folded.size() - rest.size();
      if (classify(take_character(rest)) == CharacterClass::kIdeographic) {
        if (size == 0) begin = at;
        size = folded.size() - rest.size() - begin;
        continue;
      }
      add_run(std::string_view(folded).substr(begin, size), words);
      size = 0;
    }
    add_run(std::string_view(folded).substr(begin, size), words);
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace dure::node
