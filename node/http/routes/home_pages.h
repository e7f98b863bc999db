// SPDX-License-Identifier: Apache-2.0
// The page that opens the catalogue, the newest entries, and a page for each government.
#pragma once

#include "http/router.h"
#include "http/routes/page_routes.h"

namespace dure::node::http {

/// Whether a request for `/` asks for nothing but the page itself.
bool asks_for_home(const Request& request);
Response home_page(const PageFrame& frame, const PagePorts& ports,
                   const std::vector<WithheldView>& withheld);

///   GET /changes   cursor lang
///   GET /m/{name}  lang    name: hash of the origin in hex, or the government's Korean name
void add_home_pages(Router& router, PagePorts ports);

}  // namespace dure::node::http
