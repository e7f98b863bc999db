// SPDX-License-Identifier: Apache-2.0
#include "console/draft.h"

#include <algorithm>
#include <array>

namespace dure::node {
namespace {

constexpr std::array<std::string_view, 6> kWords = {"draft",    "review",    "returned",
                                                    "approved", "published", "dropped"};

}  // namespace

std::string_view state_word(DraftState state) { return kWords[static_cast<std::size_t>(state)]; }

std::optional<DraftState> parse_draft_state(std::string_view word) {
  const auto* const found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<DraftState>(found - kWords.begin());
}

}  // namespace dure::node
