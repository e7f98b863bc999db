// SPDX-License-Identifier: Apache-2.0
// This node's own place in the charter.
#pragma once

#include <string>

#include "app/node_parts.h"
#include "dure/charter.h"

namespace dure::node {

/// What every origin of this node's government begins with.
std::string member_id(const NodeCard& card);
/// This node as its settings and keys say. Errors: as NodeKeys.
Result<CharterMember> own_member(const NodeParts& node);
bool names_this_node(const Charter& charter, const NodeParts& node);

/// Adds the signature of this node's own steward. Errors: as load_charter_signer.
Status sign_as_steward(const NodeParts& node, SignedCharter& charter);

/// A new node signs for itself until it joins others. Errors: kStorage, kRefused (charter key
/// readable by others).
Status found_alone(NodeParts& node);
/// Alone, the settings decide what the charter says of this node; with others, the stewards do, and
/// a difference is only told. Errors: kStorage.
Status follow_settings(NodeParts& node);

}  // namespace dure::node
