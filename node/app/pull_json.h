// SPDX-License-Identifier: Apache-2.0
// Pulls and their errors as JSON, for the control API.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replication/puller.h"

namespace dure::node {

nlohmann::json describe_pull(const PullReport& report);
/// Adds `error`, `error_detail` and, where people get a message of its own, `error_text` and
/// `error_args`.
void describe_error(nlohmann::json& out, const Error& error);

}  // namespace dure::node
