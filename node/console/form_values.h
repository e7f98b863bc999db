// SPDX-License-Identifier: Apache-2.0
// Single values of a body as fields show them, and back. Internal to console/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/form_shape.h"
#include "web/texts.h"

namespace dure::node {

/// Whether fields can hold `value`. What they cannot is shown as it is written, and kept.
bool fits(const FormShape& shape, const nlohmann::json& value);

/// As a field shows it. Characters that no form can send are left out.
std::string shown_value(const FormShape& shape, const nlohmann::json& value, Language language);
/// As the schema wants it; text if what was typed cannot be that, so that it is not lost. Null:
/// nothing was typed.
nlohmann::json typed_value(const FormShape& shape, std::string_view typed);

bool is_blank(std::string_view text);
/// The lines that are not blank.
std::vector<std::string> lines_in(std::string_view text);
/// With "\n" for every line end.
std::string with_plain_line_ends(std::string_view text);
/// Whether it is a day of the calendar, as YYYY-MM-DD.
bool is_day(std::string_view text);

/// Nothing if `text` is no JSON, or too deep for a body.
std::optional<nlohmann::json> read_json(std::string_view text);

}  // namespace dure::node
