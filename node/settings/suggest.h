// SPDX-License-Identifier: Apache-2.0
// "Did you mean …?" for keys, commands and flags.
#pragma once

#include <span>
#include <string_view>

namespace dure::node {

/// The candidate nearest to `word` by edit distance, or empty if none is near enough to be a typo.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace dure::node
