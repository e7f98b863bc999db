// SPDX-License-Identifier: Apache-2.0
// The only includer of valijson. It decides whether a body obeys its schema; what it finds is
// turned into our own texts, with the limits and lists taken from the schema itself.
#include "publishing/entry_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "dure/entry_types.h"
#include "publishing/embedded_schemas.h"
#include "publishing/entry_rules.h"
#include "publishing/schema_findings.h"
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

std::optional<MemberShape> shape_of(const Json& schema) {
  using Kind = MemberShape::Kind;
  static const std::map<std::string, Kind, std::less<>> kKinds = {
      {"string", Kind::kText},   {"number", Kind::kNumber}, {"integer", Kind::kInteger},
      {"boolean", Kind::kYesNo}, {"array", Kind::kList},    {"object", Kind::kObject}};
  const auto kind = kKinds.find(schema.value("type", std::string()));
  if (kind == kKinds.end()) return std::nullopt;
  MemberShape shape{kind->second, schema.value("maxLength", std::size_t{0})};
  const auto pattern = schema.value("pattern", std::string());
  if (pattern.starts_with("^[0-9]{4}-(0[1-9]|1[0-2])"))
    shape.kind = pattern.find("(T") == std::string::npos ? Kind::kDate : Kind::kMoment;
  return shape;
}

/// A type's schema, compiled when an entry of the type is checked first: a command starts sooner.
class TypeSchema {
 public:
  explicit TypeSchema(Json document) : document_(std::move(document)) {}
  const Json& document() const { return document_; }

  /// Throws if the schema is none. Threads: any.
  const valijson::Schema& compiled(const Json& common) {
    std::call_once(once_, [&] {
      const auto fetch = [&](const std::string& uri) -> const Json* {
        return uri == "common.schema.json" ? &common : nullptr;
      };
      valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
      parser.populateSchema(Adapter(document_), compiled_, fetch, [](const Json*) {});
    });
    return compiled_;
  }

 private:
  Json document_;
  std::once_flag once_;  // guards compiled_
  valijson::Schema compiled_;
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
  std::map<std::string, std::unique_ptr<TypeSchema>, std::less<>> by_type;
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
      schemas->by_type.emplace(type, std::make_unique<TypeSchema>(std::move(document)));
    }
  }
  return std::unique_ptr<EntryValidator>(new EntryValidator(std::move(schemas)));
} catch (const std::exception& exception) {
  return Error{ErrorCode::kInternal, printable(exception.what())};
}

std::optional<MemberShape> EntryValidator::shape_at(std::string_view type,
                                                    std::string_view pointer) const {
  const auto found = schemas_->by_type.find(type);
  if (found == schemas_->by_type.end()) return std::nullopt;
  const auto place = schema_at(found->second->document(), schemas_->common, pointer);
  return place.schema == nullptr ? std::nullopt : shape_of(*place.schema);
}

bool EntryValidator::knows(std::string_view type) const { return schemas_->by_type.contains(type); }

std::vector<EntryFault> EntryValidator::check(std::string_view type, std::string_view body) const
    try {
  Faults faults;
  const auto found = schemas_->by_type.find(type);
  if (found == schemas_->by_type.end()) {
    return {{FaultSeverity::kError,
             {},
             {},
             "schema.entry.type-unknown",
             {{"value", printable(type)}, {"types", listed_types()}}}};
  }
  const auto json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    return {{FaultSeverity::kError, {}, {}, "schema.entry.not-object", {{"line", "1"}}}};

  const Json& document = found->second->document();
  const valijson::Schema& schema = found->second->compiled(schemas_->common);
  auto validator = schemas_->validators.borrow();
  if (!validator->validate(schema, Adapter(json), nullptr)) {
    // Only now the slow way that goes on after the first finding.
    valijson::ValidationResults results;
    validator->validate(schema, Adapter(json), &results);
    FaultCollector collector(document, schemas_->common, json, faults);
    for (const auto& error : results) collector.take(error.context, error.description);
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
