// SPDX-License-Identifier: Apache-2.0
// What must be settled before a node signs: the own log's story.
#pragma once

#include "app/node_parts.h"
#include "publishing/recovery.h"

namespace dure::node {

/// The heads of our own log that peers know.
struct PeerViews {
  std::vector<std::string> heads;   // notes, not verified
  std::vector<std::string> silent;  // origins of those who did not answer
  std::size_t answered = 0;
};

/// Asks up to `most` of `peers` at once what they mirror and, as witnesses, have cosigned of our
/// own log.
PeerViews ask_own_heads(const NodeParts& node, const std::vector<PeerEntry>& peers,
                        std::size_t most);

/// Compares head lock, leaves and public head with `heads`; if entries are missing here and some
/// peer answered, brings them back from the peers' mirrors and compares again. Errors: kStorage.
Result<Recovered> compare_and_heal(NodeParts& node, const std::vector<PeerEntry>& peers,
                                   const PeerViews& views);

/// Asks the peers for the heads of our own log that they know, then compares and heals. A
/// quarantine is logged and is not an error. Errors: kStorage.
Result<Recovered> recover_own_log(NodeParts& node);

/// The same without asking anybody, for a node that will only be read: what was signed before a
/// crash is shown again. Errors: kStorage.
Result<Recovered> settle_own_log(NodeParts& node);

/// True if answers of peers may end this quarantine by themselves.
bool may_heal(const Error& quarantine);

}  // namespace dure::node
