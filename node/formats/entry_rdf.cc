// SPDX-License-Identifier: Apache-2.0
#include "formats/entry_rdf.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "formats/entry_parts.h"
#include "formats/iri.h"
#include "formats/moments.h"
#include "formats/vocabulary.h"

namespace dure::node {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void add_words(EntryDraft& draft) {
  RdfNode& node = draft.node;
  const BodyJson *title = draft.member("title"), *summary = draft.member("summary");
  if (!add_texts(node, "dct:title", title)) node.add("dct:title", rdf_text(draft.entry.id, "ko"));
  add_texts(node, "dct:abstract", summary);
  // Both profiles want a description of everything.
  if (!add_texts(node, "dct:description", draft.member("description")) &&
      !add_texts(node, "dct:description", summary) && !add_texts(node, "dct:description", title))
    node.add("dct:description", rdf_text(draft.entry.id, "ko"));
}

RdfNode contact_card(const BodyJson* contact, const std::string& name) {
  RdfNode card;
  card.types = {"vcard:Kind", "vcard:Organization"};
  card.add("vcard:fn", rdf_text(name, "ko"));
  const std::string phone = telephone_iri(string_of(member_of(contact, "phone")));
  const std::string mail = mail_iri(string_of(member_of(contact, "email")));
  if (!phone.empty()) card.add("vcard:hasTelephone", rdf_iri(phone));
  if (!mail.empty()) card.add("vcard:hasEmail", rdf_iri(mail));
  add_address(card, "vcard:hasURL", member_of(contact, "page"));
  return card;
}

RdfNode service_desk(const BodyJson* contact) {
  RdfNode desk;
  desk.types = {"cv:ContactPoint"};
  const std::string phone = string_of(member_of(contact, "phone"));
  const std::string mail = string_of(member_of(contact, "email"));
  const std::string page = string_of(member_of(contact, "page"));
  if (!phone.empty()) desk.add("cv:telephone", rdf_plain(phone));
  if (!mail.empty()) desk.add("cv:email", rdf_plain(mail));
  if (is_web_address(page)) desk.add("cv:contactPage", document(page));
  return desk;
}

void add_contact(EntryDraft& draft) {
  const BodyJson* contact = draft.member("contact");
  const BodyJson* department = draft.member("department");
  add_texts(draft.node, "dure:department", department);
  if (draft.entry.type == "service") {
    if (contact != nullptr) draft.node.add("cv:contactPoint", rdf_node(service_desk(contact)));
    return;
  }
  std::string name = words_of(department);
  if (name.empty()) name = words_of(member_of(contact, "role"));
  if (name.empty()) name = draft.entry.origin;
  draft.node.add("dcat:contactPoint", rdf_node(contact_card(contact, name)));
}

void add_subjects(EntryDraft& draft) {
  RdfNode& node = draft.node;
  each_of(draft.member("fields"), [&](const BodyJson& field) {
    if (string_of(&field).empty()) return;
    node.add("cv:thematicArea", field_concept(string_of(&field)));
    node.add("dcat:theme", theme_concept(string_of(&field)));
  });
  each_of(draft.member("audiences"), [&](const BodyJson& audience) {
    if (!string_of(&audience).empty())
      node.add("dct:audience", own_concept("audiences", string_of(&audience)));
  });
  each_of(draft.member("keywords"), [&](const BodyJson& keyword) {
    const std::string word = string_of(&keyword);
    if (!word.empty()) node.add("dcat:keyword", rdf_text(word, is_ascii(word) ? "en" : "ko"));
  });
  each_of(draft.member("problems"),
          [&](const BodyJson& problem) { add_texts(node, "dure:problem", &problem); });
  add_references(draft, "dure:addressesProblem", draft.member("addresses"));
}

void add_places(EntryDraft& draft) {
  bool any = false;
  each_of(draft.member("regions"), [&](const BodyJson& region) {
    const std::string code = string_of(member_of(&region, "code"));
    if (code.size() != 10) return;
    any = true;
    const std::string_view town = std::string_view(code).substr(0, 5);
    const auto& name = draft.context.region_name;
    draft.node.add("dct:coverage", region_concept(code, name ? name(town) : std::string()));
  });
  if (any) draft.node.add("dct:spatial", korea());
  add_code(draft, "dure:scale", "scale", draft.member("scale"));
}

void add_state(EntryDraft& draft) {
  const BodyJson* status = draft.member("status");
  add_code(draft, "adms:status", "status", member_of(status, "code"));
  add_moment(draft.node, "dure:statusSince", member_of(status, "since"));
  add_texts(draft.node, "dure:statusReason", member_of(status, "reason"));
  add_moment(draft.node, "dct:issued", draft.member("issued"));
  if (!add_moment(draft.node, "dct:modified", draft.member("modified")) &&
      is_date_time(draft.entry.time))
    draft.node.add("dct:modified", rdf_typed(draft.entry.time, "xsd:dateTime"));
  add_moment(draft.node, "dure:reviewedAt", draft.member("reviewedAt"));
  const std::string interval = as_xsd_duration(string_of(draft.member("reviewEvery")));
  if (!interval.empty()) draft.node.add("dure:reviewEvery", rdf_typed(interval, "xsd:duration"));
}

void add_identifiers(EntryDraft& draft) {
  each_of(draft.member("identifiers"), [&](const BodyJson& identifier) {
    const std::string value = string_of(member_of(&identifier, "value"));
    if (value.empty()) return;
    RdfNode node;
    node.types = {"adms:Identifier"};
    node.add("skos:notation", rdf_plain(value));
    node.add("dure:scheme", rdf_plain(string_of(member_of(&identifier, "scheme"))));
    draft.node.add("adms:identifier", rdf_node(std::move(node)));
  });
}

void add_files(EntryDraft& draft) {
  each_of(draft.member("links"), [&](const BodyJson& link) {
    const std::string url = string_of(member_of(&link, "url"));
    if (is_web_address(url)) draft.node.add("foaf:page", document(url));
  });
  each_of(draft.member("attachments"), [&](const BodyJson& attachment) {
    RdfNode file;
    file.types = {"foaf:Document"};
    const std::string name = string_of(member_of(&attachment, "name"));
    if (name.empty()) return;
    file.add("schema:name", rdf_plain(name));
    file.add("schema:encodingFormat", rdf_plain(string_of(member_of(&attachment, "mediaType"))));
    add_integer(file, "schema:contentSize", member_of(&attachment, "size"));
    file.add("dure:commitment", rdf_plain(string_of(member_of(&attachment, "commit"))));
    draft.node.add("dure:attachment", rdf_node(std::move(file)));
  });
}

/// Where the entry stands, and how to check that it is genuine.
void add_provenance(RdfNode& node, const PublishedEntry& entry, const RdfContext& context) {
  node.add("dct:publisher", rdf_iri(member_iri(entry.origin)));
  node.add("dcat:version", rdf_plain(std::to_string(entry.rev)));
  if (!entry.commitment.empty())
    node.add("prov:wasDerivedFrom", rdf_iri("urn:dure:commitment:" + entry.commitment));
  if (is_date_time(entry.time))
    node.add("prov:generatedAtTime", rdf_typed(entry.time, "xsd:dateTime"));
  node.add("dure:origin", rdf_plain(entry.origin));
  node.add("dure:logIndex", rdf_typed(std::to_string(entry.index), "xsd:integer"));
  const std::string collection =
      context.collection ? context.collection(entry.type) : std::string();
  if (!collection.empty()) node.add("dct:isPartOf", rdf_iri(collection));
}

struct TypeRow {
  std::string_view type;
  std::vector<std::string> classes;
  void (*describe)(EntryDraft&);
};

const TypeRow* row_of(std::string_view type) {
  static const std::vector<TypeRow> kRows = {
      {"problem", {"skos:Concept", "dure:Problem"}, &describe_problem},
      {"service", {"cpsv:PublicService", "dcat:Resource"}, &describe_service},
      {"practice", {"dure:Practice", "schema:Report", "dcat:Resource"}, &describe_practice},
      {"adoption", {"dure:Adoption", "prov:Activity", "dcat:Resource"}, &describe_adoption},
      {"spec", {"adms:Asset", "dct:Standard", "dcat:Resource"}, &describe_spec},
      {"dataset", {"dcat:Dataset"}, &describe_dataset},
      {"organisation", {"foaf:Agent", "org:Organization"}, &describe_organisation},
      {"programme", {"dure:Programme", "dcat:Resource"}, &describe_programme},
      {"response", {"dure:Response", "dcat:Resource"}, &describe_response},
      {"proposal", {"dure:Proposal", "dcat:Resource"}, &describe_proposal},
      {"notice", {"oa:Annotation", "dcat:Resource"}, &describe_notice}};
  const auto found = std::find_if(kRows.begin(), kRows.end(),
                                  [&](const TypeRow& row) { return row.type == type; });
  return found == kRows.end() ? nullptr : &*found;
}

}  // namespace

