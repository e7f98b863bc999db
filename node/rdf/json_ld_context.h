// SPDX-License-Identifier: Apache-2.0
// What the names in a JSON-LD document mean: contexts that stand in the document itself.
// NOTSPEC: JSON-LD 1.1 contexts at an address, @import, @propagate, @nest and contexts of a term
// are refused; a catalogue that uses them has to be saved with its context inside.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

/// A part of JSON-LD that is not read.
Error json_ld_not_read(std::string_view name);

struct JsonLdTerm {
  std::string id;  // as written: an IRI, a compact IRI, a keyword; empty: the term says nothing
  std::string type;
  std::string container;  // "", "@list", "@set", "@language" or "@index"
  std::optional<std::string> language;
};

class JsonLdContext {
 public:
  explicit JsonLdContext(std::string_view base) : base_(base) {}

  /// Adds the definitions of one @context. Errors: kUnsupported, kMalformed.
  Status apply(const nlohmann::json& context);

  /// "@id" for "@id" and for a name that stands for it; the name itself otherwise.
  std::string keyword_of(std::string_view name) const;
  const JsonLdTerm* find(std::string_view name) const;
  /// The IRI of a property or class; empty if it means nothing.
  std::string property_iri(std::string_view name) const;
  /// The IRI of a reference, against the base.
  std::string reference_iri(std::string_view text) const;
  const std::string& language() const { return language_; }

 private:
  Status define(const std::string& name, const nlohmann::json& definition);
  Status define_setting(const std::string& name, const nlohmann::json& definition);
  std::string expand(std::string_view name, int depth) const;
  std::string plain_iri(std::string_view name) const;

  std::map<std::string, JsonLdTerm, std::less<>> terms_;
  std::string base_, vocabulary_, language_;
};

}  // namespace dure::node
