// SPDX-License-Identifier: Apache-2.0
// What changed in the catalogue, in the order in which this node took it in.
#pragma once

#include "http/router.h"
#include "http/routes/catalogue_facts.h"

namespace dure::node::http {

/// Registers
///   GET /api/v1/changes   since limit            format=json
///                         archive                format=atom (RFC 5005)
///                         since, Last-Event-ID   format=sse (events as they come)
/// Of a record only its newest state is told, at the place of its newest change; withdrawals and
/// erasures are told as such. A cursor of a catalogue that was made anew since is answered with
/// 410.
void add_changes_routes(Router& router, const CatalogueSources& sources);

}  // namespace dure::node::http
