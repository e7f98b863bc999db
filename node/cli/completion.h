// SPDX-License-Identifier: Apache-2.0
// Shell completion made from the table of commands.
#pragma once

#include <string>

namespace dure::node {

/// The script for bash; config/dure.bash-completion is this text.
std::string bash_completion();

}  // namespace dure::node
