// SPDX-License-Identifier: Apache-2.0
// The part of a text that shows why it was found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

inline constexpr std::string_view kMarkOpen = "\xEE\x80\x80";   // U+E000
inline constexpr std::string_view kMarkClose = "\xEE\x80\x81";  // U+E001
inline constexpr std::size_t kSnippetCharacters = 140;

/// A window of at most kSnippetCharacters characters of the first of `texts` that holds one of
/// `folded_terms`, hits between U+E000 and U+E001, `…` where it was cut; without a hit the
/// beginning of the first text that is not empty. Plain text: line breaks become spaces, marks that
/// were in the text are dropped.
std::string make_snippet(const std::vector<std::string_view>& texts,
                         const std::vector<std::string>& folded_terms);

}  // namespace dure::node
