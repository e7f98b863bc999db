// SPDX-License-Identifier: Apache-2.0
#include "storage/facet_tally.h"

#include <algorithm>
#include <bit>
#include <span>

#include "catalogue/facets.h"
#include "dure/encoding.h"
#include "storage/catalogue_file.h"

namespace dure::node {
namespace {

constexpr std::size_t kRegionCodes = 100'000;  // five digits

std::vector<std::string> regions_of(const SearchQuery& query) {
  std::vector<std::string> regions = query.more_regions;
  if (!query.region.empty()) regions.push_back(query.region);
  return regions;
}

bool addresses(const CatalogueColumns& columns, DocumentNumber document, std::uint32_t problem) {
  bool found = false;
  columns.each_problem(document, [&](std::uint32_t number) { found = found || number == problem; });
  return found;
}

}  // namespace

FacetFilter::FacetFilter(const CatalogueColumns& columns, const SearchQuery& query)
    : log_filter_(columns.filter({}, query.origin, {})),
      type_filter_(columns.filter(query.type, {}, {})),
      region_filter_(columns.filter({}, {}, regions_of(query))),
      adopted_(query.adopted),
      overdue_on_(query.overdue_on),
      only_overdue_(query.only_overdue) {
  for (const FacetGroup& group : facet_groups()) {
    std::uint64_t wanted = 0;
    for (const std::uint64_t bits : query.facets) wanted |= bits & group.mask();
    if (wanted != 0) used_.push_back(static_cast<unsigned>(wanted_.size()));
    wanted_.push_back(wanted);
  }
  if (!query.type.empty()) used_.push_back(kType);
  if (!query.region.empty()) used_.push_back(kRegion);
  if (only_overdue_) used_.push_back(kOverdue);
  if (adopted_ != 0) used_.push_back(kAdopted);
  if (!query.problem.empty()) {
    used_.push_back(kProblem);
    if (const auto id = id_bytes(query.problem))
      problem_ = columns.number_of({query.problem_member, *id});
  }
  if (!query.hidden_type.empty()) {
    const ColumnFilter hidden = columns.filter(query.hidden_type, {}, {});
    if (!hidden.nothing) hidden_type_ = hidden.type;
  }
}

bool FacetFilter::passes(unsigned filter, const CatalogueColumns& columns, DocumentNumber document,
                         const DocumentFacts& facts) const {
  switch (filter) {
    case kType:
      return !type_filter_.nothing && facts.type == type_filter_.type;
    case kRegion:
      return !region_filter_.nothing && columns.in_region(document, facts, region_filter_);
    case kOverdue:
      return facts.review_due != 0 && facts.review_due < overdue_on_;
    case kAdopted:
      return facts.adopters >= adopted_;
    case kProblem:
      return problem_ && addresses(columns, document, *problem_);
    default:
      return (columns.combinations()[facts.facets] & wanted_[filter]) != 0;
  }
}

unsigned FacetFilter::holds_back(const CatalogueColumns& columns, DocumentNumber document,
                                 const DocumentFacts& facts) const {
  if (log_filter_.nothing || (log_filter_.log != 0 && facts.log != log_filter_.log))
    return kSeveral;
  unsigned held = hidden_type_ != 0 && facts.type == hidden_type_ ? kType : kNone;
  for (const unsigned filter : used_) {
    if (passes(filter, columns, document, facts)) continue;
    if (held != kNone) return kSeveral;
    held = filter;
  }
  return held;
}

FacetTally::FacetTally(const CatalogueColumns& columns, const FacetFilter& filter, bool wanted)
    : wanted_(wanted), overdue_on_(filter.overdue_on()), problem_(filter.problem()) {
  if (!wanted) return;
  counts_.resize(1 + filter.used().size());
  for (std::size_t i = 0; i < filter.used().size(); ++i) place_[filter.used()[i]] = i + 1;
  for (Counts& counts : counts_) {
    counts.combinations.resize(columns.combinations().size());
    counts.types.resize(columns.types().size() + 1);
  }
  // A table of all codes is large; only what is counted by region has one.
  for (const std::size_t place : {std::size_t{0}, place_[FacetFilter::kRegion]})
    counts_[place].regions.resize(kRegionCodes);
  for (const std::size_t place : {std::size_t{0}, place_[FacetFilter::kProblem]})
    counts_[place].problems.resize(columns.problems().size());
}

namespace {

std::uint64_t is_overdue(const DocumentFacts& facts, std::uint32_t on) {
  return facts.review_due != 0 && facts.review_due < on ? 1 : 0;
}

/// Each step of "adopted by at least n" that a document reaches.
template <class Steps>
void count_adopted(Steps& steps, std::uint64_t adopters) {
  for (std::size_t i = 0; i < kAdoptionSteps.size() && adopters >= kAdoptionSteps[i]; ++i)
    ++steps[i];
}

}  // namespace

void FacetTally::add_to(Counts& counts, unsigned what, const CatalogueColumns& columns,
                        DocumentNumber document, const DocumentFacts& facts) const {
  const bool all = what == FacetFilter::kNone;
  if (all || what < FacetFilter::kType) ++counts.combinations[facts.facets];
  if (all || what == FacetFilter::kType) ++counts.types[facts.type];
  if (all || what == FacetFilter::kOverdue) counts.overdue += is_overdue(facts, overdue_on_);
  if (all || what == FacetFilter::kAdopted) count_adopted(counts.adopted, facts.adopters);
  if (all || what == FacetFilter::kRegion) {
    columns.each_region(document, facts, [&](std::uint32_t region) {
      if (region < kRegionCodes) ++counts.regions[region];
    });
  }
  if (all || what == FacetFilter::kProblem)
    columns.each_problem(document, [&](std::uint32_t problem) { ++counts.problems[problem]; });
}

void FacetTally::add(const CatalogueColumns& columns, DocumentNumber document,
                     const DocumentFacts& facts, unsigned held_back) {
  if (!wanted_ || held_back == FacetFilter::kSeveral) return;
  if (held_back != FacetFilter::kNone)
    return add_to(counts_[place_[held_back]], held_back, columns, document, facts);
  add_to(counts_[0], FacetFilter::kNone, columns, document, facts);
  // What passes would be found without any one of the filters, too.
  for (unsigned filter = 0; filter < FacetFilter::kCount; ++filter) {
    if (place_[filter] != 0) add_to(counts_[place_[filter]], filter, columns, document, facts);
  }
}

const FacetTally::Counts& FacetTally::of(unsigned filter) const { return counts_[place_[filter]]; }

void FacetTally::count_bits(FacetCounts& out, const CatalogueColumns& columns) const {
  const auto groups = facet_groups();
  for (unsigned group = 0; group < groups.size(); ++group) {
    const auto& counted = of(group).combinations;
    for (std::size_t number = 0; number < counted.size(); ++number) {
      std::uint64_t bits = columns.combinations()[number] & groups[group].mask();
      for (; bits != 0; bits &= bits - 1)
        out.bits[static_cast<std::size_t>(std::countr_zero(bits))] += counted[number];
    }
  }
}

void FacetTally::count_problems(FacetCounts& out, const CatalogueColumns& columns) const {
  const auto& counted = of(FacetFilter::kProblem).problems;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 0; number < counted.size(); ++number) {
    if (counted[number] != 0) numbers.push_back(number);
  }
  const auto names = columns.problems();
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    if ((a == problem_) != (b == problem_)) return a == problem_;
    return counted[a] != counted[b] ? counted[a] > counted[b] : names[a] < names[b];
  };
  const std::size_t told = std::min(numbers.size(), kMaxProblemCounts);
  std::partial_sort(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(told),
                    numbers.end(), before);
  for (const std::uint32_t number : std::span(numbers).first(told))
    out.problems.push_back(
        {names[number].member, base32_encode(names[number].id), counted[number]});
}

FacetCounts FacetTally::counts(const CatalogueColumns& columns) const {
  FacetCounts out;
  if (!wanted_) return out;
  count_bits(out, columns);
  count_problems(out, columns);
  const auto& types = of(FacetFilter::kType).types;
  for (std::size_t type = 1; type < types.size(); ++type) {
    if (types[type] != 0) out.types[columns.types()[type - 1]] = types[type];
  }
  const auto& regions = of(FacetFilter::kRegion).regions;
  for (std::uint32_t region = 1; region < kRegionCodes; ++region) {
    if (regions[region] != 0) out.regions[region] = regions[region];
  }
  out.overdue = of(FacetFilter::kOverdue).overdue;
  out.adopted = of(FacetFilter::kAdopted).adopted;
  return out;
}

}  // namespace dure::node
