// SPDX-License-Identifier: Apache-2.0
// `dure config check` and `dure config show`.
#pragma once

#include "cli/session.h"

namespace dure::node {

ExitCode run_config_check(const Invocation& invocation, Session& session);
ExitCode run_config_show(const Invocation& invocation, Session& session);

}  // namespace dure::node
