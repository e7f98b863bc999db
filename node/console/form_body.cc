// SPDX-License-Identifier: Apache-2.0
// From fields back to a body.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "console/entry_form.h"
#include "console/form_fields.h"
#include "console/form_pointer.h"
#include "console/form_shape.h"
#include "console/form_values.h"
#include "publishing/entry_document.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Kind = FormShape::Kind;

constexpr std::size_t kMaxIndexDigits = 3;

bool is_index(std::string_view token) {
  return !token.empty() && token.size() <= kMaxIndexDigits &&
         token.find_first_not_of("0123456789") == std::string_view::npos &&
         (token.size() == 1 || token.front() != '0');
}

bool has_content(const FieldNode& node) { return !node.children.empty() || !node.values.empty(); }

const Json* below(const Json* value, const std::string& token) {
  if (value == nullptr) return nullptr;
  if (value->is_object()) {
    const auto found = value->find(token);
    return found == value->end() ? nullptr : &*found;
  }
  if (!value->is_array() || !is_index(token)) return nullptr;
  const std::size_t index = std::stoul(token);
  return index < value->size() ? &(*value)[index] : nullptr;
}

const FormShape* member_named(const FormShape& shape, const std::string& name) {
  const auto found = std::find_if(shape.parts.begin(), shape.parts.end(),
                                  [&](const FormShape& one) { return one.name == name; });
  return found == shape.parts.end() ? nullptr : &*found;
}

/// Reads the fields of one form along the shape of its type; the first fault stops it. Null stands
/// for nothing; what was kept as null is gone too, because no schema has a place for it.
class BodyReader {
 public:
  enum class Blanks { kDrop, kKeep };
  BodyReader(const SentFields& sent, Blanks blanks) : sent_(sent), blanks_(blanks) {}

  Result<Json> read(const FormShape& shape, const Json& previous) {
    Json body = read_members(shape, sent_.root, {}, &previous);
    if ((sent_.add || sent_.remove) && !changed_) refuse(sent_.add ? *sent_.add : *sent_.remove);
    if (error_) return *error_;
    return body.is_null() ? Json::object() : body;
  }
  const std::string& focus() const { return focus_; }

 private:
  Json refuse(std::string_view pointer) {
    if (!error_) error_ = foreign_field(pointer);
    return nullptr;
  }

  Json read_place(const FormShape& shape, const FieldNode& node, const std::string& pointer,
                  const Json* previous) {
    if (error_) return nullptr;
    if (shape.kind == Kind::kAttachments) return refuse(pointer);  // only the previous body has any
    if (node.kept && !has_content(node) && sent_.add != pointer) return read_kept(node, pointer);
    switch (shape.kind) {
      case Kind::kGroup:
      case Kind::kLanguages:
        return read_members(shape, node, pointer, previous);
      case Kind::kRegion:
        return read_region(shape, node, pointer, previous);
      case Kind::kList:
        return read_items(shape, node, pointer, previous);
      case Kind::kKept:
        return refuse(pointer);
      default:
        return read_single(shape, node, pointer, previous);
    }
  }

  Json read_kept(const FieldNode& node, const std::string& pointer) {
    auto value = read_json(*node.kept);
    return value ? *std::move(value) : refuse(pointer);
  }

  Json read_members(const FormShape& shape, const FieldNode& node, const std::string& pointer,
                    const Json* previous) {
    if (!node.values.empty()) return refuse(pointer);
    Json object = Json::object();
    for (const auto& [name, child] : node.children) {
      const std::string at = child_pointer(pointer, name);
      if (is_removed(at)) continue;
      const FormShape* member = member_named(shape, name);
      Json value;
      if (member != nullptr) {
        value = read_place(*member, child, at, below(previous, name));
      } else {
        value = child.kept && !has_content(child) ? read_kept(child, at) : refuse(at);
      }
      if (!value.is_null()) object[name] = std::move(value);
    }
    return object.empty() ? Json() : object;
  }

  Json read_region(const FormShape& shape, const FieldNode& node, const std::string& pointer,
                   const Json* previous) {
    Json region = read_members(shape, node, pointer, previous);
    static const Json kOnlyScheme = {{"scheme", "bjd"}};
    if (region.is_object() && (region.contains("code") || region.contains("asOf")))
      region.emplace("scheme", "bjd");
    return region == kOnlyScheme ? Json() : region;
  }

