// SPDX-License-Identifier: Apache-2.0
// The links in own entries: what checking them needs of a node, and what it tells.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>

#include "app/node_parts.h"
#include "http/routes/health_routes.h"

namespace dure::node {

/// Opens the memory of links if the settings say that they are checked. A file that cannot be read
/// is made anew. Errors: kStorage.
Status open_links(NodeParts& node);
/// One step after the other until `stop`. If links are not checked, removes what an earlier node
/// remembered of them.
void run_links(NodeParts& node, const std::stop_token& stop);

nlohmann::json link_report(NodeParts& node);
std::optional<http::LinkTotals> link_totals(NodeParts& node);

}  // namespace dure::node
