// SPDX-License-Identifier: Apache-2.0
// Witnesses beside the charter's as a part of a node.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/node_parts.h"

namespace dure::node {

/// The witnesses of the policy file `path`, which may lack its quorum (none if `path` is empty).
/// Errors: kStorage (unreadable), kMalformed and kInvalid (with the line: no URL, a bad one, this
/// node's own witness key, too many, none).
Result<std::vector<IndependentWitness>> load_independent_witnesses(const std::string& path,
                                                                   const VerifierKey& own_witness);

/// Opens what independent witnesses cosigned. Errors: kStorage; for writing, of the settings' file.
Status open_independent_witnesses(NodeParts& node, OpenFor purpose);

/// A stored head of whatever log with all cosignatures that are known here for exactly it.
std::string fully_cosigned_note(const NodeParts& node, std::string note);
/// Under which heads an entry of the log `origin` is best proven, the best first.
std::vector<std::string> proof_heads(const NodeParts& node, std::string_view origin);

/// [{"name","url","size","time","error"?…}]; of an error: as in the status of peers.
nlohmann::json independent_report(const NodeParts& node);

}  // namespace dure::node
