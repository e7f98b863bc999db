// SPDX-License-Identifier: Apache-2.0
// Everything a node answers, put together.
#pragma once

#include "app/node_parts.h"

namespace dure::node {

/// Fills node.router. The parts must outlive it.
void add_node_routes(NodeParts& node);

}  // namespace dure::node
