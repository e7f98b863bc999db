// SPDX-License-Identifier: Apache-2.0
// What results can be narrowed by, as bits of one number: a search compares and counts numbers, it
// reads no text. Type, region and government are not here: they have columns of their own.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dure::node {

/// Codes of a body's member, each with its bit: codes[i] is bit first + i.
struct FacetGroup {
  std::string_view name;  // of the parameter of a search
  unsigned first = 0;
  std::span<const std::string_view> codes;

  std::uint64_t mask() const { return ((std::uint64_t{1} << codes.size()) - 1) << first; }
};

/// In the order in which people are asked.
std::span<const FacetGroup> facet_groups();
const FacetGroup* find_facet_group(std::string_view name);
/// The bit of `code`, or nothing if the group has no such code.
std::optional<std::uint64_t> facet_bit(const FacetGroup& group, std::string_view code);

/// The bits of a body. Never fails: what is not a code of ours has no bit.
std::uint64_t facets_of(const nlohmann::json& body);

/// The day after which an entry is due for review, in days since 1970: reviewedAt (or modified) and
/// reviewEvery. 0: the entry promises no review.
std::uint32_t review_due(const nlohmann::json& body);

}  // namespace dure::node
