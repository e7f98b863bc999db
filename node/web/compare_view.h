// SPDX-License-Identifier: Apache-2.0
// Practices side by side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "web/entry_facts.h"

namespace dure::node {

struct PageFrame;

inline constexpr std::size_t kMaxCompared = 5;

struct ComparedPractice {
  std::string href, publisher, region;
  std::optional<std::uint64_t> population;  // of the publisher
  std::uint64_t adopters = 0;
  EntryFacts facts;
};

struct CompareView {
  std::vector<std::string> faults;  // what could not be compared, in words
  std::vector<ComparedPractice> practices;
};

/// One line of the comparison: what, and what each practice says of it; empty: not told.
struct CompareRow {
  std::string label;
  std::vector<std::string> cells;
};
/// Indicators of two practices or more, then those of one only.
struct SharedIndicators {
  std::vector<CompareRow> shared, single;
};
/// Indicators are the same if name and unit are, but for spaces and the case of letters.
SharedIndicators shared_indicators(const std::vector<ComparedPractice>& practices);

std::string render_compare(const PageFrame& frame, const CompareView& view);

}  // namespace dure::node
