// SPDX-License-Identifier: Apache-2.0
// Whom the charter makes a peer, and under which keys logs count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/node_parts.h"

namespace dure::node {

/// Makes every log of every member a peer, and whoever was taken out of the charter none any more.
/// Errors: kStorage.
Status follow_members(NodeParts& node);

/// Learns from the member itself what the charter leaves out of its card.
void complete_card(NodeParts& node, const CharterMember& member, Source& source);

/// The keys under which heads of `origin` count: the charter's, else those by which it was added.
std::vector<VerifierKey> log_keys(const NodeParts& node, std::string_view origin);
/// The peers with their keys, as replication wants them.
Result<std::vector<ReplicationPeer>> replication_peers(NodeParts& node);
/// The logs of all peers that may still grow, and the operator's own choice.
Result<WitnessedLogs> logs_to_witness(const NodeParts& node);

/// Whether somebody may be made a peer, or none any more, by hand. Errors: kRefused (that is for
/// the charter to say).
Status may_add_peer(const NodeParts& node, const NodeCard& card);
Status may_remove_peer(const NodeParts& node, const std::string& what);

}  // namespace dure::node
