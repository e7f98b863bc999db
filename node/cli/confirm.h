// SPDX-License-Identifier: Apache-2.0
// A question answered with yes or no on the terminal.
#pragma once

#include <string_view>

#include "cli/session.h"

namespace dure::node {

/// Asks until it is answered; the end of the input means no.
bool confirm(Session& session, std::string_view key, const TextArguments& args = {});

}  // namespace dure::node
