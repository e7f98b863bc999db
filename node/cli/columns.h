// SPDX-License-Identifier: Apache-2.0
// Columns on a terminal, where a Hangul or Han character is two wide.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dure::node {

std::size_t columns(std::string_view utf8);
/// `text` and spaces up to `width` columns; longer texts stay whole.
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

}  // namespace dure::node
