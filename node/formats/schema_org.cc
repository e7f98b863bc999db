// SPDX-License-Identifier: Apache-2.0
#include "formats/schema_org.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "formats/atom.h"
#include "formats/body_reader.h"
#include "formats/iri.h"

namespace dure::node {
namespace {

using Json = nlohmann::ordered_json;

void put(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

void put_address(Json& json, const char* name, const BodyJson* value) {
  const std::string text = string_of(value);
  if (is_web_address(text)) json[name] = clean_iri(text);
}

Json organisation(const PublisherFacts& publisher, const RdfContext& context) {
  Json json = {{"@type", "GovernmentOrganization"}, {"name", publisher.name}};
  const std::string base = context.addresses.base_of(publisher.origin);
  if (!base.empty()) json["url"] = clean_iri(base + '/');
  return json;
}

Json areas(const BodyJson& body, const RdfContext& context) {
  Json list = Json::array();
  each_of(member_of(&body, "regions"), [&](const BodyJson& region) {
    const std::string code = string_of(member_of(&region, "code")).substr(0, 5);
    const std::string name = context.region_name ? context.region_name(code) : std::string();
    if (!name.empty()) list.push_back({{"@type", "AdministrativeArea"}, {"name", name}});
  });
  return list;
}

Json channels(const BodyJson& body) {
  Json list = Json::array();
  each_of(member_of(&body, "channels"), [&](const BodyJson& channel) {
    Json json = {{"@type", "ServiceChannel"}};
    put_address(json, "serviceUrl", member_of(&channel, "url"));
    const std::string phone = string_of(member_of(&channel, "phone"));
    if (!phone.empty()) json["servicePhone"] = {{"@type", "ContactPoint"}, {"telephone", phone}};
    const std::string place = words_of(member_of(&channel, "place"));
    if (!place.empty()) json["serviceLocation"] = {{"@type", "Place"}, {"name", place}};
    if (json.size() > 1) list.push_back(std::move(json));
  });
  return list;
}

void put_list(Json& json, const char* name, Json list) {
  if (!list.empty()) json[name] = std::move(list);
}

Json describe(const BodyJson& body, const PublishedEntry& entry, const PublisherFacts& publisher,
              const RdfContext& context) {
  Json json = {{"@context", "https://schema.org"}};
  json["@type"] = entry.type == "dataset" ? "Dataset" : "GovernmentService";
  put(json, "name", words_of(member_of(&body, "title")));
  put(json, "description", words_of(member_of(&body, "summary")));
  json["identifier"] = entry.id;
  json["url"] = context.addresses.entry(entry.origin, entry.id);
  if (entry.type == "dataset") {
    json["publisher"] = organisation(publisher, context);
    put(json, "dateModified", string_of(member_of(&body, "modified")));
    put_list(json, "spatialCoverage", areas(body, context));
    Json ways = Json::array();
    each_of(member_of(&body, "distributions"), [&](const BodyJson& way) {
      Json download = {{"@type", "DataDownload"}};
      put_address(download, "contentUrl", member_of(&way, "url"));
      put(download, "encodingFormat", string_of(member_of(&way, "mediaType")));
      if (download.contains("contentUrl")) ways.push_back(std::move(download));
    });
    put_list(json, "distribution", std::move(ways));
    return json;
  }
  json["serviceOperator"] = json["provider"] = organisation(publisher, context);
  put_list(json, "areaServed", areas(body, context));
  put_list(json, "availableChannel", channels(body));
  put(json, "serviceOutput", words_of(member_of(&body, "benefits")));
  return json;
}

/// JSON in which no character means anything to HTML.
std::string safe_in_html(const Json& json) {
  const std::string text =
      json.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string entry_head(const PublishedEntry& entry, const PublisherFacts& publisher,
                       const RdfContext& context, const std::string& address) {
  std::string out;
  if (!address.empty())
    out += "<link rel=\"canonical\" href=\"" + xml_text(clean_iri(address)) + "\">\n";
  if (entry.type != "service" && entry.type != "dataset") return out;
  const BodyJson body = BodyJson::parse(entry.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return out;
  // A block of data: no browser runs it, whatever the security policy says.
  return out + "<script type=\"application/ld+json\">" +
         safe_in_html(describe(body, entry, publisher, context)) + "</script>\n";
}

}  // namespace dure::node
