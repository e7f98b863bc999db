// SPDX-License-Identifier: Apache-2.0
// Practices and adoptions: what was done, what it cost, what came of it. No public vocabulary has
// words for these, so most are ours.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "formats/entry_parts.h"
#include "formats/iri.h"
#include "formats/moments.h"
#include "formats/vocabulary.h"

namespace dure::node {
namespace {

void add_period_text(RdfNode& node, const BodyJson* period) {
  const std::string start = string_of(member_of(period, "start"));
  const std::string end = string_of(member_of(period, "end"));
  if (is_date(start)) node.add("dure:start", rdf_typed(start, "xsd:date"));
  if (is_date(end)) node.add("dure:end", rdf_typed(end, "xsd:date"));
}

void describe_both(EntryDraft& draft) {
  add_references(draft, "dct:relation", draft.member("services"));
  add_period_text(draft.node, draft.member("period"));
  add_partners(draft, draft.member("partners"));
  add_money(draft);
  add_staff(draft);
  add_outcomes(draft);
  add_sites(draft);
  add_integer(draft.node, "dure:evidenceLevel", draft.member("evidenceLevel"));
  add_texts(draft.node, "dure:difficulties", draft.member("difficulties"));
}

}  // namespace

void add_outcomes(EntryDraft& draft) {
  each_of(draft.member("outcomes"), [&](const BodyJson& outcome) {
    RdfNode node;
    node.types = {"dure:Outcome"};
    if (!add_texts(node, "dure:indicator", member_of(&outcome, "indicator"))) return;
    add_decimal(node, "dure:baseline", member_of(&outcome, "baseline"));
    add_decimal(node, "dure:value", member_of(&outcome, "value"));
    node.add("dure:unit", rdf_plain(string_of(member_of(&outcome, "unit"))));
    add_period_text(node, member_of(&outcome, "period"));
    add_texts(node, "dure:method", member_of(&outcome, "method"));
    add_texts(node, "dct:source", member_of(&outcome, "source"));
    draft.node.add("dure:outcome", rdf_node(std::move(node)));
  });
}

void add_money(EntryDraft& draft) {
  const BodyJson* cost = draft.member("cost");
  if (cost == nullptr || !cost->is_object()) return;
  RdfNode node;
  node.types = {"dure:Cost"};
  add_decimal(node, "dure:capital", member_of(cost, "capital"));
  add_decimal(node, "dure:operatingPerYear", member_of(cost, "operatingPerYear"));
  node.add("cv:currency", currency_concept(string_of(member_of(cost, "currency"))));
  add_integer(node, "dure:priceYear", member_of(cost, "year"));
  const BodyJson* share = member_of(cost, "share");
  for (const char* payer : {"national", "province", "city", "private"})
    add_decimal(node, fmt::format("dure:share-{}", payer), member_of(share, payer));
  add_texts(node, "dct:description", member_of(cost, "note"));
  draft.node.add("dure:cost", rdf_node(std::move(node)));
}

void add_staff(EntryDraft& draft) {
  const BodyJson* staff = draft.member("staff");
  add_decimal(draft.node, "dure:personMonths", member_of(staff, "personMonths"));
  add_texts(draft.node, "dure:staffNote", member_of(staff, "note"));
}

void add_sites(EntryDraft& draft) {
  each_of(draft.member("sites"), [&](const BodyJson& site) {
    RdfNode node;
    node.types = {"schema:Place"};
    if (!add_texts(node, "schema:name", member_of(&site, "name"))) return;
    const std::string kind = string_of(member_of(&site, "kind"));
    if (!kind.empty()) node.add("dct:type", own_concept("kind", kind));
    add_texts(node, "schema:address", member_of(&site, "place"));
    add_texts(node, "dct:description", member_of(&site, "visit"));
    const std::string phone = telephone_iri(string_of(member_of(&site, "phone")));
    if (!phone.empty()) node.add("schema:telephone", rdf_iri(phone));
    draft.node.add("dure:site", rdf_node(std::move(node)));
  });
}

void add_documents(EntryDraft& draft) {
  each_of(draft.member("documents"), [&](const BodyJson& file) {
    const std::string url = string_of(member_of(&file, "url"));
    if (!is_web_address(url)) return;
    RdfValue value = document(url);
    add_texts(*value.node, "dct:title", member_of(&file, "title"));
    const std::string hash = string_of(member_of(&file, "sha256"));
    if (!hash.empty()) value.node->add("dure:sha256", rdf_plain(hash));
    draft.node.add("dure:document", std::move(value));
  });
}

void describe_practice(EntryDraft& draft) {
  add_code(draft, "dct:type", "kind", draft.member("kind"));
  for (const char* name : {"problem", "whatWasDone", "citizensPart", "sideEffects", "preconditions",
                           "copyThis", "doNotCopy"}) {
    // A list of problems in a few words is dure:problem.
    const bool long_problem = std::string_view(name) == "problem";
    add_texts(draft.node, fmt::format("dure:{}", long_problem ? "situation" : name),
              draft.member(name));
  }
  add_references(draft, "dct:relation", draft.member("specs"));
  describe_both(draft);
  add_documents(draft);
}

void describe_adoption(EntryDraft& draft) {
  add_reference(draft, "prov:used", draft.member("practice"));
  add_references(draft, "dure:learnedFrom", draft.member("learnedFrom"));
  draft.node.add("prov:wasAssociatedWith", rdf_iri(member_iri(draft.entry.origin)));
  add_references(draft, "prov:generated", draft.member("services"));
  add_moment(draft.node, "dure:decidedAt", draft.member("decidedAt"));
  add_texts(draft.node, "dure:changed", draft.member("changed"));
  describe_both(draft);
}

}  // namespace dure::node
