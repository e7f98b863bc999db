// SPDX-License-Identifier: Apache-2.0
// The recovery of the own log (own_log_recovery.h) as part of a node: with its peers, its marks on
// disk and its log.
#pragma once

#include "app/node_parts.h"
#include "app/own_log_recovery.h"

namespace dure::node {

/// What recovery works on. The node has own log, head lock, eraser and fork watch.
OwnLogParts own_log_parts(NodeParts& node);

PeerViews ask_own_heads(NodeParts& node, const std::vector<PeerEntry>& peers, std::size_t most);
Result<Recovered> compare_and_heal(NodeParts& node, const std::vector<PeerEntry>& peers,
                                   const PeerViews& views);
/// A quarantine is logged and is not an error. Errors: kStorage.
Result<Recovered> recover_own_log(NodeParts& node);
/// Without asking anybody, for a node that will only be read: what was signed before a crash is
/// shown again. Errors: kStorage.
Result<Recovered> settle_own_log(NodeParts& node);

}  // namespace dure::node
