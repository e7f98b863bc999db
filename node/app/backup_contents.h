// SPDX-License-Identifier: Apache-2.0
// One moment of the node for a backup in one file: a copy beside the data, gone when it was packed.
#pragma once

#include <memory>

#include "app/node_parts.h"
#include "backup/ports.h"

namespace dure::node {

/// Copies the node to a folder in its data folder; that is as public or secret as the data itself,
/// and clears away what an interrupted one left. Never the seed. Errors: as make_backup.
Result<std::unique_ptr<BackupContents>> collect_backup(NodeParts& node);

}  // namespace dure::node
