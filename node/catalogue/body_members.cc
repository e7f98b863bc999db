// SPDX-License-Identifier: Apache-2.0
#include "catalogue/body_members.h"

#include <nlohmann/json.hpp>

namespace dure::node {

using Json = nlohmann::json;

const Json* body_member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string body_text_of(const Json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace dure::node
