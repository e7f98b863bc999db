// SPDX-License-Identifier: Apache-2.0
// JSON pointers (RFC 6901). Internal to console/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

/// `above` with one token more, which is escaped.
std::string child_pointer(const std::string& above, std::string_view token);

/// The tokens, without escapes. Nothing if it is no pointer or has more than `max` tokens.
std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer, std::size_t max);

}  // namespace dure::node
