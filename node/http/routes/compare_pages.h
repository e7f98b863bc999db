// SPDX-License-Identifier: Apache-2.0
// The page that puts practices side by side.
#pragma once

#include "http/router.h"
#include "http/routes/page_routes.h"

namespace dure::node::http {

///   GET /compare  id (up to five times; ID or ORIGIN/ID) lang
void add_compare_page(Router& router, PagePorts ports);

}  // namespace dure::node::http
