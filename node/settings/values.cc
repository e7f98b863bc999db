// SPDX-License-Identifier: Apache-2.0
#include "settings/values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "backup/recipient.h"
#include "dure/encoding.h"

namespace dure::node {
namespace {

std::string place_name(const ValuePlace& place) {
  return place.line == 0 ? place.file : fmt::format("{}:{}", place.file, place.line);
}

std::vector<std::string> split_list(std::string_view value) {
  std::vector<std::string> parts;
  while (!value.empty()) {
    const auto comma = value.find(',');
    auto part = value.substr(0, comma);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    part = part.substr(0, part.find_last_not_of(' ') + 1);
    if (!part.empty()) parts.emplace_back(part);
    value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
  }
  return parts;
}

bool fits(const SettingDefinition& row, std::string_view value) {
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (!is_utf8(value) || std::any_of(value.begin(), value.end(), control)) return false;
  if (!row.choices.empty())
    return std::find(row.choices.begin(), row.choices.end(), value) != row.choices.end();
  return row.check == nullptr || row.check(value);
}

// A secret that was put in the place of its public half is not repeated to screen and log.
std::string told(std::string_view value) {
  if (value.starts_with(kBackupSecretPrefix)) return std::string(kBackupSecretPrefix) + "…";
  return printable(value);
}

}  // namespace

Error wrong_value(const SettingDefinition& row, std::string_view value, const ValuePlace& place) {
  std::string text = "errors.setting_value";
  std::vector<std::pair<std::string, std::string>> args = {
      {"place", place_name(place)}, {"key", std::string(row.key)}, {"value", told(value)}};
  if (std::holds_alternative<std::uint64_t Settings::*>(row.member)) {
    text = "errors.setting_number";
    args.emplace_back("least", std::to_string(row.least));
    args.emplace_back("most", std::to_string(row.most));
  } else if (!row.choices.empty()) {
    text = "errors.setting_choice";
    args.emplace_back("choices", fmt::format("{}", fmt::join(row.choices, ", ")));
  } else if (!row.remedy.empty()) {
    text = row.remedy;
  }
  return Error{ErrorCode::kInvalid,
               fmt::format("{}: {} cannot be \"{}\"", place_name(place), row.key, told(value)),
               std::move(text), std::move(args)};
}

std::optional<Error> set_list(Settings& settings, const SettingDefinition& row,
                              std::vector<std::string> values, const ValuePlace& place) {
  for (const auto& value : values) {
    if (!fits(row, value)) return wrong_value(row, value, place);
  }
  settings.*std::get<std::vector<std::string> Settings::*>(row.member) = std::move(values);
  return std::nullopt;
}

std::optional<Error> set_value(Settings& settings, const SettingDefinition& row,
                               std::string_view value, const ValuePlace& place) {
  if (const auto* number = std::get_if<std::uint64_t Settings::*>(&row.member)) {
    const auto parsed = parse_decimal(value);
    if (!parsed || *parsed < row.least || *parsed > row.most) return wrong_value(row, value, place);
    settings.*(*number) = *parsed;
    return std::nullopt;
  }
  if (std::holds_alternative<std::vector<std::string> Settings::*>(row.member)) {
    return set_list(settings, row, split_list(value), place);
  }
  if (!fits(row, value)) return wrong_value(row, value, place);
  settings.*std::get<std::string Settings::*>(row.member) = value;
  return std::nullopt;
}

std::string spell_value(const Settings& settings, const SettingDefinition& row) {
  if (const auto* number = std::get_if<std::uint64_t Settings::*>(&row.member)) {
    return std::to_string(settings.*(*number));
  }
  if (const auto* list = std::get_if<std::vector<std::string> Settings::*>(&row.member)) {
    return fmt::format("{}", fmt::join(settings.*(*list), ","));
  }
  return settings.*std::get<std::string Settings::*>(row.member);
}

}  // namespace dure::node