std::vector<RdfNode> entry_nodes(const PublishedEntry& entry, const RdfContext& context) {
  BodyJson body = BodyJson::parse(entry.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) body = BodyJson::object();
  EntryDraft draft{entry, context, body, {}, {}};
  draft.node.id = context.addresses.entry(entry.origin, entry.id);
  draft.node.add("dct:identifier", rdf_plain(entry.id));
  draft.node.add("dure:type", rdf_plain(entry.type));
  add_words(draft);
  add_subjects(draft);
  add_places(draft);
  add_state(draft);
  const std::string licence = string_of(draft.member("licence"));
  if (!licence.empty()) draft.node.add("dct:license", licence_document(licence));
  draft.node.add("dct:language", language_value(string_of(draft.member("language"))));
  add_contact(draft);
  add_identifiers(draft);
  add_files(draft);
  draft.node.add("dcat:landingPage", document(draft.node.id));
  const TypeRow* row = row_of(entry.type);
  draft.node.types = row == nullptr ? std::vector<std::string>{"dcat:Resource"} : row->classes;
  if (row != nullptr) row->describe(draft);
  add_provenance(draft.node, entry, context);
  std::vector<RdfNode> nodes = {std::move(draft.node)};
  for (RdfNode& node : draft.beside) nodes.push_back(std::move(node));
  return nodes;
}

RdfNode publisher_node(const PublisherFacts& publisher, const RdfContext& context) {
  RdfNode node;
  node.id = member_iri(publisher.origin);
  node.types = {"foaf:Agent", "cv:PublicOrganisation", "org:Organization"};
  const std::string name = publisher.name.empty() ? publisher.origin : publisher.name;
  for (const char* property : {"foaf:name", "dct:title", "skos:prefLabel"})
    node.add(property, rdf_text(name, "ko"));
  node.add("dct:identifier", rdf_plain(member_name(publisher.origin)));
  node.add("dct:type", publisher_type(publisher.role));
  node.add("dct:spatial", korea());
  if (!publisher.region.empty()) {
    const auto& region_name = context.region_name;
    node.add("dct:coverage",
             region_concept(publisher.region + "00000",
                            region_name ? region_name(publisher.region) : std::string()));
  }
  const std::string base = context.addresses.base_of(publisher.origin);
  if (!base.empty()) node.add("foaf:homepage", document(base + '/'));
  return node;
}

}  // namespace dure::node
