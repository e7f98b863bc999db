// SPDX-License-Identifier: Apache-2.0
#include "formats/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "formats/iri.h"
#include "web/texts.h"

namespace dure::node {
namespace {

constexpr std::string_view kEu = "http://publications.europa.eu/resource/authority/";
constexpr std::string_view kFieldScheme = "urn:dure:term:field";

struct Theme {
  std::string_view field, code, korean, english;
};
// catalogue fields of the Smart City Act, and the nearest of the EU's thirteen themes.
constexpr std::array<Theme, 12> kThemes = {{
    {"1", "GOVE", "정부와 공공 부문", "Government and public sector"},
    {"2", "TRAN", "교통", "Transport"},
    {"3", "HEAL", "보건", "Health"},
    {"4", "ENVI", "환경", "Environment"},
    {"5", "JUST", "사법과 공공 안전", "Justice, legal system and public safety"},
    {"6", "REGI", "지역과 도시", "Regions and cities"},
    {"7", "EDUC", "교육·문화·체육", "Education, culture and sport"},
    {"8", "EDUC", "교육·문화·체육", "Education, culture and sport"},
    {"9", "TRAN", "교통", "Transport"},
    {"10", "SOCI", "인구와 사회", "Population and society"},
    {"11", "SOCI", "인구와 사회", "Population and society"},
    {"12", "GOVE", "정부와 공공 부문", "Government and public sector"},
}};

std::string eu(std::string_view list, std::string_view code) {
  return fmt::format("{}{}/{}", kEu, list, code);
}

RdfNode named(std::string_view iri, std::string_view type) {
  RdfNode node;
  node.id = clean_iri(iri);
  node.types = {std::string(type)};
  return node;
}

void add_label(RdfNode& node, std::string_view property, std::string_view korean,
               std::string_view english) {
  node.add(property, rdf_text(korean, "ko"));
  if (!english.empty()) node.add(property, rdf_text(english, "en"));
}

std::string label(Language language, std::string_view scheme, std::string_view code) {
  const std::string key = fmt::format("pages.value.{}.{}", scheme, code);
  return has_text(language, key) ? text(language, key) : std::string(code);
}

}  // namespace

RdfValue concept_value(std::string_view iri, std::string_view korean, std::string_view english) {
  RdfNode node = named(iri, "skos:Concept");
  add_label(node, "skos:prefLabel", korean, english);
  return rdf_node(std::move(node));
}

RdfValue own_concept(std::string_view scheme, std::string_view code) {
  const std::string iri = fmt::format("urn:dure:term:{}-{}", scheme, encode_segment(code));
  return concept_value(iri, label(Language::kKo, scheme, code), label(Language::kEn, scheme, code));
}

RdfValue field_concept(std::string_view field) {
  RdfValue value = own_concept("fields", field);
  value.node->id = fmt::format("{}-{}", kFieldScheme, encode_segment(field));
  value.node->add("skos:inScheme", rdf_iri(kFieldScheme));
  return value;
}

RdfValue theme_concept(std::string_view field) {
  const auto* found = std::find_if(kThemes.begin(), kThemes.end(),
                                   [&](const Theme& theme) { return theme.field == field; });
  const Theme& theme = found == kThemes.end() ? kThemes.front() : *found;
  RdfValue value = concept_value(eu("data-theme", theme.code), theme.korean, theme.english);
  value.node->add("skos:inScheme", rdf_iri(fmt::format("{}data-theme", kEu)));
  return value;
}

RdfValue licence_document(std::string_view licence) {
  const bool known =
      licence.size() == 6 && licence.starts_with("kogl-") && licence[5] >= '0' && licence[5] <= '4';
  const char kind = known ? licence[5] : '1';
  RdfNode node = named(fmt::format("https://www.kogl.or.kr/info/licenseType{}.do", kind),
                       "dct:LicenseDocument");
  const std::string code = fmt::format("kogl-{}", kind);
  add_label(node, "dct:title", label(Language::kKo, "licence", code),
            label(Language::kEn, "licence", code));
  constexpr std::array<std::array<std::string_view, 3>, 5> kTypes = {{
      {"PublicDomain", "자유 이용", "Public domain"},
      {"Attribution", "출처 표시", "Attribution"},
      {"NonCommercialUseOnly", "비영리 이용만", "Non-commercial use only"},
      {"NoDerivativeWork", "변경 금지", "No derivative work"},
      {"NonCommercialUseOnly", "비영리 이용만", "Non-commercial use only"},
  }};
  const auto& type = kTypes[static_cast<std::size_t>(kind - '0')];
  node.add("dct:type", concept_value(fmt::format("http://purl.org/adms/licencetype/{}", type[0]),
                                     type[1], type[2]));
  return rdf_node(std::move(node));
}

RdfValue language_value(std::string_view language) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kCodes = {
      {{"ko", "KOR"}, {"en", "ENG"}, {"zh", "ZHO"}, {"ja", "JPN"}, {"vi", "VIE"}}};
  const std::string_view main = language.substr(0, language.find('-'));
  std::string_view code = "KOR";
  for (const auto& [ours, theirs] : kCodes) {
    if (ours == main) code = theirs;
  }
  return rdf_node(named(eu("language", code), "dct:LinguisticSystem"));
}

