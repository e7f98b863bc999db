// SPDX-License-Identifier: Apache-2.0
// Which hits pass a search's filters, and how many each other choice would find: a hit that only
// one filter holds back is counted for that filter's values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "catalogue/ports.h"
#include "storage/catalogue_columns.h"

namespace dure::node {

/// What a hit must fulfil. Bits of one group are alternatives, groups are not.
class FacetFilter {
 public:
  FacetFilter(const CatalogueColumns& columns, const SearchQuery& query);

  /// Filters by number: 0 to 7 groups of facets in the order of facet_groups(), then these.
  static constexpr unsigned kType = 8, kRegion = 9, kOverdue = 10, kAdopted = 11, kProblem = 12,
                            kCount = 13;
  static constexpr unsigned kNone = kCount, kSeveral = kCount + 1;
  /// The filter that alone holds the document back; kNone if it passes, kSeveral if more do (or the
  /// log, which nobody chooses by counts).
  unsigned holds_back(const CatalogueColumns& columns, DocumentNumber document,
                      const DocumentFacts& facts) const;
  /// Filters that a search uses.
  const std::vector<unsigned>& used() const { return used_; }
  std::uint32_t overdue_on() const { return overdue_on_; }
  /// The number of the problem asked for, if anything addresses it.
  std::optional<std::uint32_t> problem() const { return problem_; }

 private:
  bool passes(unsigned filter, const CatalogueColumns& columns, DocumentNumber document,
              const DocumentFacts& facts) const;

  ColumnFilter log_filter_, type_filter_, region_filter_;
  std::vector<std::uint64_t> wanted_;  // by group; 0: any
  std::vector<unsigned> used_;
  std::optional<std::uint32_t> problem_;
  std::uint64_t adopted_ = 0;
  std::uint32_t overdue_on_ = 0;
  bool only_overdue_ = false;
  std::uint8_t hidden_type_ = 0;
};

/// Counts hits. One list of counts for those that pass, one for each filter that alone held some
/// back.
class FacetTally {
 public:
  FacetTally(const CatalogueColumns& columns, const FacetFilter& filter, bool wanted);
  void add(const CatalogueColumns& columns, DocumentNumber document, const DocumentFacts& facts,
           unsigned held_back);
  FacetCounts counts(const CatalogueColumns& columns) const;

 private:
  struct Counts {
    std::vector<std::uint32_t> combinations, types, regions, problems;
    std::uint64_t overdue = 0;
    std::array<std::uint64_t, kAdoptionSteps.size()> adopted{};
  };
  void add_to(Counts& counts, unsigned what, const CatalogueColumns& columns,
              DocumentNumber document, const DocumentFacts& facts) const;
  const Counts& of(unsigned filter) const;
  void count_bits(FacetCounts& out, const CatalogueColumns& columns) const;
  void count_problems(FacetCounts& out, const CatalogueColumns& columns) const;

  bool wanted_;
  std::uint32_t overdue_on_;
  std::optional<std::uint32_t> problem_;
  std::vector<Counts> counts_;                            // [0]: of hits that pass
  std::array<std::size_t, FacetFilter::kCount> place_{};  // in counts_; 0: not used
};

}  // namespace dure::node
