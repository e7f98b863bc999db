// SPDX-License-Identifier: Apache-2.0
// What a node tells `dure doctor` of itself, as JSON between the two processes.
#pragma once

#include <string>

#include "app/node_parts.h"
#include "doctor/facts.h"

namespace dure::node {

/// Registers the routes under /control/v1/doctor.
void add_doctor_routes(NodeParts& node);

/// The same facts where they are. Errors: kStorage.
Result<NodeFacts> own_facts(NodeParts& node);

/// Errors: kMalformed (an answer of another version).
Result<NodeFacts> parse_node_facts(const std::string& json);

}  // namespace dure::node
