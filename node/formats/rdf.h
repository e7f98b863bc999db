// SPDX-License-Identifier: Apache-2.0
// Statements about things, as they are made before a writer (json_ld.h, turtle.h) puts them into
// bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dure::node {

struct RdfNode;

struct RdfValue {
  enum class Kind {
    kIri,    // `text` is one
    kText,   // words in the language `tag`
    kPlain,  // a code or a number for people: no language
    kTyped,  // of the datatype `tag` ("xsd:date")
    kNode,   // `node` is there
  };
  Kind kind = Kind::kPlain;
  std::string text, tag;
  std::shared_ptr<RdfNode> node;
};

/// One thing and what is said of it. Names of types and properties are short ("dct:title", with a
/// prefix of rdf_prefixes()).
struct RdfNode {
  std::string id;  // an IRI (clean_iri), or empty: a thing without a name
  std::vector<std::string> types;
  std::vector<std::pair<std::string, RdfValue>> properties;

  void add(std::string_view property, RdfValue value);
};

RdfValue rdf_iri(std::string_view iri);  // cleaned
RdfValue rdf_text(std::string_view text, std::string_view language);
RdfValue rdf_plain(std::string_view text);
RdfValue rdf_typed(std::string_view text, std::string_view datatype);
RdfValue rdf_node(RdfNode node);

struct RdfPrefix {
  std::string_view name, iri;
};
const std::vector<RdfPrefix>& rdf_prefixes();
/// The IRI of a short name ("dct:title"); one without a known prefix is returned as it is.
std::string expand_name(std::string_view short_name);

}  // namespace dure::node
