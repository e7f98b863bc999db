// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/node_parts.h"

namespace dure::node {

/// {"federation","fingerprint","version","hash","not_before","expires","days_left","warning",
///  "threshold","stewards":[…],"members":[{"id","name","status","url","operator","own"}],
///  "witnesses":[…],"voices","quorum","tolerated_traitors","tolerated_outages",
///  "drafts":[{"hash","version","have","need","missing":[…],"since","counts_from","admits":[…]}],
///  "conflicts":[{"version","hash"}],"joining":{"url","fingerprint"}|null}
nlohmann::json charter_report(NodeParts& node);

}  // namespace dure::node
