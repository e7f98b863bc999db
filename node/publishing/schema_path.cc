// SPDX-License-Identifier: Apache-2.0
#include "publishing/schema_path.h"

#include <nlohmann/json.hpp>

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kDefinitions = "common.schema.json#/definitions/";

SchemaPlace resolve(const Json& schema, const Json& common, std::string name) {
  const auto reference = schema.find("$ref");
  if (reference == schema.end()) return {&schema, std::move(name)};
  const auto& target = reference->get_ref<const std::string&>();
  if (!target.starts_with(kDefinitions)) return {};
  const auto definition = target.substr(kDefinitions.size());
  const auto found = common.at("definitions").find(definition);
  return found == common.at("definitions").end() ? SchemaPlace{} : SchemaPlace{&*found, definition};
}

const Json* child_of(const Json& schema, std::string_view token) {
  if (const auto items = schema.find("items"); items != schema.end()) return &*items;
  const auto properties = schema.find("properties");
  if (properties == schema.end()) return nullptr;
  const auto found = properties->find(token);
  return found == properties->end() ? nullptr : &*found;
}

}  // namespace

SchemaPlace schema_at(const Json& root, const Json& common, std::string_view pointer) {
  SchemaPlace place{&root, {}};
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    const Json* child = child_of(*place.schema, token);
    if (child == nullptr) return {};
    place = resolve(*child, common, std::string(token));
    if (place.schema == nullptr) return {};
  }
  return place;
}

}  // namespace dure::node
