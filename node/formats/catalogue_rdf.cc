// SPDX-License-Identifier: Apache-2.0
#include "formats/catalogue_rdf.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "formats/iri.h"
#include "formats/moments.h"
#include "formats/turtle.h"
#include "formats/vocabulary.h"
#include "web/texts.h"

namespace dure::node {
namespace {

/// Entries are told in three collections: CPSV-AP allows only services as parts of a dataset.
struct Collection {
  std::string_view name, type;  // type: of the parameter of a search; empty: any
};
constexpr std::array<Collection, 3> kCollections = {
    {{"services", "service"}, {"practices", "practice"}, {"entries", ""}}};

std::string collection_iri(const RdfContext& context, std::string_view name) {
  return clean_iri(context.addresses.here("/catalog")) + '#' + std::string(name);
}

std::string_view collection_of(std::string_view type) {
  for (const Collection& collection : kCollections) {
    if (collection.type == type && !type.empty()) return collection.name;
  }
  return "entries";
}

void add_words(RdfNode& node, std::string_view property, std::string_view key,
               const TextArguments& arguments) {
  for (const Language language : {Language::kKo, Language::kEn})
    node.add(property, rdf_text(text(language, key, arguments), language_name(language)));
}

RdfValue contact(const CatalogueFacts& facts, const RdfContext& context) {
  RdfNode card;
  card.types = {"vcard:Kind", "vcard:Organization"};
  card.add("vcard:fn", rdf_text(facts.publisher.name, "ko"));
  card.add("vcard:hasURL", rdf_iri(context.addresses.here("/about")));
  return rdf_node(std::move(card));
}

void add_dates(RdfNode& node, const CatalogueFacts& facts) {
  if (is_date_time(facts.issued)) node.add("dct:issued", rdf_typed(facts.issued, "xsd:dateTime"));
  if (is_date_time(facts.modified))
    node.add("dct:modified", rdf_typed(facts.modified, "xsd:dateTime"));
}

RdfNode catalogue_node(const CatalogueFacts& facts, const RdfContext& context) {
  const TextArguments names = {{"node", facts.publisher.name}};
  RdfNode node;
  node.id = clean_iri(context.addresses.here("/catalog"));
  node.types = {"dcat:Catalog"};
  add_words(node, "dct:title", "pages.catalog.title", names);
  add_words(node, "dct:description", "pages.catalog.description", names);
  node.add("dct:publisher", rdf_iri(member_iri(facts.publisher.origin)));
  node.add("dct:language", language_value("ko"));
  node.add("dct:license", licence_document("kogl-1"));
  node.add("dct:spatial", korea());
  node.add("dcat:themeTaxonomy", rdf_node(field_scheme()));
  node.add("dcat:themeTaxonomy", rdf_node(theme_scheme()));
  node.add("foaf:homepage", document(context.addresses.here("/")));
  add_dates(node, facts);
  for (const Collection& collection : kCollections)
    node.add("dcat:dataset", rdf_iri(collection_iri(context, collection.name)));
  node.add("dcat:service", rdf_iri(collection_iri(context, "api")));
  return node;
}

RdfValue distribution(const Collection& collection, std::string_view format, std::string_view label,
                      std::string_view media, const RdfContext& context) {
  std::string address = "/api/v1/entries?format=" + std::string(format);
  if (!collection.type.empty()) address += "&type=" + std::string(collection.type);
  if (format == "ttl" || format == "jsonld") address = "/catalog?format=" + std::string(format);
  RdfNode node;
  node.types = {"dcat:Distribution"};
  node.add("dct:title", rdf_text(label, "en"));
  add_words(node, "dct:description", "pages.catalog.distribution",
            {{"format", std::string(label)}});
  node.add("dcat:accessURL", rdf_iri(context.addresses.here(address)));
  node.add("dct:format", file_format(label));
  node.add("dcat:mediaType", media_type(media));
  node.add("dct:license", licence_document("kogl-1"));
  node.add("dcatap:availability", available());
  return rdf_node(std::move(node));
}

RdfNode collection_node(const Collection& collection, const CatalogueFacts& facts,
                        const RdfContext& context) {
  const TextArguments names = {{"node", facts.publisher.name}};
  RdfNode node;
  node.id = collection_iri(context, collection.name);
  node.types = {"dcat:Dataset"};
  node.add("dct:identifier", rdf_plain(collection.name));
  add_words(node, "dct:title", fmt::format("pages.catalog.{}", collection.name), names);
  add_words(node, "dct:description", "pages.catalog.description", names);
  node.add("dct:publisher", rdf_iri(member_iri(facts.publisher.origin)));
  for (const Language language : {Language::kKo, Language::kEn})
    node.add("dcat:keyword",
             rdf_text(text(language, fmt::format("pages.catalog.{}", collection.name), names),
                      language_name(language)));
  node.add("dcat:theme", theme_concept("1"));
  node.add("dct:spatial", korea());
  node.add("dct:language", language_value("ko"));
  node.add("dct:accrualPeriodicity", frequency_value("continuous"));
  node.add("dct:accessRights", public_access());
  node.add("dcat:contactPoint", contact(facts, context));
  node.add("dcat:landingPage", document(context.addresses.here("/")));
  add_dates(node, facts);
  if (is_date_time(facts.issued) && is_date_time(facts.modified)) {
    RdfNode time;
    time.types = {"dct:PeriodOfTime"};
    time.add("dcat:startDate", rdf_typed(facts.issued.substr(0, 10), "xsd:date"));
    time.add("dcat:endDate", rdf_typed(facts.modified.substr(0, 10), "xsd:date"));
    node.add("dct:temporal", rdf_node(std::move(time)));
  }
  node.add("dcat:distribution", distribution(collection, "csv", "CSV", "text/csv", context));
  node.add("dcat:distribution",
           distribution(collection, "json", "JSON", "application/json", context));
  node.add("dcat:distribution",
           distribution(collection, "jsonld", "JSON_LD", "application/ld+json", context));
  return node;
}

RdfNode api_node(const CatalogueFacts& facts, const RdfContext& context) {
  RdfNode node;
  node.id = collection_iri(context, "api");
  node.types = {"dcat:DataService"};
  add_words(node, "dct:title", "pages.catalog.api", {});
  add_words(node, "dct:description", "pages.catalog.api-description", {});
  node.add("dcat:endpointURL", rdf_iri(context.addresses.here("/api/v1/entries")));
  node.add("dcat:endpointDescription", rdf_iri(context.addresses.here("/openapi.json")));
  node.add("dct:conformsTo", standard("https://www.rfc-editor.org/rfc/rfc9110", "HTTP Semantics"));
  node.add("dcat:contactPoint", contact(facts, context));
  node.add("dct:publisher", rdf_iri(member_iri(facts.publisher.origin)));
  node.add("dcat:keyword", rdf_text("API", "en"));
  node.add("dcat:theme", theme_concept("1"));
  for (const Collection& collection : kCollections)
    node.add("dcat:servesDataset", rdf_iri(collection_iri(context, collection.name)));
  return node;
}

/// How a harvester goes on to the next page.
RdfNode page_node(const CatalogueFacts& facts, const RdfContext& context) {
  RdfNode node;
  node.id = clean_iri(facts.page);
  node.types = {"hydra:PartialCollectionView"};
  node.add("hydra:first", rdf_iri(context.addresses.here("/catalog")));
  if (!facts.next.empty()) node.add("hydra:next", rdf_iri(facts.next));
  return node;
}

RdfContext with_collections(RdfContext context) {
  context.collection = [base =
                            clean_iri(context.addresses.here("/catalog"))](std::string_view type) {
    return base + '#' + std::string(collection_of(type));
  };
  return context;
}

}  // namespace

CatalogueDocument::CatalogueDocument(RdfFormat format, CatalogueFacts facts, RdfContext context)
    : format_(format), facts_(std::move(facts)), context_(with_collections(std::move(context))) {}

std::string CatalogueDocument::write(const RdfNode& node) {
  return format_ == RdfFormat::kJsonLd ? json_.append(node) : TurtleWriter::append(node);
}

std::string CatalogueDocument::write(const std::vector<RdfNode>& nodes) {
  std::string out;
  for (const RdfNode& node : nodes) out += write(node);
  return out;
}

std::string CatalogueDocument::open() {
  std::string out = format_ == RdfFormat::kJsonLd ? JsonLdWriter::open() : TurtleWriter::open();
  out += write(catalogue_node(facts_, context_));
  for (const Collection& collection : kCollections)
    out += write(collection_node(collection, facts_, context_));
  out += write(api_node(facts_, context_));
  if (!facts_.page.empty()) out += write(page_node(facts_, context_));
  publishers_.insert(std::string(member_name(facts_.publisher.origin)));
  return out += write(publisher_node(facts_.publisher, context_));
}

std::string CatalogueDocument::append(const PublishedEntry& entry,
                                      const PublisherFacts& publisher) {
  std::string out;
  if (publishers_.insert(std::string(member_name(entry.origin))).second)
    out += write(publisher_node(publisher, context_));
  const std::vector<RdfNode> nodes = entry_nodes(entry, context_);
  RdfNode listed;
  listed.id = clean_iri(context_.addresses.here("/catalog"));
  const bool dataset = entry.type == "dataset";
  listed.add(dataset ? "dcat:dataset" : "dcat:resource", rdf_iri(nodes.front().id));
  for (const RdfNode& node : nodes) {
    if (!node.types.empty() && node.types.front() == "dcat:DataService")
      listed.add("dcat:service", rdf_iri(node.id));
  }
  out += write(listed);
  return out += write(nodes);
}

std::string CatalogueDocument::close() {
  return format_ == RdfFormat::kJsonLd ? JsonLdWriter::close() : TurtleWriter::close();
}

std::string entry_document(RdfFormat format, const PublishedEntry& entry,
                           const PublisherFacts& publisher, const RdfContext& context) {
  std::vector<RdfNode> nodes = entry_nodes(entry, context);
  nodes.push_back(publisher_node(publisher, context));
  JsonLdWriter json;
  std::string out = format == RdfFormat::kJsonLd ? JsonLdWriter::open() : TurtleWriter::open();
  for (const RdfNode& node : nodes)
    out += format == RdfFormat::kJsonLd ? json.append(node) : TurtleWriter::append(node);
  return out + (format == RdfFormat::kJsonLd ? JsonLdWriter::close() : TurtleWriter::close());
}

}  // namespace dure::node
