// SPDX-License-Identifier: Apache-2.0
// One cell of a table as a person or a spreadsheet wrote it, and the value of a body it stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

/// Trimmed, with \n as the only line break, no other control bytes, and without the apostrophe that
/// keeps a spreadsheet from reading a formula.
std::string clean_cell(std::string_view cell);
/// A formula, or the error that a spreadsheet shows in place of a value (#N/A, #REF!, …).
bool is_formula(std::string_view cell);

/// 2026-03-01, 2026.3.1, 2026/03/01, 2026년 3월 1일, 20260301, each also with a time, as
/// YYYY-MM-DD; whether the day exists is the validator's question.
std::optional<std::string> date_in(std::string_view text);
/// The same with the time if there is one, taken as Korean time unless it has an offset of its own:
/// YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+09:00.
std::optional<std::string> moment_in(std::string_view text);
/// A decimal number, thousands separated by commas or not, as JSON writes it.
std::optional<std::string> number_in(std::string_view text);
/// 예, Y, O, true, 1, 있음 and their opposites.
std::optional<bool> yes_no_in(std::string_view text);

/// What stands between `separator`s, trimmed, without empty parts.
std::vector<std::string> split_cell(std::string_view text, std::string_view separator);

}  // namespace dure::node
