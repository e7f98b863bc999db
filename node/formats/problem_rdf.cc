// SPDX-License-Identifier: Apache-2.0
// Problems, programmes, responses and proposals: what is wanted, and what was decided about it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "formats/entry_parts.h"
#include "formats/iri.h"
#include "formats/vocabulary.h"

namespace dure::node {

void describe_problem(EntryDraft& draft) {
  // A concept needs a label besides its title.
  const BodyJson* title = draft.member("title");
  if (!add_texts(draft.node, "skos:prefLabel", title))
    draft.node.add("skos:prefLabel", rdf_text(draft.entry.id, "ko"));
  add_texts(draft.node, "skos:definition", draft.member("summary"));
  add_reference(draft, "skos:broader", draft.member("parent"));
  add_references(draft, "skos:exactMatch", draft.member("sameAs"));
  add_texts(draft.node, "dure:causes", draft.member("causes"));
  each_of(draft.member("indicators"), [&](const BodyJson& indicator) {
    RdfNode node;
    node.types = {"dure:Indicator"};
    if (!add_texts(node, "dure:indicator", member_of(&indicator, "name"))) return;
    node.add("dure:unit", rdf_plain(string_of(member_of(&indicator, "unit"))));
    const std::string better = string_of(member_of(&indicator, "better"));
    if (!better.empty()) node.add("dure:better", rdf_plain(better));
    add_texts(node, "dure:method", member_of(&indicator, "method"));
    draft.node.add("dure:measuredBy", rdf_node(std::move(node)));
  });
}

void describe_programme(EntryDraft& draft) {
  add_code(draft, "dct:type", "kind", draft.member("kind"));
  for (const char* name : {"goals", "conditions", "support", "selection"})
    add_texts(draft.node, fmt::format("dure:{}", name), draft.member(name));
  const BodyJson* deadline = draft.member("deadline");
  add_moment(draft.node, "schema:validFrom", member_of(deadline, "from"));
  add_moment(draft.node, "schema:validThrough", member_of(deadline, "to"));
  add_texts(draft.node, "dure:deadlineNote", member_of(deadline, "note"));
  add_money(draft);
  add_documents(draft);
}

void describe_response(EntryDraft& draft) {
  add_reference(draft, "dure:programme", draft.member("programme"));
  add_code(draft, "dure:decision", "decision", draft.member("decision"));
  add_moment(draft.node, "dure:decidedAt", draft.member("decidedAt"));
  add_texts(draft.node, "dure:answer", draft.member("answer"));
  for (const char* name : {"services", "practices", "adoptions"})
    add_references(draft, "dct:relation", draft.member(name));
  add_money(draft);
  add_outcomes(draft);
}

void describe_proposal(EntryDraft& draft) {
  add_texts(draft.node, "dure:proposed", draft.member("proposed"));
  add_moment(draft.node, "dure:receivedAt", draft.member("receivedAt"));
  add_integer(draft.node, "dure:supporters", draft.member("supporters"));
  const BodyJson* decision = draft.member("decision");
  add_code(draft, "dure:decision", "decision", member_of(decision, "code"));
  add_moment(draft.node, "dure:decidedAt", member_of(decision, "since"));
  add_texts(draft.node, "dure:answer", member_of(decision, "reason"));
  add_references(draft, "dure:ledTo", draft.member("ledTo"));
}

}  // namespace dure::node
