// SPDX-License-Identifier: Apache-2.0
// The change of its own keys that a node wishes, as a draft that it signs itself (PROTOCOL.md §21).
#pragma once

#include <optional>

#include "app/node_parts.h"
#include "membership/key_changes.h"

namespace dure::node {

/// What the key files and the charter say is to be asked for; none if nothing is. The caller holds
/// node.rotating.
std::optional<KeyStep> key_step_due(const NodeParts& node, const Charter& charter);
/// The next version as this node wishes it, signed by its present and its coming key. The caller
/// holds node.rotating. Errors: as version_changing_keys, kStorage, those of signing.
Result<SignedCharter> make_key_wish(const NodeParts& node, const SignedCharter& current,
                                    KeyStep step);

}  // namespace dure::node
