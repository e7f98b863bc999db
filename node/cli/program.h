// SPDX-License-Identifier: Apache-2.0
// Runs one invocation of `dure`: language, arguments, settings, command.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace dure::node {

/// `words` is argv without the program's name. Turns anything that escapes a command into kBug.
ExitCode run_program(const std::vector<std::string>& words, Session& session) noexcept;

/// Where a command's settings come from.
SettingSources setting_sources(const Invocation& invocation, const Session& session);

}  // namespace dure::node
