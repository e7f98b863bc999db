// SPDX-License-Identifier: Apache-2.0
// Members-only entries in words.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/session.h"

namespace dure::node {

/// Says one record, as the control API tells it, and that it is for members only. kNo if its body
/// is not here.
ExitCode say_members_only(Session& session, const nlohmann::json& record);

}  // namespace dure::node
