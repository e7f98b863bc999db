// SPDX-License-Identifier: Apache-2.0
// Turns one spelled value into a member of Settings, with the checks of its row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.h"

namespace dure::node {

/// Where a value stood, in words: "dure.toml, line 7", "DURE_LISTEN", "--listen".
struct ValuePlace {
  std::string file;
  unsigned line = 0;  // 0: not from a file
};

/// Sets the row's member from `value`. Errors: kInvalid, with place, key and remedy as text
/// arguments.
std::optional<Error> set_value(Settings& settings, const SettingDefinition& row,
                               std::string_view value, const ValuePlace& place);
/// The same for a list of strings.
std::optional<Error> set_list(Settings& settings, const SettingDefinition& row,
                              std::vector<std::string> values, const ValuePlace& place);
/// The member's value as set_value would read it.
std::string spell_value(const Settings& settings, const SettingDefinition& row);
/// The error that says where `value` stood and what a good one looks like.
Error wrong_value(const SettingDefinition& row, std::string_view value, const ValuePlace& place);

}  // namespace dure::node
