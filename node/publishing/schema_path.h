// SPDX-License-Identifier: Apache-2.0
// The part of a schema that speaks about one place of a body.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace dure::node {

struct SchemaPlace {
  const nlohmann::json* schema = nullptr;  // null: the schema does not know the place
  std::string name;                        // of the shared definition, else of the member
};

/// Follows `pointer` (tokens without escapes) through `root`; references lead into `common`.
SchemaPlace schema_at(const nlohmann::json& root, const nlohmann::json& common,
                      std::string_view pointer);

}  // namespace dure::node
