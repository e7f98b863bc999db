// SPDX-License-Identifier: Apache-2.0
// What one part of a cell says, as its member wants it. Internal to importing/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "importing/csv_map.h"

namespace dure::node {

/// The member's value for `part`, through the words of the map if it has any.
/// Errors: kInvalid, with a text for whoever wrote the cell.
Result<nlohmann::json> cell_value(const CsvTarget& target, const std::string& part);

}  // namespace dure::node
