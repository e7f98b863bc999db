// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <fmt/format.h>

#include <cctype>

#include "cli/columns.h"

namespace dure::node {
namespace {

std::string row(std::string_view left, std::string_view right) {
  constexpr std::size_t kIndent = 28;
  const std::size_t width = columns(left);
  const std::string gap = width + 1 > kIndent ? "\n" + std::string(kIndent + 2, ' ')
                                              : std::string(kIndent - width, ' ');
  return fmt::format("  {}{}{}\n", left, gap, right);
}

// "FILE…|-" in the reader's language.
std::string placeholder(Language language, std::string_view words) {
  std::string out;
  while (!words.empty()) {
    std::size_t size = 0;
    while (size < words.size() && std::isupper(static_cast<unsigned char>(words[size])) != 0)
      ++size;
    const std::string key = "cli.word." + std::string(words.substr(0, size));
    out += size > 1 && has_text(language, key) ? text(language, key)
                                               : std::string(words.substr(0, size));
    words.remove_prefix(size);
    if (words.empty()) break;
    out += words.front();
    words.remove_prefix(1);
  }
  return out;
}

std::string usage_of(Language language, const Command& command) {
  return fmt::format("dure {}{}{}", command.name, command.words.empty() ? "" : " ",
                     placeholder(language, command.words));
}

std::string setting_row(Language language, std::string_view flag) {
  const auto* setting = find_setting(flag);
  if (setting == nullptr) return {};
  std::string help = text(language, setting->help);
  if (!setting->default_value.empty()) {
    help += " " +
            text(language, "cli.help_default", {{"default", std::string(setting->default_value)}});
  }
  return row(fmt::format("{} {}", flag, placeholder(language, "VALUE")),
             fmt::format("{} ({})", help, setting->variable));
}

}  // namespace

std::string overview_help(Language language, std::string_view prefix) {
  std::string out =
      text(language, "cli.help_head") + "\n\n" + text(language, "cli.help_commands") + "\n";
  for (const Command& command : commands()) {
    if (!command.name.starts_with(prefix)) continue;
    const auto name = usage_of(language, command).substr(5);
    out += row(name, text(language, command.help_key()));
  }
  out += "\n" + text(language, "cli.help_more") + "\n\n" + text(language, "cli.help_exit") + "\n";
  for (const int code : {0, 1, 2, 3, 4, 5, 6, 70}) {
    out += row(std::to_string(code), text(language, fmt::format("cli.exit.{}", code)));
  }
  return out;
}

std::string command_help(Language language, const Command& command) {
  std::string out =
      fmt::format("{}\n\n{}\n", usage_of(language, command), text(language, command.help_key()));
  const std::string detail_key = command.help_key() + ".detail";
  if (has_text(language, detail_key)) out += text(language, detail_key) + "\n";
  out += "\n" + text(language, "cli.help_flags") + "\n";
  for (const auto& flag : command.flags) {
    const auto left = flag.value.empty()
                          ? std::string(flag.name)
                          : fmt::format("{} {}", flag.name, placeholder(language, flag.value));
    out += row(left, text(language, flag.help));
  }
  for (const auto flag : command.settings) out += setting_row(language, flag);
  if (command.needs_data) {
    out += setting_row(language, "--data");
    out += row("--config " + placeholder(language, "FILE"), text(language, "cli.flag.config"));
  }
  out += setting_row(language, "--lang");
  out += row("-h, --help", text(language, "cli.flag.help"));
  return out;
}

}  // namespace dure::node
