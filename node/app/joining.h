// SPDX-License-Identifier: Apache-2.0
// Asking to be taken into a federation, and being asked.
#pragma once

#include <string>

#include "app/node_parts.h"

namespace dure::node {

/// This node as it wants to stand in the charter, signed by its log key. Errors: as own_member.
Result<std::string> signed_join_request(NodeParts& node, const Hash& federation);

/// Makes a draft that takes the sender in, or lets it go on with the next generation of its sealed
/// log, or keeps one in which a member changes its own keys; answers its hash. Errors: PROTOCOL.md
/// §16.12, §21.
Result<std::string> take_join_request(NodeParts& node, const std::string& note);

/// Looks at the federation behind `url` and answers who it is; with its fingerprint, asks to be
/// taken in. In between a person compares the fingerprint.
/// {"federation","version","members","stewards","threshold","fingerprint","without_url",
/// "state":"seen|asked|joined"}
/// Errors: kUnavailable (nobody answers), kBadSignature (another fingerprint), kConflict (a member
/// already), kStorage.
Result<std::string> join_federation(NodeParts& node, const std::string& url,
                                    const std::string& fingerprint);

/// True if the federation that was asked has taken this node in: its charter counts from now on.
bool finish_joining(NodeParts& node, const CharterBook::Joining& joining);

}  // namespace dure::node
