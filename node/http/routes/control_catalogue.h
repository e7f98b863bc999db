// SPDX-License-Identifier: Apache-2.0
// The whole catalogue for the operator of this node, part after part.
#pragma once

#include "http/router.h"
#include "http/routes/catalogue_facts.h"

namespace dure::node::http {

/// Registers, for the control socket only,
///   GET /control/v1/catalogue  format (csv, jsonl, jsonld, ttl) origin cursor
/// answered with {"text","count","next"}: the texts of all parts, one after the other, are the
/// document.
void add_control_catalogue(Router& router, CatalogueSources sources);

}  // namespace dure::node::http
