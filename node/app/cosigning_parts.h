// SPDX-License-Identifier: Apache-2.0
// Cosignatures as a part of a node: asked for the own log, given as a mirror of others.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/node_parts.h"

namespace dure::node {

/// How the own log's cosignatures are asked for, by whomever; on_failure is not set.
AskingPorts asking_ports(NodeParts& node);
/// Opens what was cosigned and what is final; puts the mirror cosignatures behind replication.
/// Errors: kStorage.
Status open_cosigning(NodeParts& node);
/// Says of every mirror that is whole that it is here, if that was not said yet.
void cosign_mirrors(NodeParts& node);

/// A stored head with the cosignatures that are known here for exactly it.
std::string cosigned_note(const NodeParts& node, std::string note);

/// {"size","final_size","behind","n","k","tolerated_traitors","tolerated_outages","mirrors",
///  "possible","running","witnesses":[{"member","url","witness","mirror","size","time",
///  "mirrored_size","mirrored_time","error"?…}],"independent":[…],"error"?…}; of an error: as in
///  the
/// status of peers.
nlohmann::json finality_report(NodeParts& node);

/// The same after waiting at most `longest` until `size` entries are final, with "state"
/// ("final" or "local"). Does not wait if too many do already. Errors: kInvalid (no such size).
Result<std::string> wait_for_final(NodeParts& node, std::uint64_t size,
                                   std::chrono::milliseconds longest);

}  // namespace dure::node
