// SPDX-License-Identifier: Apache-2.0
#include "publishing/schema_findings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace dure::node {
namespace {

using Json = nlohmann::json;

/// "<root>", "[channels]", "[0]" → "/channels/0".
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string_view token = context[i];
    pointer += '/';
    pointer += token.substr(1, token.size() - 2);
  }
  return pointer;
}

/// RFC 6901 spelling of a name that may come from outside.
std::string escape_token(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return printable(out, 80);
}

std::string quoted_name(std::string_view description) {
  const auto open = description.find('\'');
  const auto close = description.rfind('\'');
  return std::string(description.substr(open + 1, close - open - 1));
}

std::string limit(const Json* schema, const char* keyword) {
  if (schema == nullptr || !schema->contains(keyword)) return {};
  const Json& value = schema->at(keyword);
  return value.is_number_float() ? fmt::format("{}", value.get<double>()) : value.dump();
}

std::string allowed_values(const Json* schema) {
  if (schema == nullptr || !schema->contains("enum")) return {};
  std::string list;
  for (const auto& value : schema->at("enum")) {
    if (!list.empty()) list += ", ";
    list += value.get<std::string>();
  }
  return list;
}

bool is_language_text(const Json& schema) {
  return schema.contains("properties") && schema["properties"].size() == 2 &&
         schema["properties"].contains("ko");
}

std::string wrong_type_text(const Json* schema) {
  if (schema == nullptr || !schema->contains("type")) return "schema.fault.wrong-type";
  if (is_language_text(*schema)) return "schema.fault.not-language-text";
  return "schema.fault.not-" + schema->at("type").get<std::string>();
}

/// Findings that only repeat that something inside was wrong.
bool is_summary(std::string_view description) {
  return description.starts_with("Failed to validate");
}

}  // namespace

void FaultCollector::take(const std::vector<std::string>& context, std::string_view description) {
  pointer_ = pointer_of(context);
  place_ = schema_at(schema_, common_, pointer_);
  // The beginnings of valijson 1.0's descriptions; a test meets each of them.
  if (description.starts_with("Missing required property")) {
    add("missing", "/" + quoted_name(description));
  } else if (description.starts_with("Object contains a property")) {
    add_unknown_members();
  } else if (description.find("anyOf constraint") != std::string_view::npos) {
    replace_alternatives();
  } else if (description.starts_with("Failed to match regex")) {
    faults_.push_back({FaultSeverity::kError, pointer_, {}, "schema.pattern." + place_.name, {}});
  } else if (description.starts_with("Value type not permitted")) {
    faults_.push_back({FaultSeverity::kError, pointer_, {}, wrong_type_text(place_.schema), {}});
  } else if (!take_limit(description) && !is_summary(description)) {
    add("other", "", {{"detail", std::string(description)}});
  }
}

void FaultCollector::add(std::string_view kind, const std::string& below, Args args) {
  faults_.push_back({FaultSeverity::kError,
                     pointer_ + below,
                     {},
                     fmt::format("schema.fault.{}", kind),
                     std::move(args)});
}

bool FaultCollector::take_limit(std::string_view description) {
  struct Limit {
    std::string_view beginning, kind;
    const char* keyword;
  };
  static constexpr Limit kLimits[] = {
      {"String should be no more than", "too-long", "maxLength"},
      {"String should be no fewer than", "too-short", "minLength"},
      {"Array should contain no more than", "too-many", "maxItems"},
      {"Array should contain no fewer than", "too-few", "minItems"},
      {"Expected number less than", "too-large", "maximum"},
      {"Expected number greater than", "too-small", "minimum"},
  };
  for (const auto& [beginning, kind, keyword] : kLimits) {
    if (!description.starts_with(beginning)) continue;
    const auto value = limit(place_.schema, keyword);
    add(kind == "too-short" && value == "1" ? "empty" : kind, "", {{"limit", value}});
    return true;
  }
  return take_choice(description);
}

bool FaultCollector::take_choice(std::string_view description) {
  if (description.starts_with("Object should have no fewer than")) {
    const bool language_text = place_.schema != nullptr && is_language_text(*place_.schema);
    add(language_text ? "no-language" : "empty-object", "");
  } else if (description.starts_with("Failed to match against any enum values")) {
    add("not-one-of", "", {{"allowed", allowed_values(place_.schema)}});
  } else if (description.starts_with("Elements at indexes")) {
    add("duplicate", "");
  } else {
    return false;
  }
  return true;
}

void FaultCollector::add_unknown_members() {
  if (place_.schema == nullptr) return;
  const Json& object = pointer_.empty() ? body_ : body_.at(Json::json_pointer(pointer_));
  const Json& known = place_.schema->at("properties");
  for (const auto& [name, value] : object.items()) {
    if (!known.contains(name)) add("unknown", "/" + escape_token(name));
  }
}

void FaultCollector::replace_alternatives() {
  for (const std::string_view name : {"phone", "email", "page"}) {
    const auto alternative = fmt::format("{}/{}", pointer_, name);
    std::erase_if(faults_, [&](const EntryFault& fault) {
      return fault.pointer == alternative && fault.text == "schema.fault.missing";
    });
  }
  add("contact", "");
}

}  // namespace dure::node
