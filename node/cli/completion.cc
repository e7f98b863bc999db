// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/commands.h"
#include "dure/entry_types.h"

namespace dure::node {
namespace {

constexpr std::string_view kHead = R"(# SPDX-License-Identifier: Apache-2.0
# bash completion for dure; made by `dure completion bash`.
_dure() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words="" files=""
  local command="${COMP_WORDS[1]}"
  case "$command ${COMP_WORDS[2]}" in
)";

constexpr std::string_view kValues = R"(  help*) words="$commands" ;;
  esac
  case "$previous" in
  --data) COMPREPLY=($(compgen -d -- "$current")); return ;;
  --config|--key|--policy|--body|--output|--tls-certificate|--tls-key|--peer-ca-file|--witness-extra-logs|--witness-ask|--regions-file|--synonyms-file)
    COMPREPLY=($(compgen -f -- "$current")); return ;;
)";

constexpr std::string_view kTail = R"(  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="$commands --help --lang --data --config"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ] && [ "$COMP_CWORD" -gt 1 ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _dure dure
)";

constexpr const char* kChoice =
    "  {}) COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); return ;;\n";

// What is one of a few words.
std::string choices() {
  std::string out = fmt::format(kChoice, "--type", fmt::join(kShownTypes, " "));
  out += fmt::format(kChoice, "--format", "csv jsonl jsonld ttl");
  for (const auto& setting : setting_definitions()) {
    if (setting.choices.empty()) continue;
    out += fmt::format(kChoice, setting.flag, fmt::join(setting.choices, " "));
  }
  return out;
}

std::string flags_of(const Command& command) {
  std::string flags;
  for (const auto& flag : command.flags) flags += fmt::format("{} ", flag.name);
  for (const auto flag : command.settings) flags += fmt::format("{} ", flag);
  if (command.needs_data) flags += "--data --config ";
  return flags + "--lang --help";
}

// What may follow a command that is a group as well.
std::string further_words(const Command& command) {
  std::string out;
  for (const Command& other : commands()) {
    const auto prefix = std::string(command.name) + " ";
    if (other.name.starts_with(prefix)) out += fmt::format("{} ", other.name.substr(prefix.size()));
  }
  return out;
}

/// One case of the script: what may follow this command.
std::string case_of(const Command& command) {
  const auto has = [&](std::string_view word) {
    return command.words.find(word) != std::string_view::npos;
  };
  const bool single = command.name.find(' ') == std::string_view::npos;
  const auto pattern =
      single ? fmt::format("\"{} \"*", command.name) : fmt::format("\"{}\"", command.name);
  const bool files = has("FILE") || has("PROOF");
  return fmt::format("  {}) words=\"{}{}{}\"{} ;;\n", pattern,
                     command.words == "bash" ? "bash " : "", further_words(command),
                     flags_of(command), files ? " files=yes" : "");
}

}  // namespace

std::string bash_completion() {
  std::string out(kHead);
  std::set<std::string> first_words, plain;
  std::map<std::string, std::string> groups;
  for (const Command& command : commands()) {
    const auto space = command.name.find(' ');
    const std::string first(command.name.substr(0, space));
    first_words.insert(first);
    if (space != std::string_view::npos)
      groups[first] += fmt::format("{} ", command.name.substr(space + 1));
    out += case_of(command);
    if (space == std::string_view::npos) plain.insert(first);
  }
  for (const auto& [first, seconds] : groups) {
    if (plain.contains(first)) continue;
    out += fmt::format("  \"{} \"*) words=\"{}--help\" ;;\n", first, seconds);
  }
  std::string commands_line = "  local commands=\"";
  for (const auto& word : first_words) commands_line += word + " ";
  const auto at = out.find("  case ");
  out.insert(at, commands_line + "help\"\n");
  return out + std::string(kValues) + choices() + std::string(kTail);
}

}  // namespace dure::node
