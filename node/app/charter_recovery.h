// SPDX-License-Identifier: Apache-2.0
// A lost head lock took the charter with it. The own log says which one it was, under the node's
// own signature, so whoever has the chain can give it back without being believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/node_parts.h"
#include "membership/charter_notices.h"

namespace dure::node {

/// What the newest entry of the own log that says so names.
struct PublishedCharter {
  std::string fingerprint;  // of the federation
  CharterNotice notice;
};

/// What became of the charter.
struct CharterReturn {
  std::optional<PublishedCharter> published;  // none: this node never was in a federation
  bool back = false;
  std::string federation;     // if it is back
  std::uint64_t version = 0;  // newest one of the chain that came back
  std::string given_by;       // origin of the peer that gave it
  bool other_keys = false;    // it names other keys of this node than those it has now
};

/// Reads the own log from its end. Errors: kStorage.
Result<std::optional<PublishedCharter>> published_charter(LogReader& reader, LogId own);

/// Asks `peers` for the chain that the own log names, and keeps the longest that is valid and
/// contains it in the head lock of `node`, which has no charter yet. Nobody is believed: what does
/// not fit is left. Errors: kStorage.
Result<CharterReturn> bring_charter_back(NodeParts& node, const std::vector<PeerEntry>& peers);

}  // namespace dure::node
