// SPDX-License-Identifier: Apache-2.0
// Brings back the own log's entries that a restored backup lacks, from the peers that mirror them
// (design §5.2).
#pragma once

#include "app/node_parts.h"

namespace dure::node {

/// Pulls what the peers hold of our own log beyond what is here, proven under heads that our own
/// key signed, and moves the head lock forward to the newest of them. Nothing is signed. Returns
/// the number of entries that came back. Errors: kInconsistent (a peer's history contradicts ours),
/// kUnavailable, kStorage, and what a pull can say.
Result<std::uint64_t> heal_own_log(NodeParts& node, const std::vector<PeerEntry>& peers);

}  // namespace dure::node
