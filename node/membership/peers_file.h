// SPDX-License-Identifier: Apache-2.0
// The list of peers as a text: what is kept beside the database, so that a node that lost it still
// knows whom to ask for its own log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "membership/ports.h"

namespace dure::node {

inline constexpr std::size_t kMaxPeersFileBytes = std::size_t{4} << 20;

/// One line for each peer: URL, space, node card. A peer without a URL is left out.
std::string format_peers_file(const std::vector<PeerEntry>& peers);
/// Accepts only what format_peers_file makes; PeerEntry::log stays 0. Errors: kMalformed,
/// kTooLarge.
Result<std::vector<PeerEntry>> parse_peers_file(std::string_view text);

}  // namespace dure::node
