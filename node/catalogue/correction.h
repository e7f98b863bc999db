// SPDX-License-Identifier: Apache-2.0
// Did you mean: another spelling for a word that finds nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "catalogue/query.h"
#include "catalogue/query_words.h"

namespace dure::node {

inline constexpr std::size_t kMaxCorrections = 4;  // words of one query

/// A word of the query and what was searched for in its place.
struct CorrectedWord {
  std::string typed, meant;
};

/// Threads: any.
class Corrector {
 public:
  Corrector(CatalogueStore& catalogue, const SynonymTable& synonyms)
      : catalogue_(catalogue), synonyms_(synonyms) {}

  /// For every word of `folded` that finds nothing, the word that was meant, if the catalogue or
  /// the synonyms have one: without loose jamo, from the keys of a Korean keyboard, else the
  /// nearest in jamo, of equals the one in most documents. `typed` is the query with its capital
  /// letters. Errors: kStorage.
  Result<std::vector<CorrectedWord>> correct(const std::vector<QueryWord>& words,
                                             std::string_view typed);

 private:
  struct Candidate {
    std::string word;
    unsigned cost = 0;
    std::uint64_t documents = 0;
    bool operator<(const Candidate& other) const;
  };

  Result<bool> finds_something(std::string_view word);
  Result<std::string> meant(const QueryWord& word, std::string_view typed);
  Result<std::string> meant_hangul(const QueryWord& word);
  Result<std::vector<Candidate>> candidates(std::string_view word);
  Result<std::string> nearest(std::string_view word);
  Result<std::string> nearest_compound(std::string_view word);

  CatalogueStore& catalogue_;
  const SynonymTable& synonyms_;
};

}  // namespace dure::node
