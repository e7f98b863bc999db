// SPDX-License-Identifier: Apache-2.0
#include "formats/rdf.h"

#include "formats/iri.h"

namespace dure::node {

void RdfNode::add(std::string_view property, RdfValue value) {
  properties.emplace_back(property, std::move(value));
}

RdfValue rdf_iri(std::string_view iri) { return {RdfValue::Kind::kIri, clean_iri(iri), {}, {}}; }

RdfValue rdf_text(std::string_view text, std::string_view language) {
  return {RdfValue::Kind::kText, std::string(text), std::string(language), {}};
}

RdfValue rdf_plain(std::string_view text) {
  return {RdfValue::Kind::kPlain, std::string(text), {}, {}};
}

RdfValue rdf_typed(std::string_view text, std::string_view datatype) {
  return {RdfValue::Kind::kTyped, std::string(text), std::string(datatype), {}};
}

RdfValue rdf_node(RdfNode node) {
  return {RdfValue::Kind::kNode, {}, {}, std::make_shared<RdfNode>(std::move(node))};
}

const std::vector<RdfPrefix>& rdf_prefixes() {
  static const std::vector<RdfPrefix> kPrefixes = {{"adms", "http://www.w3.org/ns/adms#"},
                                                   {"cpsv", "http://purl.org/vocab/cpsv#"},
                                                   {"cv", "http://data.europa.eu/m8g/"},
                                                   {"dcat", "http://www.w3.org/ns/dcat#"},
                                                   {"dcatap", "http://data.europa.eu/r5r/"},
                                                   {"dct", "http://purl.org/dc/terms/"},
                                                   {"dure", "urn:dure:term:"},
                                                   {"eli", "http://data.europa.eu/eli/ontology#"},
                                                   {"foaf", "http://xmlns.com/foaf/0.1/"},
                                                   {"gsp", "http://www.opengis.net/ont/geosparql#"},
                                                   {"hydra", "http://www.w3.org/ns/hydra/core#"},
                                                   {"oa", "http://www.w3.org/ns/oa#"},
                                                   {"org", "http://www.w3.org/ns/org#"},
                                                   {"owl", "http://www.w3.org/2002/07/owl#"},
                                                   {"prov", "http://www.w3.org/ns/prov#"},
                                                   {"schema", "http://schema.org/"},
                                                   {"skos", "http://www.w3.org/2004/02/skos/core#"},
                                                   {"vcard", "http://www.w3.org/2006/vcard/ns#"},
                                                   {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
  return kPrefixes;
}

std::string expand_name(std::string_view short_name) {
  const std::size_t colon = short_name.find(':');
  for (const RdfPrefix& prefix : rdf_prefixes()) {
    if (short_name.substr(0, colon) == prefix.name)
      return std::string(prefix.iri).append(short_name.substr(colon + 1));
  }
  return std::string(short_name);
}

}  // namespace dure::node
