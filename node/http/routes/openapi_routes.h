// SPDX-License-Identifier: Apache-2.0
// The description of the public API: for programs, and as a page.
#pragma once

#include "catalogue/search_service.h"
#include "http/router.h"
#include "membership/ports.h"

namespace dure::node::http {

/// Registers
///   GET /openapi.json    OpenAPI 3.1 (web/openapi.h)
///   GET /schemas/{name}  the JSON Schemas of bodies, to which it refers
///   GET /api             lang   the guide that is made from it
/// `service`, which names an entry that the guide's commands ask for, must outlive the router.
void add_openapi_routes(Router& router, SearchService& service, const NodeCard& own);

}  // namespace dure::node::http
