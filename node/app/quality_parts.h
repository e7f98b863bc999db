// SPDX-License-Identifier: Apache-2.0
// The metadata quality of what this node holds, for its routes.
#pragma once

#include <functional>
#include <string>

#include "app/node_parts.h"
#include "formats/quality.h"
#include "http/routes/catalogue_facts.h"

namespace dure::node {

/// Adds the route of the API and returns what the pages ask. Both live as long as the router.
std::function<Result<QualityTally>(const std::string& origin)> add_quality(
    NodeParts& node, const http::CatalogueSources& sources);

}  // namespace dure::node
