// SPDX-License-Identifier: Apache-2.0
// Members of a body that need not obey its schema. Internal to catalogue/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace dure::node {

/// Null if `object` is none or lacks it.
const nlohmann::json* body_member(const nlohmann::json& object, const char* name);
/// Empty if there is no text.
std::string body_text_of(const nlohmann::json* value);

}  // namespace dure::node
