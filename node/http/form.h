// SPDX-License-Identifier: Apache-2.0
// What an HTML form sends: application/x-www-form-urlencoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/result.h"

namespace dure::node::http {

using FormFields = std::vector<std::pair<std::string, std::string>>;  // decoded, in order

inline constexpr std::size_t kMaxFormFields = 32;

/// Strict: broken escapes, control bytes other than tab and line ends, and anything but UTF-8 are
/// refused, whether escaped or not. Errors: kMalformed, kTooLarge (over `max_bytes` or
/// `max_fields`).
Result<FormFields> parse_form(std::string_view body, std::size_t max_bytes,
                              std::size_t max_fields = kMaxFormFields);
/// As browsers write it: letters, digits and *-._ as they are, a space as +, the rest escaped.
std::string format_form(const FormFields& fields);
/// The first value of `name`; empty if there is none.
std::string form_value(const FormFields& fields, std::string_view name);

}  // namespace dure::node::http
