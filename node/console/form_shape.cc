// SPDX-License-Identifier: Apache-2.0
#include "console/form_shape.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "publishing/embedded_schemas.h"

namespace dure::node {
namespace {

using Json = nlohmann::ordered_json;  // the schema's order is the form's
using Kind = FormShape::Kind;

constexpr std::string_view kSuffix = ".schema.json";
constexpr std::string_view kDefinitions = "common.schema.json#/definitions/";

/// Makes the shapes of one type. Constructs that no schema of ours has become kKept.
class ShapeReader {
 public:
  explicit ShapeReader(const Json& common) : definitions_(common.at("definitions")) {}

  FormShape read(const Json& schema, const std::string& name, const std::string& parent) const {
    FormShape shape;
    shape.name = name;
    shape.parent = parent;
    const Json& target = resolve(schema, shape.form);
    const std::string type = target.value("type", std::string());
    if (type == "object") {
      read_object(target, shape);
    } else if (type == "array") {
      read_array(target, shape);
    } else {
      read_single(target, type, shape);
    }
    return shape;
  }

 private:
  const Json& resolve(const Json& schema, std::string& form) const {
    const auto reference = schema.find("$ref");
    if (reference == schema.end()) return schema;
    form = reference->get<std::string>().substr(kDefinitions.size());
    return definitions_.at(form);
  }

  void read_object(const Json& schema, FormShape& shape) const {
    const Json& members = schema.at("properties");
    shape.kind = Kind::kGroup;
    if (shape.form == "region") shape.kind = Kind::kRegion;
    if (members.size() == 2 && members.contains("ko") && members.contains("en"))
      shape.kind = Kind::kLanguages;
    const Json required = schema.value("required", Json::array());
    for (const auto& [name, member] : members.items()) {
      shape.parts.push_back(read(member, name, shape.name));
      shape.parts.back().required =
          std::find(required.begin(), required.end(), Json(name)) != required.end();
    }
  }

  void read_array(const Json& schema, FormShape& shape) const {
    shape.may_be_empty = schema.value("minItems", 0) == 0;
    FormShape item = read(schema.at("items"), shape.name, shape.parent);
    if (shape.form == "attachments") {
      shape.kind = Kind::kAttachments;
    } else if (item.kind == Kind::kChoice) {
      shape.kind = Kind::kChoices;
      shape.codes = std::move(item.codes);
      shape.words = std::move(item.words);
    } else if (item.kind == Kind::kText) {
      shape.kind = Kind::kLines;
    } else {
      shape.kind = Kind::kList;
      shape.parts.push_back(std::move(item));
    }
  }

  static void read_single(const Json& schema, const std::string& type, FormShape& shape) {
    if (schema.contains("enum")) return read_choice(schema, shape);
    if (type == "string") {
      shape.kind = kind_of_text(schema, shape.form);
      shape.max_length = schema.value("maxLength", std::size_t{0});
    } else if (type == "boolean") {
      shape.kind = Kind::kYesNo;
    } else if (shape.name == "evidenceLevel") {
      read_levels(schema, shape);
    } else if (type == "number" || type == "integer") {
      shape.kind = Kind::kNumber;
    }
  }

  static Kind kind_of_text(const Json& schema, const std::string& form) {
    const auto pattern = schema.value("pattern", std::string());
    if (form == "duration") return Kind::kDuration;
    if (!pattern.starts_with("^[0-9]{4}-(0[1-9]|1[0-2])")) return Kind::kText;
    return pattern.find("(T") == std::string::npos ? Kind::kDate : Kind::kMoment;
  }

  static void read_choice(const Json& schema, FormShape& shape) {
    shape.kind = Kind::kChoice;
    for (const Json& code : schema.at("enum")) shape.codes.push_back(code.get<std::string>());
    shape.words = shape.name == "code" ? shape.parent : shape.name;
    if (shape.parent == "channels" && shape.name == "kind") shape.words = "channel";
  }

  // A number whose values have words.
  static void read_levels(const Json& schema, FormShape& shape) {
    shape.kind = Kind::kChoice;
    shape.whole = true;
    shape.words = shape.name;
    for (int level = schema.at("minimum"); level <= schema.at("maximum"); ++level)
      shape.codes.push_back(std::to_string(level));
  }

  const Json& definitions_;
};

using Shapes = std::map<std::string, FormShape, std::less<>>;

Shapes read_shapes() {
  std::map<std::string, Json, std::less<>> schemas;
  for (const EmbeddedFile& file : embedded_schemas()) {
    schemas.emplace(file.name.substr(0, file.name.size() - kSuffix.size()),
                    Json::parse(file.contents));
  }
  const ShapeReader reader(schemas.at("common"));
  Shapes shapes;
  for (const auto& [type, schema] : schemas) {
    if (type != "common") shapes.emplace(type, reader.read(schema, {}, {}));
  }
  return shapes;
}

}  // namespace

const FormShape* form_shape(std::string_view type) {
  static const Shapes kShapes = read_shapes();
  const auto found = kShapes.find(type);
  return found == kShapes.end() ? nullptr : &found->second;
}

}  // namespace dure::node
