// SPDX-License-Identifier: Apache-2.0
// The list of peers beside node.db: who lost that file still knows whom to ask for it.
#pragma once

#include "app/node_parts.h"

namespace dure::node {

/// Writes the peers down if they are others than before. A failure is logged: it costs comfort
/// only.
void remember_peers(const NodeParts& node);
/// Adds the peers that were written down and are not in the database. A damaged list is logged.
void recall_peers(NodeParts& node);

/// True if the only file that the folder lacks is node.db, and peers to rebuild it from are known.
bool can_rebuild_database(const DataFolder& folder);
/// Makes an empty node.db with the own log and the peers that were written down; the entries come
/// with recovery. It appears only when it is whole. Errors: kStorage, kInvalid (origin).
Status rebuild_database(const NodeParts& node);

}  // namespace dure::node
