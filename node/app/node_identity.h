// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/node_parts.h"

namespace dure::node {

/// Opens what says who this node is, and checks that its key, its log and its settings belong
/// together. A lost database is begun anew if the node may write. Errors: as open_node.
Status open_identity(NodeParts& node, OpenFor purpose);

}  // namespace dure::node
