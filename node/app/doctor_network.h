// SPDX-License-Identifier: Apache-2.0
// What `dure doctor` sees over the network: the node's own public address, and its peers. Nobody
// else is asked.
#pragma once

#include <functional>

#include "doctor/facts.h"
#include "settings/settings.h"

namespace dure::node {

/// The running node's side of a question that comes back to it.
struct FrontAccess {
  std::function<std::string()> expect;  // a mark; empty: the node does not answer
  std::function<FrontFacts(const std::string& mark, const std::string& forgery)> arrived;
};

/// Whether the running node answers where it listens.
ListenFacts look_at_listening(const Settings& settings, const NodeFacts& node);
/// `front` is asked only if the node runs.
PublicFacts look_at_own_url(const Settings& settings, const NodeFacts& node,
                            const FrontAccess& front);
/// Asks every peer, many at a time, each for a few seconds at most.
std::vector<PeerFacts> look_at_peers(const Settings& settings, const NodeFacts& node,
                                     const std::function<std::int64_t()>& now);

}  // namespace dure::node
