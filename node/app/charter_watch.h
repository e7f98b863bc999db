// SPDX-License-Identifier: Apache-2.0
// Reads in the mirrored logs which text of the charter counts in other members' nodes.
#pragma once

#include "app/node_parts.h"

namespace dure::node {

/// Reads on where it stopped, in the newest log of every member, and tells the operator if two
/// members follow different texts of one version. Talks to nobody.
void read_charter_notices(NodeParts& node);

}  // namespace dure::node
