// SPDX-License-Identifier: Apache-2.0
// Writes a dure.toml: what a node was given, and every other setting as a comment with its default.
#include <fmt/format.h>

#include "settings/origins.h"
#include "settings/values.h"

namespace dure::node {
namespace {

std::string toml_string(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::string toml_spelling(const SettingDefinition& row, const std::string& spelled) {
  if (std::holds_alternative<std::uint64_t Settings::*>(row.member)) return spelled;
  if (std::holds_alternative<std::string Settings::*>(row.member)) return toml_string(spelled);
  std::string list;
  std::string_view rest = spelled;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    list += fmt::format("{}{}", list.empty() ? "" : ", ", toml_string(rest.substr(0, comma)));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return fmt::format("[{}]", list);
}

}  // namespace

std::string toml_value(const Settings& settings, const SettingDefinition& row) {
  return toml_spelling(row, spell_value(settings, row));
}

std::string format_settings_file(const Settings& settings,
                                 std::string (*describe)(std::string_view help_key)) {
  std::string out = fmt::format("# {}\n", describe("cli.settings_file_head"));
  std::string_view section;
  for (const auto& row : setting_definitions()) {
    const auto dot = row.key.find('.');
    if (dot == std::string_view::npos) continue;
    if (row.key.substr(0, dot) != section) {
      section = row.key.substr(0, dot);
      out += fmt::format("\n[{}]\n", section);
    }
    const auto spelled = spell_value(settings, row);
    const bool given = section == "node" || spelled != row.default_value;
    out += fmt::format("# {} ({}, {})\n{}{} = {}\n", describe(row.help), row.flag, row.variable,
                       given ? "" : "# ", row.key.substr(dot + 1), toml_spelling(row, spelled));
  }
  out += fmt::format("\n# {}\n", describe("cli.setting.webhook"));
  if (settings.webhooks.empty())
    out += "# [[webhook]]\n# url = \"https://portal.suwon.example/dure\"\n";
  for (const auto& url : settings.webhooks)
    out += fmt::format("[[webhook]]\nurl = {}\n", toml_string(url));
  return out;
}

}  // namespace dure::node
