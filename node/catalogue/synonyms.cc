// SPDX-License-Identifier: Apache-2.0
#include "catalogue/embedded.h"
#include "catalogue/lines.h"
#include "catalogue/query.h"
#include "catalogue/query_words.h"
#include "catalogue/spelling.h"
#include "dure/encoding.h"

namespace dure::node {
namespace {

Error bad_line(const TableLine& line, const std::string& what) {
  const std::string number = std::to_string(line.number);
  return {ErrorCode::kMalformed,
          "synonyms: line " + number + ": " + what,
          "errors.synonyms_line",
          {{"line", number}, {"what", what}}};
}

/// The word of a cell, folded; empty if it is not exactly one.
std::string one_word(std::string_view cell) {
  std::string folded = fold_text(cell);
  const auto words = split_words(folded, 2);
  return words.size() == 1 && words.front().text == folded ? folded : std::string();
}

/// The words of a line; one behind '>' is found by the others and finds none of them.
Result<std::vector<std::string>> words_on(const TableLine& line) {
  if (line.cells.size() < 2) return bad_line(line, "fewer than two words");
  std::vector<std::string> words;
  for (const std::string_view cell : line.cells) {
    words.push_back(one_word(cell.substr(cell.starts_with('>') ? 1 : 0)));
    if (words.back().empty()) return bad_line(line, "not one word: '" + printable(cell) + "'");
  }
  return words;
}

}  // namespace

Result<SynonymTable> SynonymTable::parse(std::string_view tsv) {
  SynonymTable table;
  auto lines = split_table(tsv);
  for (const TableLine& line : lines) {
    auto group = words_on(line);
    if (!group) return std::move(group).error();
    for (std::size_t i = 0; i < group->size(); ++i) {
      const std::string& word = (*group)[i];
      if (!line.cells[i].starts_with('>')) table.group_of_.emplace(word, table.groups_.size());
      table.spelled_.emplace(word, spell(word));
    }
    table.groups_.push_back(*std::move(group));
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

std::vector<std::string> SynonymTable::spelled_like(std::string_view folded_word) const {
  std::vector<std::string> words;
  const SpelledWord typed = spell(folded_word);
  for (const auto& [word, known] : spelled_) {
    const unsigned limit = spelling_limit(typed, known);
    if (limit > 0 && spelling_distance(typed, known, limit) != kTooFar) words.push_back(word);
  }
  return words;
}

}  // namespace dure::node
