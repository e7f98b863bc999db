// SPDX-License-Identifier: Apache-2.0
// Webhooks as a part of a node.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "app/node_parts.h"
#include "http/routes/health_routes.h"

namespace dure::node {

/// Errors: kInvalid (an address), kInternal (the key).
Status open_webhooks(NodeParts& node);

/// {"key":"whpk_…","hooks":[{"url","state","place"?,"behind",…,"error"?…}]}; of an error: as in the
/// status of peers.
nlohmann::json webhook_report(const NodeParts& node);
/// In the order of the settings.
std::vector<http::WebhookCounts> webhook_counts(const NodeParts& node);

}  // namespace dure::node
