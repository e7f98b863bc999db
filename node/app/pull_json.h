// SPDX-License-Identifier: Apache-2.0
// One pull as JSON, for the control API.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replication/puller.h"

namespace dure::node {

nlohmann::json describe_pull(const PullReport& report);

}  // namespace dure::node
