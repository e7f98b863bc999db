// SPDX-License-Identifier: Apache-2.0
// Services as CPSV-AP tells them, and what several types share.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "formats/entry_parts.h"
#include "formats/iri.h"
#include "formats/moments.h"
#include "formats/vocabulary.h"

namespace dure::node {
namespace {

/// A part that CPSV-AP wants to have an identifier and a title.
RdfNode part(const EntryDraft& draft, const char* type, std::string_view kind, std::size_t number) {
  RdfNode node;
  node.types = {type};
  node.add("dct:identifier", rdf_plain(draft.part_id(kind, number)));
  return node;
}

void add_channels(EntryDraft& draft) {
  std::size_t number = 0;
  each_of(draft.member("channels"), [&](const BodyJson& channel) {
    RdfNode node = part(draft, "cv:Channel", "channel", ++number);
    const std::string kind = string_of(member_of(&channel, "kind"));
    if (!kind.empty()) node.add("dct:type", own_concept("channel", kind));
    add_texts(node, "dct:description", member_of(&channel, "note"));
    add_texts(node, "dct:description", member_of(&channel, "place"));
    add_address(node, "schema:serviceUrl", member_of(&channel, "url"));
    const std::string phone = telephone_iri(string_of(member_of(&channel, "phone")));
    if (!phone.empty()) node.add("schema:servicePhone", rdf_iri(phone));
    each_of(member_of(&channel, "accessibility"), [&](const BodyJson& feature) {
      if (!string_of(&feature).empty())
        node.add("schema:accessibilityFeature", rdf_plain(string_of(&feature)));
    });
    draft.node.add("cv:hasChannel", rdf_node(std::move(node)));
  });
}

void add_fee(EntryDraft& draft) {
  const BodyJson* fee = draft.member("fee");
  if (fee == nullptr || !fee->is_object()) return;
  RdfNode node = part(draft, "cv:Cost", "fee", 1);
  add_double(node, "cv:hasValue", member_of(fee, "amount"));
  node.add("cv:currency", currency_concept(string_of(member_of(fee, "currency"))));
  add_texts(node, "dct:description", member_of(fee, "note"));
  draft.node.add("cv:hasCost", rdf_node(std::move(node)));
}

void add_conditions(EntryDraft& draft) {
  const BodyJson* eligibility = draft.member("eligibility");
  std::size_t number = 0;
  for (const char* name : {"text", "criteria"}) {
    RdfNode node = part(draft, "cv:Requirement", "requirement", ++number);
    if (add_texts(node, "dct:title", member_of(eligibility, name)))
      draft.node.add("cv:holdsRequirement", rdf_node(std::move(node)));
  }
  RdfNode output = part(draft, "cv:Output", "output", 1);
  if (add_texts(output, "dct:title", draft.member("benefits")))
    draft.node.add("cpsv:produces", rdf_node(std::move(output)));
  number = 0;
  each_of(draft.member("requiredDocuments"), [&](const BodyJson& text) {
    RdfNode node = part(draft, "cv:EvidenceType", "document", ++number);
    if (add_texts(node, "dct:title", &text))
      draft.node.add("cv:hasInputType", rdf_node(std::move(node)));
  });
}

void add_law(EntryDraft& draft) {
  each_of(draft.member("legalBasis"), [&](const BodyJson& law) {
    RdfNode node;
    node.types = {"eli:LegalResource"};
    if (!add_texts(node, "dct:title", member_of(&law, "title"))) return;
    add_address(node, "foaf:page", member_of(&law, "url"));
    draft.node.add("cv:hasLegalResource", rdf_node(std::move(node)));
  });
}

void add_deadline(EntryDraft& draft) {
  const BodyJson* deadline = draft.member("deadline");
  add_moment(draft.node, "schema:validFrom", member_of(deadline, "from"));
  add_moment(draft.node, "schema:validThrough", member_of(deadline, "to"));
  add_texts(draft.node, "dure:deadlineNote", member_of(deadline, "note"));
  const BodyJson* always = member_of(deadline, "always");
  if (always != nullptr && always->is_boolean())
    draft.node.add("dure:alwaysOpen", rdf_typed(always->dump(), "xsd:boolean"));
  const std::string duration = as_xsd_duration(string_of(draft.member("processingTime")));
  if (!duration.empty()) draft.node.add("cv:processingTime", rdf_typed(duration, "xsd:duration"));
}

}  // namespace

std::string EntryDraft::part_id(std::string_view kind, std::size_t number) const {
  return fmt::format("{}-{}-{}", entry.id, kind, number);
}

void add_reference(EntryDraft& draft, std::string_view property, const BodyJson* reference) {
  const std::string origin = string_of(member_of(reference, "origin"));
  const std::string id = string_of(member_of(reference, "id"));
  if (origin.empty() || id.empty()) return;
  draft.node.add(property, rdf_iri(draft.context.addresses.entry(origin, id)));
}

void add_references(EntryDraft& draft, std::string_view property, const BodyJson* references) {
  each_of(references,
          [&](const BodyJson& reference) { add_reference(draft, property, &reference); });
}

void add_code(EntryDraft& draft, std::string_view property, std::string_view scheme,
              const BodyJson* value) {
  const std::string code = string_of(value);
  if (!code.empty()) draft.node.add(property, own_concept(scheme, code));
}

void add_partners(EntryDraft& draft, const BodyJson* partners) {
  each_of(partners, [&](const BodyJson& partner) {
    RdfNode node;
    node.types = {"org:Organization"};
    if (!add_texts(node, "skos:prefLabel", member_of(&partner, "name"))) return;
    add_texts(node, "dure:role", member_of(&partner, "role"));
    draft.node.add("dct:contributor", rdf_node(std::move(node)));
  });
}

void describe_service(EntryDraft& draft) {
  draft.node.add("cv:hasCompetentAuthority", rdf_iri(member_iri(draft.entry.origin)));
  add_channels(draft);
  add_fee(draft);
  add_conditions(draft);
  add_law(draft);
  add_deadline(draft);
  add_partners(draft, draft.member("partners"));
  add_texts(draft.node, "dure:operator", draft.member("operator"));
  add_references(draft, "prov:wasInfluencedBy", draft.member("follows"));
  add_references(draft, "dct:relation", draft.member("uses"));
}

}  // namespace dure::node
