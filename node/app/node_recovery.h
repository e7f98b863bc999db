// SPDX-License-Identifier: Apache-2.0
// What must be settled before a node signs: the own log's story.
#pragma once

#include "app/node_parts.h"
#include "publishing/recovery.h"

namespace dure::node {

/// Asks the peers for the heads of our own log that they know, then compares
/// (publishing/recovery.h). A quarantine is logged and is not an error. Errors: kStorage.
Result<Recovered> recover_own_log(NodeParts& node);

/// The same without asking anybody, for a node that will only be read: what was signed before a
/// crash is shown again. Errors: kStorage.
Result<Recovered> settle_own_log(NodeParts& node);

}  // namespace dure::node
