// SPDX-License-Identifier: Apache-2.0
// From what somebody typed to an answer: every word first; then what may have been meant; then what
// holds most of it. The answer says which it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/correction.h"
#include "catalogue/places.h"
#include "catalogue/ports.h"
#include "catalogue/query.h"
#include "catalogue/regions.h"

namespace dure::node {

inline constexpr std::size_t kMaxSearchLimit = 100;
inline constexpr std::size_t kMaxAnsweredProblems = 10;

struct SearchRequest {
  std::string words;  // as typed, at most kMaxQueryBytes count
  std::string type;   // of an entry; empty: any but notices
  std::string
      region;  // 5-digit code; a province finds its towns, and a code what had another before
  std::string origin;
  std::vector<std::uint64_t> facets;  // of facet_bit(); bits of one group are alternatives
  bool only_overdue = false;          // its review was due before `today`
  std::string problem;                // what addresses it; named as parse_record_name() reads
  std::string problem_member;         // of the problem; found by the service
  std::uint64_t adopted = 0;          // by so many other governments at least
  bool by_adoption = false;           // sort by adopters
  bool alike = false;  // one of the rarer words is enough, in title or keywords; no further page
  bool count_facets = false;
  std::uint32_t today = 0;  // days since 1970
  std::size_t limit = 20;   // 1..kMaxSearchLimit
  std::string cursor;       // SearchAnswer::page.next_cursor of the page before
  bool newest_first = false;
  bool exact = false;  // what was typed, as it was typed: no correction, no relaxing, no places
};

/// How far the catalogue is behind the logs, over all of them.
struct CatalogueProgress {
  std::uint64_t indexed = 0;
  std::uint64_t stored = 0;
};

/// An urban problem that results address.
struct CountedProblem {
  CatalogueItem item;
  std::uint64_t count = 0;
};

struct SearchAnswer {
  SearchPage page;
  bool relaxed = false;  // few entries hold every word, or none; these hold most of what they weigh
  std::vector<CorrectedWord> corrected;  // words that find nothing, and what was searched instead
  std::vector<std::string> places;       // codes of regions named in the words, which narrow
  // With facets: of page.facets->problems those that are known here, kMaxAnsweredProblems at most.
  std::vector<CountedProblem> problems;
  CatalogueProgress progress;
};

/// Which of the attempts a page belongs to; stands at the front of its cursor.
struct SearchPlan {
  enum class Words : char { kEvery = 's', kMost = 'f', kSome = 'r' };
  Words words = Words::kEvery;
  bool places = false;    // words that name places narrow to them
  bool apart = false;     // compounds are found where their halves stand apart
  std::string corrected;  // the words that were searched for; empty: those that were typed
  friend bool operator==(const SearchPlan&, const SearchPlan&) = default;
};
std::string format_plan(const SearchPlan& plan);
/// Takes a plan from the front of `cursor`. Errors: kInvalid.
Result<SearchPlan> take_plan(std::string_view& cursor);

/// Threads: any.
class Searching {
 public:
  /// All references must outlive this.
  Searching(CatalogueStore& catalogue, const SynonymTable& synonyms, const RegionTable& regions)
      : catalogue_(catalogue),
        synonyms_(synonyms),
        regions_(regions),
        places_(regions),
        corrector_(catalogue, synonyms) {}

  /// Errors: kInvalid (cursor: `args` has {parameter}), kTooLarge (words), kStorage.
  Result<SearchAnswer> search(const SearchRequest& request);

 private:
  struct Attempt {
    SearchPlan plan;
    SearchPage page;
    std::string match;
    std::size_t words = 0;
    std::vector<std::string> places;
  };
  struct Narrowing {
    std::vector<std::string> without;  // words that name places
    std::vector<std::string> codes;
  };

  /// `before` is what the same words found, if they were searched for already.
  Result<Attempt> attempt(const SearchRequest& request, const SearchPlan& plan,
                          const Attempt* before = nullptr);
  Result<SearchAnswer> alike(const SearchRequest& request);
  Result<std::string> rarest(std::string_view words);
  Result<Attempt> best_attempt(const SearchRequest& request, SearchPlan plan);
  Result<std::optional<Attempt>> corrected_attempt(const SearchRequest& request);
  Result<Attempt> widened(const SearchRequest& request, Attempt found);
  Result<Narrowing> narrowing(const SearchRequest& request, std::string_view words);
  Result<bool> is_place(const PlaceNames::Place& place, const QueryWord& word);
  KnownWords known_words();

  CatalogueStore& catalogue_;
  const SynonymTable& synonyms_;
  const RegionTable& regions_;
  const PlaceNames places_;
  Corrector corrector_;
};

}  // namespace dure::node
