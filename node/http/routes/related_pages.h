// SPDX-License-Identifier: Apache-2.0
// Pages about how entries hang together.
#pragma once

#include "http/router.h"
#include "http/routes/page_routes.h"

namespace dure::node::http {

///   GET /e/{id}/references  origin kind type cursor lang
void add_related_pages(Router& router, PagePorts ports);

}  // namespace dure::node::http
