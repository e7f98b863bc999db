// SPDX-License-Identifier: Apache-2.0
// What `dure fsck` and the drill of a backup look for in each log.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "dure/key.h"
#include "replication/audit.h"
#include "storage/node_store.h"

namespace dure::node {

using KeysOf = std::function<std::vector<VerifierKey>(std::string_view origin)>;

/// Every log of the store, ready for audit_log; `keys_of` tells who may have signed its head.
/// Errors: kStorage.
Result<std::vector<AuditLog>> logs_to_audit(NodeStore& store, const KeysOf& keys_of);

}  // namespace dure::node
