// SPDX-License-Identifier: Apache-2.0
// From argv to an Invocation. CLI11 splits the words; what is wrong with them is said by us, in the
// reader's language.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "dure/result.h"

namespace dure::node {

/// What the words ask for.
struct ParsedArguments {
  Invocation invocation;  // command is null for `dure`, `dure --help` and `dure peer --help`
  bool help = false;
  std::string help_prefix;  // "peer": help on a group
};

/// `words` does not include the program's name. Errors: kInvalid (unknown command or flag, missing
/// or extra words).
Result<ParsedArguments> parse_arguments(const std::vector<std::string>& words);

}  // namespace dure::node
