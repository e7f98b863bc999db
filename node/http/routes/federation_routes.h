// SPDX-License-Identifier: Apache-2.0
// What a node tells other nodes of the federation: the heads it has, who it is, whom it knows.
#pragma once

#include <functional>

#include "http/router.h"
#include "membership/ports.h"
#include "replication/ports.h"

namespace dure::node::http {

/// Registers
///   GET /federation/heads   every head whose data are here, own and mirrored
///   (replication/heads.h), with ETag GET /federation/node    this node's card GET
///   /federation/policy  a C2SP tlog-policy of every known log
/// `logs` and `peers` must outlive `router`.
void add_federation_routes(Router& router, LogReader& logs, PeerBook& peers,
                           const std::function<NodeCard()>& own_card);

}  // namespace dure::node::http