RdfValue currency_concept(std::string_view currency) {
  const bool good =
      currency.size() == 3 &&
      std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const std::string_view code = good ? currency : "KRW";
  return concept_value(eu("currency", code), code == "KRW" ? "원" : code,
                       code == "KRW" ? "South Korean won" : code);
}

RdfValue frequency_value(std::string_view frequency) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kCodes = {
      {{"continuous", "UPDATE_CONT"},
       {"daily", "DAILY"},
       {"weekly", "WEEKLY"},
       {"monthly", "MONTHLY"},
       {"quarterly", "QUARTERLY"},
       {"annual", "ANNUAL"},
       {"irregular", "IRREG"},
       {"never", "NEVER"}}};
  std::string_view code = "UNKNOWN";
  for (const auto& [ours, theirs] : kCodes) {
    if (ours == frequency) code = theirs;
  }
  return rdf_node(named(eu("frequency", code), "dct:Frequency"));
}

RdfValue publisher_type(std::string_view role) {
  constexpr std::string_view kTypes = "http://purl.org/adms/publishertype/";
  if (role == "province")
    return concept_value(fmt::format("{}RegionalAuthority", kTypes), "광역자치단체",
                         "Regional authority");
  if (role == "observer")
    return concept_value(fmt::format("{}NationalAuthority", kTypes), "중앙행정기관",
                         "National authority");
  return concept_value(fmt::format("{}LocalAuthority", kTypes), "지방자치단체", "Local authority");
}

RdfValue available() {
  return concept_value(eu("planned-availability", "AVAILABLE"), "이용 가능", "available");
}

RdfValue public_access() {
  return rdf_node(named(eu("access-right", "PUBLIC"), "dct:RightsStatement"));
}

RdfValue file_format(std::string_view format) {
  std::string code;
  for (const char c : format) {
    if (c >= 'a' && c <= 'z') {
      code += static_cast<char>(c - 32);
    } else {
      code += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
  }
  constexpr std::array<std::string_view, 20> kKnown = {
      "ATOM", "CSV", "DOC", "DOCX",       "GEOJSON", "HTML", "JPEG", "JSON", "JSON_LD", "KML",
      "ODS",  "PDF", "PNG", "RDF_TURTLE", "SHP",     "TXT",  "XLS",  "XLSX", "XML",     "ZIP"};
  const bool known = std::find(kKnown.begin(), kKnown.end(), code) != kKnown.end();
  const std::string iri = known ? eu("file-type", code)
                                : fmt::format("urn:dure:term:format-{}", encode_segment(format));
  return rdf_node(named(iri, "dct:MediaTypeOrExtent"));
}

RdfValue media_type(std::string_view media_type) {
  return rdf_node(named(fmt::format("http://www.iana.org/assignments/media-types/{}", media_type),
                        "dct:MediaType"));
}

RdfValue korea() {
  RdfNode node = named(eu("country", "KOR"), "dct:Location");
  add_label(node, "skos:prefLabel", "대한민국", "Republic of Korea");
  node.add("dcat:bbox",
           rdf_typed("POLYGON((124.5 33.0,132.0 33.0,132.0 38.7,124.5 38.7,124.5 33.0))",
                     "gsp:wktLiteral"));
  node.add("dcat:centroid", rdf_typed("POINT(127.8 36.3)", "gsp:wktLiteral"));
  return rdf_node(std::move(node));
}

RdfValue region_concept(std::string_view code, std::string_view name) {
  RdfNode node =
      named(fmt::format("urn:dure:term:region-{}", encode_segment(code)), "skos:Concept");
  node.add("skos:notation", rdf_plain(code));
  node.add("skos:prefLabel", rdf_text(name.empty() ? code : name, "ko"));
  return rdf_node(std::move(node));
}

RdfValue document(std::string_view iri) { return rdf_node(named(iri, "foaf:Document")); }

RdfValue standard(std::string_view iri, std::string_view title) {
  RdfNode node = named(iri, "dct:Standard");
  if (!title.empty()) node.add("dct:title", rdf_text(title, "en"));
  return rdf_node(std::move(node));
}

RdfNode field_scheme() {
  RdfNode node = named(kFieldScheme, "skos:ConceptScheme");
  add_label(node, "dct:title", "스마트도시서비스 분야", "Fields of smart city services");
  return node;
}

RdfNode theme_scheme() {
  RdfNode node = named(fmt::format("{}data-theme", kEu), "skos:ConceptScheme");
  add_label(node, "dct:title", "유럽연합 데이터 주제", "EU data theme");
  return node;
}

}  // namespace dure::node
