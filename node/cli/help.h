// SPDX-License-Identifier: Apache-2.0
// Help texts made from the table of commands.
#pragma once

#include <string>
#include <string_view>

#include "cli/commands.h"

namespace dure::node {

/// All commands whose name begins with `prefix`, and the exit codes.
std::string overview_help(Language language, std::string_view prefix);
std::string command_help(Language language, const Command& command);

}  // namespace dure::node
