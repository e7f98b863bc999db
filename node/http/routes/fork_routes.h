// SPDX-License-Identifier: Apache-2.0
// Fork proofs for other nodes, and for everybody who wants to check one.
#pragma once

#include "http/router.h"
#include "replication/fork_watch.h"

namespace dure::node::http {

/// Registers
///   GET /federation/forks         which proofs are here (replication/fork_list.h), with ETag
///   GET /federation/forks/{name}  one of them
/// `forks` must outlive `router`.
void add_fork_routes(Router& router, const ForkWatch& forks);

}  // namespace dure::node::http
