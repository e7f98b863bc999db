// SPDX-License-Identifier: Apache-2.0
// For search engines: which pages are this government's own. Those of others are found at theirs.
#pragma once

#include "http/router.h"
#include "http/routes/catalogue_facts.h"

namespace dure::node::http {

/// Registers
///   GET /sitemap.xml      an index (sitemaps.org)
///   GET /sitemap/{part}   pages of the own log's entries
///   GET /robots.txt
void add_sitemap_routes(Router& router, CatalogueSources sources);

}  // namespace dure::node::http
