// SPDX-License-Identifier: Apache-2.0
// The rules for bodies that a JSON Schema cannot say: real calendar dates, ends in order, known
// regions, no personal data, nothing invisible in texts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "publishing/entry_validation.h"

namespace dure::node {

/// Appends what is wrong with `body`, whatever its shape: members of unexpected types are left to
/// the schema.
void check_entry_rules(std::string_view type, const nlohmann::json& body,
                       const RegionKnown& region_known, std::vector<EntryFault>& faults);

}  // namespace dure::node
