// SPDX-License-Identifier: Apache-2.0
// `dure doctor` on a data folder, whether a node runs on it, is stopped, or cannot be opened.
#pragma once

#include "app/node_parts.h"
#include "doctor/finding.h"
#include "settings/settings.h"

namespace dure::node {

/// Ends within about half a minute, whatever does not answer. Errors: kNotFound (no node in the
/// folder), kStorage (the folder cannot be read).
Result<Findings> examine_folder(const Settings& settings);

/// What is quickly known of a running node, for its console.
Findings look_over_node(NodeParts& node);

}  // namespace dure::node
