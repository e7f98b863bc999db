// SPDX-License-Identifier: Apache-2.0
// What kinds of entries there are in this version. Spec: PROTOCOL.md 5.5.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace dure {

/// The types whose bodies this version knows and shows; a catalogue lists them in this order.
inline constexpr std::array<std::string_view, 11> kShownTypes = {
    "problem",      "service",   "practice", "adoption", "spec",  "dataset",
    "organisation", "programme", "response", "proposal", "notice"};

inline bool is_shown_type(std::string_view type) {
  return std::find(kShownTypes.begin(), kShownTypes.end(), type) != kShownTypes.end();
}

/// "problem, service, …"
inline std::string listed_types() {
  std::string list;
  for (const std::string_view type : kShownTypes)
    list.append(list.empty() ? "" : ", ").append(type);
  return list;
}

}  // namespace dure
