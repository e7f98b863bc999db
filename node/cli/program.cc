// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <algorithm>
#include <exception>
#include <new>
#include <ostream>

#include "cli/arguments.h"
#include "cli/help.h"

namespace dure::node {
namespace {

std::string variable(const Session& session, const std::string& name) {
  const auto found = session.environment.find(name);
  return found == session.environment.end() ? std::string() : found->second;
}

// The language must be known before anything can be wrong, so --lang is looked for by hand.
Language early_language(const std::vector<std::string>& words, const Session& session) {
  std::string wanted = variable(session, "DURE_LANG");
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--lang" && i + 1 < words.size()) wanted = words[i + 1];
    if (words[i].starts_with("--lang=")) wanted = words[i].substr(7);
  }
  return choose_language(wanted, variable(session, "LC_ALL"), variable(session, "LC_MESSAGES"),
                         variable(session, "LANG"));
}

std::string settings_path(const Invocation& invocation, const Session& session) {
  for (auto path : {invocation.value("--config"), variable(session, "DURE_CONFIG")}) {
    if (!path.empty()) return path;
  }
  std::string data = invocation.value("--data");
  if (data.empty()) data = variable(session, "DURE_DATA");
  if (data.empty()) data = find_setting("data")->default_value;
  return data + "/dure.toml";
}

// kOk if the command may run.
ExitCode prepare_settings(const Invocation& invocation, Session& session) {
  auto loaded = load_settings(setting_sources(invocation, session));
  // What is wrong with them is what `dure config` is asked for.
  if (invocation.command->name.starts_with("config ")) loaded.problems.clear();
  for (const auto& problem : loaded.problems) session.fail(problem);
  session.settings = std::move(loaded.settings);
  session.language = choose_language(session.settings.language, variable(session, "LC_ALL"),
                                     variable(session, "LC_MESSAGES"), variable(session, "LANG"));
  if (loaded.problems.empty()) return ExitCode::kOk;
  const bool unreadable = loaded.problems.front().code == ErrorCode::kStorage;
  return unreadable ? ExitCode::kEnvironment : ExitCode::kUsage;
}

ExitCode run_checked(const std::vector<std::string>& words, Session& session) {
  session.language = early_language(words, session);
  const auto parsed = parse_arguments(words);
  if (!parsed) return session.fail(parsed.error(), ExitCode::kUsage);
  if (parsed->help) {
    const Command* command = parsed->invocation.command;
    session.out << (command == nullptr ? overview_help(session.language, parsed->help_prefix)
                                       : command_help(session.language, *command));
    return words.empty() ? ExitCode::kUsage : ExitCode::kOk;
  }
  const auto prepared = prepare_settings(parsed->invocation, session);
  if (prepared != ExitCode::kOk) return prepared;
  return parsed->invocation.command->run(parsed->invocation, session);
}

}  // namespace

SettingSources setting_sources(const Invocation& invocation, const Session& session) {
  SettingSources sources;
  const bool named =
      !invocation.value("--config").empty() || !variable(session, "DURE_CONFIG").empty();
  const bool fresh = invocation.command->name == "init" && !named;
  if (invocation.command->needs_data && !fresh) sources.file = settings_path(invocation, session);
  sources.file_required = named;
  sources.environment = session.environment;
  sources.flags = invocation.values;
  return sources;
}

ExitCode run_program(const std::vector<std::string>& words, Session& session) noexcept {
  try {
    return run_checked(words, session);
  } catch (const std::bad_alloc&) {
    return session.fail(Error{ErrorCode::kStorage, "out of memory", "errors.out_of_memory", {}});
  } catch (const std::exception& failure) {
    return session.fail(Error{ErrorCode::kInternal, failure.what()});
  }
}

}  // namespace dure::node
