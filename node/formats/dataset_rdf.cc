// SPDX-License-Identifier: Apache-2.0
// Data and interfaces as DCAT-AP tells them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "formats/entry_parts.h"
#include "formats/moments.h"
#include "formats/vocabulary.h"

namespace dure::node {
namespace {

bool has(const RdfNode& node, std::string_view property) {
  for (const auto& [name, value] : node.properties) {
    if (name == property) return true;
  }
  return false;
}

/// What DCAT-AP recommends and a body may leave out, from what it does say.
void complete(EntryDraft& draft) {
  if (!draft.context.fill) return;
  RdfNode& node = draft.node;
  const std::string title = words_of(draft.member("title"));
  if (!has(node, "dcat:keyword"))
    node.add("dcat:keyword", rdf_text(title.empty() ? draft.entry.id : title, "ko"));
  if (!has(node, "dcat:theme")) node.add("dcat:theme", theme_concept(""));
  if (!has(node, "dct:spatial")) node.add("dct:spatial", korea());
}

/// The time that the data cover. Of an open end only the last change is certain.
void add_coverage(EntryDraft& draft) {
  const BodyJson* period = draft.member("period");
  std::string start = string_of(member_of(period, "start"));
  std::string end = string_of(member_of(period, "end"));
  if (!draft.context.fill && !is_date(start) && !is_date(end)) return;
  const std::string modified = string_of(draft.member("modified")).substr(0, 10);
  std::string known = is_date(modified) ? modified : draft.entry.time.substr(0, 10);
  if (!is_date(end)) end = known;
  if (!is_date(start)) start = string_of(draft.member("issued")).substr(0, 10);
  if (!is_date(start)) start = known;
  if (!is_date(start) || !is_date(end)) return;
  RdfNode time;
  time.types = {"dct:PeriodOfTime"};
  time.add("dcat:startDate", rdf_typed(start, "xsd:date"));
  time.add("dcat:endDate", rdf_typed(end, "xsd:date"));
  draft.node.add("dct:temporal", rdf_node(std::move(time)));
}

RdfNode distribution(const EntryDraft& draft, const BodyJson& way) {
  RdfNode node;
  node.types = {"dcat:Distribution"};
  const std::string format = string_of(member_of(&way, "format"));
  const std::string media = string_of(member_of(&way, "mediaType"));
  add_address(node, "dcat:accessURL", member_of(&way, "url"));
  add_texts(node, "dct:title", member_of(&way, "title"));
  if (!add_texts(node, "dct:description", member_of(&way, "title")))
    add_texts(node, "dct:description", draft.member("title"));
  if (!format.empty() || draft.context.fill)
    node.add("dct:format", file_format(format.empty() ? "HTML" : format));
  if (!media.empty()) node.add("dcat:mediaType", media_type(media));
  const std::string licence = string_of(draft.member("licence"));
  if (!licence.empty() || draft.context.fill) node.add("dct:license", licence_document(licence));
  node.add("dcatap:availability", available());
  const BodyJson* size = member_of(&way, "size");
  if (size != nullptr && size->is_number_unsigned()) {
    node.add("dcat:byteSize", rdf_typed(size->dump(), "xsd:nonNegativeInteger"));
    // Only a file has a size: then the address leads to the file itself and to no page about it.
    if (string_of(draft.member("kind")) != "api")
      add_address(node, "dcat:downloadURL", member_of(&way, "url"));
  }
  const std::string manual = string_of(member_of(&way, "manual"));
  if (is_web_address(manual)) node.add("foaf:page", document(manual));
  return node;
}

/// An interface is a service that serves the entry's data.
RdfNode data_service(EntryDraft& draft, const BodyJson& way, std::size_t number) {
  RdfNode node;
  node.id = fmt::format("{}#service-{}", draft.node.id, number);
  node.types = {"dcat:DataService"};
  if (!add_texts(node, "dct:title", member_of(&way, "title")) &&
      !add_texts(node, "dct:title", draft.member("title")))
    node.add("dct:title", rdf_text(draft.entry.id, "ko"));
  add_address(node, "dcat:endpointURL", member_of(&way, "url"));
  if (!add_address(node, "dcat:endpointDescription", member_of(&way, "manual")))
    node.add("dcat:endpointDescription", rdf_iri(draft.node.id));
  node.add("dcat:servesDataset", rdf_iri(draft.node.id));
  node.add("dct:publisher", rdf_iri(member_iri(draft.entry.origin)));
  // All that is certain of an address that begins with http.
  node.add("dct:conformsTo", standard("https://www.rfc-editor.org/rfc/rfc9110", "HTTP Semantics"));
  for (const auto& [property, value] : draft.node.properties) {
    if (property == "dcat:theme" || property == "dcat:keyword" || property == "dcat:contactPoint")
      node.add(property, value);
  }
  return node;
}

}  // namespace

void describe_dataset(EntryDraft& draft) {
  complete(draft);
  add_coverage(draft);
  const std::string frequency = string_of(draft.member("frequency"));
  if (!frequency.empty()) draft.node.add("dct:accrualPeriodicity", frequency_value(frequency));
  draft.node.add("dct:accessRights", public_access());
  const bool interface = string_of(draft.member("kind")) == "api";
  std::size_t number = 0;
  each_of(draft.member("distributions"), [&](const BodyJson& way) {
    if (!is_web_address(string_of(member_of(&way, "url")))) return;
    RdfNode node = distribution(draft, way);
    if (interface) {
      RdfNode service = data_service(draft, way, ++number);
      node.add("dcat:accessService", rdf_iri(service.id));
      draft.beside.push_back(std::move(service));
    }
    draft.node.add("dcat:distribution", rdf_node(std::move(node)));
  });
}

}  // namespace dure::node
