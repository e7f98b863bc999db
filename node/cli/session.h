// SPDX-License-Identifier: Apache-2.0
// One run of the program: what was typed, where answers go, in which language.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_code.h"
#include "settings/settings.h"
#include "web/texts.h"

namespace dure::node {

struct Command;

/// The words after the program's name, sorted.
struct Invocation {
  const Command* command = nullptr;
  std::vector<std::string> words;                         // positional
  std::map<std::string, std::string> values;              // "--url" → value
  std::set<std::string> switches;                         // "--json"
  std::map<std::string, std::vector<std::string>> lists;  // "--attach" → values, repeatable ones

  std::vector<std::string> list(std::string_view flag) const {
    const auto found = lists.find(std::string(flag));
    return found == lists.end() ? std::vector<std::string>() : found->second;
  }

  bool has(std::string_view name) const { return switches.contains(std::string(name)); }
  /// The value of a flag, empty if it was not given.
  std::string value(std::string_view flag) const {
    const auto found = values.find(std::string(flag));
    return found == values.end() ? std::string() : found->second;
  }
};

/// The surroundings of a command; tests pass string streams.
struct Session {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  std::map<std::string, std::string> environment;  // DURE_*, and LANG, LC_ALL, LC_MESSAGES
  bool terminal = false;                           // a person sits at in and err
  Language language = Language::kEn;
  Settings settings = {};

  std::string say(std::string_view key, const TextArguments& args = {}) const {
    return text(language, key, args);
  }
  void print(std::string_view key, const TextArguments& args = {});
  /// Explains `error` on err and returns the exit code for it.
  ExitCode fail(const Error& error);
  ExitCode fail(const Error& error, ExitCode code);
};

/// "2026-11-29 20:40:41" on the clock of this machine, as people read it.
std::string local_time(std::uint64_t unix_seconds);

}  // namespace dure::node
