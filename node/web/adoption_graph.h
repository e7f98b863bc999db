// SPDX-License-Identifier: Apache-2.0
// Who took over a practice from whom, when, with which result: as a drawing and as a table that
// says the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "web/entry_facts.h"

namespace dure::node {

struct AdoptionView {
  std::string name;  // origin/id
  std::string publisher, href;
  EntryFacts facts;
};

struct AdoptionGraphView {
  Text practice;          // its title
  std::string publisher;  // of the practice
  std::vector<AdoptionView> adoptions;
  std::uint64_t total = 0;  // more than are listed, if there are many
  std::string all_href = {};
};

/// Where an adoption stands in the drawing: one line each, under the one it was taken from.
struct AdoptionPlace {
  std::size_t adoption = 0;           // which of the adoptions
  std::size_t depth = 1;              // 0 is the practice itself
  std::optional<std::size_t> parent;  // line of what it was taken from; nothing: the practice
  std::vector<std::size_t> also;      // further lines it was learned from
};

/// Every adoption once, whatever they say of one another: of a circle, the earliest is taken to
/// come from the practice. Linear but for sorting.
std::vector<AdoptionPlace> place_adoptions(const std::vector<AdoptionView>& adoptions);

}  // namespace dure::node
