// SPDX-License-Identifier: Apache-2.0
#include "formats/json_ld.h"

#include <map>
#include <nlohmann/json.hpp>

namespace dure::node {
namespace {

using Json = nlohmann::ordered_json;

Json node_json(const RdfNode& node);

Json value_json(const RdfValue& value) {
  switch (value.kind) {
    case RdfValue::Kind::kIri:
      return {{"@id", value.text}};
    case RdfValue::Kind::kText:
      return {{"@value", value.text}, {"@language", value.tag}};
    case RdfValue::Kind::kPlain:
      return value.text;
    case RdfValue::Kind::kTyped:
      return {{"@value", value.text}, {"@type", value.tag}};
    case RdfValue::Kind::kNode:
      break;
  }
  return value.node == nullptr ? Json::object() : node_json(*value.node);
}

Json node_json(const RdfNode& node) {
  Json json = Json::object();
  if (!node.id.empty()) json["@id"] = node.id;
  if (node.types.size() == 1) json["@type"] = node.types.front();
  if (node.types.size() > 1) json["@type"] = node.types;
  for (const auto& [property, value] : node.properties) {
    const auto found = json.find(property);
    if (found == json.end()) {
      json[property] = value_json(value);
      continue;
    }
    if (!found->is_array()) *found = Json::array({*found});
    found->push_back(value_json(value));
  }
  return json;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string JsonLdWriter::open() {
  Json context = Json::object();
  for (const RdfPrefix& prefix : rdf_prefixes()) context[std::string(prefix.name)] = prefix.iri;
  return "{\"@context\":" + dump(context) + ",\"@graph\":[\n";
}

std::string JsonLdWriter::append(const RdfNode& node) {
  std::string text = any_ ? ",\n" : "";
  any_ = true;
  return text += dump(node_json(node));
}

std::string JsonLdWriter::close() { return "\n]}\n"; }

}  // namespace dure::node
