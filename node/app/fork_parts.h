// SPDX-License-Identifier: Apache-2.0
// How a node's parts and its fork watch are connected.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/node_parts.h"

namespace dure::node {

/// Reads what is known of forks. Errors: kStorage.
Status open_forks(NodeParts& node, std::function<std::int64_t()> unix_seconds);

/// Lets the replicator tell the fork watch what it sees, and ask it what to follow.
void connect_forks(NodeParts& node, ReplicatorOptions& options);

/// What the witness hands on to the fork watch.
std::function<void(const std::string&, const std::string&, const std::string&)> watch_misfits(
    NodeParts& node);

/// Logs whose operators' peers were dropped may be followed again when they are added anew.
/// Errors: kStorage.
Status dismiss_dropped_peers(NodeParts& node);

/// What the catalogue does not show.
std::vector<WithheldLog> withheld_logs(const ForkWatch& forks);

}  // namespace dure::node
