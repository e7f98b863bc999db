// SPDX-License-Identifier: Apache-2.0
// The part of `dure status` about webhooks.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/session.h"

namespace dure::node {

/// Says nothing if there are none. `running`: the node serves.
void say_webhooks(Session& session, const nlohmann::json& report, bool running);

}  // namespace dure::node
