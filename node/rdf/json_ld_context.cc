// SPDX-License-Identifier: Apache-2.0
#include "rdf/json_ld_context.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "rdf/rdf_reader.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr int kMostSteps = 8;  // from a term over prefixes to its IRI; a circle ends here
constexpr std::size_t kMostTerms = 2000;

Error remote_context(std::string_view address) {
  return {ErrorCode::kUnsupported,
          "a remote context is not fetched",
          "schema.rdf.remote-context",
          {{"url", printable(address)}}};
}

bool is_container(std::string_view name) {
  return name == "@list" || name == "@set" || name == "@language" || name == "@index";
}

Error malformed() { return {ErrorCode::kMalformed, "@context", "schema.rdf.context", {}}; }

/// Where a text of one expanded definition goes; null for what is none of these.
std::string* place_of(std::string_view key, JsonLdTerm& term) {
  if (key == "@id") return &term.id;
  if (key == "@type") return &term.type;
  if (key == "@container") return &term.container;
  return nullptr;
}

/// The parts of one expanded definition.
Status read_definition(const Json& definition, JsonLdTerm& term) {
  constexpr std::array<std::string_view, 4> kSilent = {"@protected", "@prefix", "@index",
                                                       "@direction"};
  for (const auto& [key, value] : definition.items()) {
    // A container may be written as a list of one.
    const Json& one = value.is_array() && value.size() == 1 ? value.front() : value;
    const auto said = one.is_string() ? one.get<std::string>() : std::string();
    if (key == "@container" && !is_container(said)) return json_ld_not_read("@container " + said);
    if (std::string* place = place_of(key, term)) {
      *place = said;
    } else if (key == "@language") {
      term.language = said;
    } else if (std::find(kSilent.begin(), kSilent.end(), key) == kSilent.end()) {
      return json_ld_not_read(key);
    }
  }
  return ok();
}

}  // namespace

Error json_ld_not_read(std::string_view name) {
  return {ErrorCode::kUnsupported,
          "JSON-LD " + std::string(name),
          "schema.rdf.json-ld-feature",
          {{"name", printable(name)}}};
}

Status JsonLdContext::apply(const Json& context) {
  if (context.is_null()) {
    terms_.clear();
    vocabulary_.clear();
    language_.clear();
    return ok();
  }
  if (context.is_array()) {
    for (const auto& each : context) {
      if (each.is_array()) return malformed();
      if (auto applied = apply(each); !applied) return applied;
    }
    return ok();
  }
  if (context.is_string()) return remote_context(context.get_ref<const std::string&>());
  if (!context.is_object()) return malformed();
  for (const auto& [name, definition] : context.items()) {
    if (auto defined = define(name, definition); !defined) return defined;
  }
  return ok();
}

Status JsonLdContext::define_setting(const std::string& name, const Json& definition) {
  if (name == "@version" || name == "@protected" || name == "@direction") return ok();
  if (name != "@base" && name != "@vocab" && name != "@language") return json_ld_not_read(name);
  if (!definition.is_string() && !definition.is_null()) return malformed();
  const auto text = definition.is_string() ? definition.get<std::string>() : std::string();
  if (name == "@base" && !text.empty()) base_ = resolve_iri(base_, text);
  if (name == "@vocab") vocabulary_ = text;
  if (name == "@language") language_ = text;
  return ok();
}

Status JsonLdContext::define(const std::string& name, const Json& definition) {
  if (name.starts_with('@')) return define_setting(name, definition);
  if (terms_.size() >= kMostTerms) return malformed();
  JsonLdTerm term;
  if (definition.is_object()) {
    if (auto read = read_definition(definition, term); !read) return read;
    if (!definition.contains("@id"))
      term.id = name.find(':') != std::string::npos ? name : plain_iri(name);
  } else if (definition.is_string()) {
    term.id = definition.get<std::string>();
  } else if (!definition.is_null()) {
    return malformed();
  }
  terms_.insert_or_assign(name, std::move(term));
  return ok();
}

std::string JsonLdContext::plain_iri(std::string_view name) const {
  return vocabulary_.empty() ? std::string() : vocabulary_ + std::string(name);
}

const JsonLdTerm* JsonLdContext::find(std::string_view name) const {
  const auto found = terms_.find(name);
  return found == terms_.end() ? nullptr : &found->second;
}

std::string JsonLdContext::keyword_of(std::string_view name) const {
  const auto* term = find(name);
  return term != nullptr && term->id.starts_with('@') ? term->id : std::string(name);
}

std::string JsonLdContext::expand(std::string_view name, int depth) const {
  if (depth > kMostSteps || name.empty() || name.starts_with('@')) return {};
  const auto* term = find(name);
  if (term != nullptr && term->id != name) return expand(term->id, depth + 1);
  const auto colon = name.find(':');
  if (colon != std::string_view::npos) {
    const auto prefix = name.substr(0, colon);
    const auto rest = name.substr(colon + 1);
    if (prefix == "_" || rest.starts_with("//")) return std::string(name);
    if (find(prefix) != nullptr) {
      auto iri = expand(prefix, depth + 1);
      return iri.empty() ? iri : iri.append(rest);
    }
    return std::string(name);
  }
  return plain_iri(name);
}

std::string JsonLdContext::property_iri(std::string_view name) const {
  const auto iri = expand(name, 0);
  return is_absolute_iri(iri) || iri.starts_with("_:") ? iri : std::string();
}

std::string JsonLdContext::reference_iri(std::string_view text) const {
  if (text.starts_with("_:")) return std::string(text);
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && find(text.substr(0, colon)) != nullptr) {
    if (auto iri = expand(text, 0); !iri.empty()) return iri;
  }
  return resolve_iri(base_, text);
}

}  // namespace dure::node
