// SPDX-License-Identifier: Apache-2.0
// The only includer of valijson. It decides whether a body obeys its schema; what it finds is
// turned into our own texts, with the limits and lists taken from the schema itself.
#include "publishing/entry_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "publishing/embedded_schemas.h"
#include "publishing/entry_rules.h"
#include "publishing/schema_path.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;
using Faults = std::vector<EntryFault>;

constexpr std::size_t kMaxFaults = 100;

/// Dates are checked by our own rules: valijson's `format` matches unbounded digits with a
/// recursive regex and throws on members that are not texts.
void drop_formats(Json& schema) {
  if (schema.is_object() && schema.contains("format") && schema["format"].is_string())
    schema.erase("format");
  if (!schema.is_structured()) return;
  for (auto& child : schema) drop_formats(child);
}

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

/// Turns valijson's findings into faults.
class FaultCollector {
 public:
  FaultCollector(const Json& schema, const Json& common, const Json& body, Faults& faults)
      : schema_(schema), common_(common), body_(body), faults_(faults) {}

  void take(const valijson::ValidationResults::Error& error) {
    pointer_ = pointer_of(error.context);
    place_ = schema_at(schema_, common_, pointer_);
    const std::string_view description = error.description;
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
      add("other", "", {{"detail", error.description}});
    }
  }

 private:
  using Args = std::vector<std::pair<std::string, std::string>>;

  void add(std::string_view kind, const std::string& below, Args args = {}) {
    faults_.push_back({FaultSeverity::kError,
                       pointer_ + below,
                       {},
                       fmt::format("schema.fault.{}", kind),
                       std::move(args)});
  }

  bool take_limit(std::string_view description) {
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

  bool take_choice(std::string_view description) {
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

  /// Findings that only repeat that something inside was wrong.
  static bool is_summary(std::string_view description) {
    return description.starts_with("Failed to validate");
  }

  void add_unknown_members() {
    if (place_.schema == nullptr) return;
    const Json& object = pointer_.empty() ? body_ : body_.at(Json::json_pointer(pointer_));
    const Json& known = place_.schema->at("properties");
    for (const auto& [name, value] : object.items()) {
      if (!known.contains(name)) add("unknown", "/" + escape_token(name));
    }
  }

  /// The one anyOf: a contact needs a telephone, an address or a page. One fault instead of three.
  void replace_alternatives() {
    for (const std::string_view name : {"phone", "email", "page"}) {
      const auto alternative = fmt::format("{}/{}", pointer_, name);
      std::erase_if(faults_, [&](const EntryFault& fault) {
        return fault.pointer == alternative && fault.text == "schema.fault.missing";
      });
    }
    add("contact", "");
  }

  const Json& schema_;
  const Json& common_;
  const Json& body_;
  Faults& faults_;
  std::string pointer_;
  SchemaPlace place_;
};

/// Text key of the innermost named member of `pointer`.
std::string label_of(std::string_view pointer) {
  while (!pointer.empty()) {
    const auto slash = pointer.rfind('/');
    const auto token = pointer.substr(slash + 1);
    const bool index =
        !token.empty() && token.find_first_not_of("0123456789") == std::string_view::npos;
    if (!index && token != "ko" && token != "en") return fmt::format("schema.field.{}", token);
    pointer = pointer.substr(0, slash);
  }
  return {};
}

void finish(Faults& faults) {
  const auto key = [](const EntryFault& fault) { return std::tie(fault.pointer, fault.text); };
  std::stable_sort(faults.begin(), faults.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = [&](const auto& a, const auto& b) { return key(a) == key(b); };
  faults.erase(std::unique(faults.begin(), faults.end(), same), faults.end());
  if (faults.size() > kMaxFaults) faults.resize(kMaxFaults);
  for (auto& fault : faults) fault.label = label_of(fault.pointer);
}

struct TypeSchema {
  Json document;
  valijson::Schema parsed;
};

/// valijson's validators keep compiled patterns and must not be shared between threads; each call
/// borrows one.
class ValidatorPool {
 public:
  std::unique_ptr<valijson::Validator> borrow() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<valijson::Validator>();
    auto validator = std::move(idle_.back());
    idle_.pop_back();
    return validator;
  }
  void give_back(std::unique_ptr<valijson::Validator> validator) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(validator));
  }

 private:
  std::mutex mutex_;  // guards idle_
  std::vector<std::unique_ptr<valijson::Validator>> idle_;
};

}  // namespace

struct EntryValidator::Schemas {
  Json common;
  std::map<std::string, TypeSchema, std::less<>> by_type;
  RegionKnown region_known;
  ValidatorPool validators;
};

EntryValidator::EntryValidator(std::unique_ptr<Schemas> schemas) : schemas_(std::move(schemas)) {}
EntryValidator::~EntryValidator() = default;

Result<std::unique_ptr<EntryValidator>> EntryValidator::create(RegionKnown region_known) try {
  constexpr std::string_view kSuffix = ".schema.json";
  auto schemas = std::make_unique<Schemas>();
  schemas->region_known = std::move(region_known);
  for (const EmbeddedFile& file : embedded_schemas()) {
    auto document = Json::parse(file.contents);
    drop_formats(document);
    const auto type = file.name.substr(0, file.name.size() - kSuffix.size());
    if (type == "common") {
      schemas->common = std::move(document);
    } else {
      schemas->by_type[std::string(type)].document = std::move(document);
    }
  }
  const auto fetch = [&](const std::string& uri) -> const Json* {
    return uri == "common.schema.json" ? &schemas->common : nullptr;
  };
  for (auto& [type, schema] : schemas->by_type) {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(Adapter(schema.document), schema.parsed, fetch, [](const Json*) {});
  }
  return std::unique_ptr<EntryValidator>(new EntryValidator(std::move(schemas)));
} catch (const std::exception& exception) {
  return Error{ErrorCode::kInternal, printable(exception.what())};
}

bool EntryValidator::knows(std::string_view type) const { return schemas_->by_type.contains(type); }

std::vector<EntryFault> EntryValidator::check(std::string_view type, std::string_view body) const
    try {
  Faults faults;
  const auto found = schemas_->by_type.find(type);
  if (found == schemas_->by_type.end()) {
    return {
        {FaultSeverity::kError, {}, {}, "schema.entry.type-unknown", {{"value", printable(type)}}}};
  }
  const auto json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    return {{FaultSeverity::kError, {}, {}, "schema.entry.not-object", {{"line", "1"}}}};

  const TypeSchema& schema = found->second;
  auto validator = schemas_->validators.borrow();
  if (!validator->validate(schema.parsed, Adapter(json), nullptr)) {
    // Only now the slow way that goes on after the first finding.
    valijson::ValidationResults results;
    validator->validate(schema.parsed, Adapter(json), &results);
    FaultCollector collector(schema.document, schemas_->common, json, faults);
    for (const auto& error : results) collector.take(error);
    if (faults.empty())
      faults.push_back({FaultSeverity::kError, {}, {}, "schema.fault.wrong-type", {}});
  }
  schemas_->validators.give_back(std::move(validator));
  check_entry_rules(type, json, schemas_->region_known, faults);
  finish(faults);
  return faults;
} catch (const std::exception& exception) {
  return {{FaultSeverity::kError,
           {},
           {},
           "schema.fault.other",
           {{"detail", printable(exception.what())}}}};
}

}  // namespace dure::node