  Json read_items(const FormShape& shape, const FieldNode& node, const std::string& pointer,
                  const Json* previous) {
    if (!node.values.empty()) return refuse(pointer);
    Json items = Json::array();
    for (const std::string& index : indexes_of(node, pointer)) {
      const std::string at = child_pointer(pointer, index);
      if (is_removed(at)) {
        focus_ = pointer;
        continue;
      }
      Json item = read_place(shape.parts.front(), node.children.find(index)->second, at,
                             below(previous, index));
      if (item.is_null() && blanks_ == Blanks::kKeep) item = Json::object();
      if (!item.is_null()) items.push_back(std::move(item));
    }
    if (sent_.add == pointer) {
      changed_ = true;
      focus_ = child_pointer(pointer, std::to_string(items.size()));
      items.push_back(Json::object());
    }
    if (!items.empty()) return items;
    return node.kept ? read_kept(node, pointer) : Json();
  }

  // In the order of the numbers; gaps do not matter.
  std::vector<std::string> indexes_of(const FieldNode& node, const std::string& pointer) {
    std::vector<std::string> indexes;
    for (const auto& [index, child] : node.children) {
      if (is_index(index)) {
        indexes.push_back(index);
      } else {
        refuse(child_pointer(pointer, index));
      }
    }
    std::sort(indexes.begin(), indexes.end(), [](const std::string& a, const std::string& b) {
      return a.size() == b.size() ? a < b : a.size() < b.size();
    });
    return indexes;
  }

  Json read_single(const FormShape& shape, const FieldNode& node, const std::string& pointer,
                   const Json* previous) {
    if (!node.children.empty()) return refuse(pointer);
    Json read;
    if (shape.kind == Kind::kChoices) {
      read = in_previous_order(node.values, previous);
    } else if (node.values.size() > 1) {
      return refuse(pointer);
    } else if (!node.values.empty()) {
      read = shape.kind == Kind::kLines ? lines_of(node.values.front())
                                        : typed_value(shape, node.values.front());
    }
    return read.is_null() && node.kept ? read_kept(node, pointer) : read;
  }

  static Json lines_of(const std::string& text) {
    auto lines = lines_in(text);
    return lines.empty() ? Json() : Json(std::move(lines));
  }

  // A browser sends what is ticked in the order of the boxes.
  static Json in_previous_order(std::vector<std::string> ticked, const Json* previous) {
    Json ordered = Json::array();
    for (const Json& code : previous != nullptr && previous->is_array() ? *previous : Json()) {
      const auto found = std::find(ticked.begin(), ticked.end(), code);
      if (found == ticked.end()) continue;
      ordered.push_back(*found);
      ticked.erase(found);
    }
    for (std::string& code : ticked) {
      if (!is_blank(code)) ordered.push_back(std::move(code));
    }
    return ordered.empty() ? Json() : ordered;
  }

  bool is_removed(const std::string& pointer) {
    if (sent_.remove != pointer) return false;
    changed_ = true;
    focus_ = pointer;
    return true;
  }

  const SentFields& sent_;
  Blanks blanks_;
  std::optional<Error> error_;
  bool changed_ = false;
  std::string focus_;
};

struct Read {
  Json body;
  std::string focus;
};

Result<Read> read_form(std::string_view type, const FormFields& fields,
                       std::string_view previous_body, BodyReader::Blanks blanks) {
  const FormShape* shape = form_shape(type);
  if (shape == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "no entry type: " + printable(type),
                 "form.error.type",
                 {{"type", printable(type)}}};
  }
  auto sent = sort_fields(fields);
  if (!sent) return std::move(sent).error();
  if (blanks == BodyReader::Blanks::kDrop) {
    sent->add.reset();
    sent->remove.reset();
  }
  const Json previous = read_json(previous_body).value_or(Json::object());
  BodyReader reader(*sent, blanks);
  auto body = reader.read(*shape, previous);
  if (!body) return std::move(body).error();
  for (const FormShape& member : shape->parts) {
    const Json* files = below(previous.is_object() ? &previous : nullptr, member.name);
    if (member.kind == Kind::kAttachments && files != nullptr) (*body)[member.name] = *files;
  }
  return Read{*std::move(body), reader.focus()};
}

}  // namespace

bool asks_for_change(const FormFields& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const auto& field) {
    return field.first == "add" || field.first == "remove";
  });
}

Result<std::string> body_from_form(std::string_view type, const FormFields& fields,
                                   std::string_view previous_body) {
  auto read = read_form(type, fields, previous_body, BodyReader::Blanks::kDrop);
  if (!read) return std::move(read).error();
  std::string body = read->body.dump();
  if (body.size() > kMaxBodyBytes) {
    return Error{ErrorCode::kTooLarge,
                 "the body is too long",
                 "form.error.too-long",
                 {{"max", std::to_string(kMaxBodyBytes / 1024)}}};
  }
  return body;
}

Result<ChangedForm> change_form(std::string_view type, const FormFields& fields,
                                std::string_view previous_body) {
  auto read = read_form(type, fields, previous_body, BodyReader::Blanks::kKeep);
  if (!read) return std::move(read).error();
  return ChangedForm{read->body.dump(), read->focus};
}

}  // namespace dure::node
