// SPDX-License-Identifier: Apache-2.0
// Specs, organisations and notices: what entries of other types refer to, and what is said of
// them.
#include <nlohmann/json.hpp>

#include "formats/entry_parts.h"
#include "formats/iri.h"
#include "formats/vocabulary.h"

namespace dure::node {

void describe_spec(EntryDraft& draft) {
  add_texts(draft.node, "dure:category", draft.member("category"));
  add_texts(draft.node, "dure:requirements", draft.member("requirements"));
  add_texts(draft.node, "dure:conformance", draft.member("conformance"));
  const std::string version = string_of(draft.member("version"));
  if (!version.empty()) draft.node.add("owl:versionInfo", rdf_plain(version));
  add_references(draft, "dct:relation", draft.member("practices"));
  add_reference(draft, "dct:replaces", draft.member("replaces"));
  add_documents(draft);
  add_money(draft);
  add_partners(draft, draft.member("partners"));
}

void describe_organisation(EntryDraft& draft) {
  RdfNode& node = draft.node;
  const BodyJson* title = draft.member("title");
  if (!add_texts(node, "foaf:name", title)) node.add("foaf:name", rdf_text(draft.entry.id, "ko"));
  add_texts(node, "skos:prefLabel", title);
  const std::string kind = string_of(draft.member("kind"));
  node.add("dct:type", own_concept("kind", kind.empty() ? "other" : kind));
  const std::string homepage = string_of(draft.member("homepage"));
  if (is_web_address(homepage)) node.add("foaf:homepage", document(homepage));
  add_texts(node, "dure:offers", draft.member("offers"));
  add_references(draft, "dure:experience", draft.member("experience"));
  add_integer(node, "dure:population", draft.member("population"));
}

void describe_notice(EntryDraft& draft) {
  add_reference(draft, "oa:hasTarget", draft.member("about"));
  add_code(draft, "oa:motivatedBy", "kind", draft.member("kind"));
  add_reference(draft, "dct:isReplacedBy", draft.member("duplicateOf"));
  add_moment(draft.node, "dure:checkedAt", draft.member("checkedAt"));
  each_of(draft.member("findings"), [&](const BodyJson& finding) {
    RdfNode node;
    node.types = {"dure:Finding"};
    if (!add_address(node, "schema:url", member_of(&finding, "url"))) return;
    add_integer(node, "dure:httpStatus", member_of(&finding, "status"));
    add_texts(node, "dct:description", member_of(&finding, "note"));
    draft.node.add("oa:hasBody", rdf_node(std::move(node)));
  });
  const BodyJson* resolved = draft.member("resolved");
  if (resolved != nullptr && resolved->is_boolean())
    draft.node.add("dure:resolved", rdf_typed(resolved->dump(), "xsd:boolean"));
}

}  // namespace dure::node
