// SPDX-License-Identifier: Apache-2.0
#include "formats/entry_rdf.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dure/entry_types.h"
#include "formats/catalogue_rdf.h"
#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

class EntryRdfTest : public testing::Test {
 protected:
  EntryRdfTest() {
    context_.addresses.own_base = "https://here.example";
    context_.addresses.bases["suwon.go.kr/dure/1"] = "https://suwon.example";
    context_.region_name = [](std::string_view code) {
      return code == "41110" ? std::string("경기도 수원시") : std::string();
    };
  }
  static PublishedEntry entry(std::string_view type, const Json& body) {
    return {"aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "suwon.go.kr/dure/1",
            std::string(type),
            "2026-03-01T00:00:00Z",
            "00ff",
            2,
            7,
            body.dump(-1, ' ', false, Json::error_handler_t::replace)};
  }
  Json document(std::string_view type, const Json& body) {
    const std::string text =
        entry_document(RdfFormat::kJsonLd, entry(type, body),
                       {"suwon.go.kr/dure/1", "수원시", "town", "41110"}, context_);
    const Json json = Json::parse(text, nullptr, false);
    EXPECT_FALSE(json.is_discarded()) << text;
    return json;
  }
  RdfContext context_;
};

Json parking() {
  return {{"title", {{"ko", "주차 안내"}, {"en", "Parking"}}},
          {"summary", {{"ko", "빈자리를 알려 줍니다."}}},
          {"department", {{"ko", "교통과"}}},
          {"contact", {{"phone", "031-000-0000"}}},
          {"fields", {"2"}},
          {"regions", {{{"scheme", "bjd"}, {"code", "4111000000"}}}},
          {"status", {{"code", "running"}}},
          {"modified", "2026-03-01"},
          {"licence", "kogl-1"},
          {"fee", {{"amount", 0}, {"currency", "KRW"}}},
          {"channels", {{{"kind", "online"}, {"url", "https://x/ y"}}}}};
}

TEST_F(EntryRdfTest, AServiceIsAPublicService) {
  const Json graph = document("service", parking())["@graph"];
  const Json& service = graph[0];
  EXPECT_EQ(service["@id"], "https://suwon.example/e/aaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_EQ(service["@type"], Json({"cpsv:PublicService", "dcat:Resource"}));
  EXPECT_EQ(service["dct:identifier"], "aaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_EQ(service["cv:hasCompetentAuthority"]["@id"], "urn:dure:member:suwon.go.kr%2Fdure");
  EXPECT_EQ(service["dct:description"]["@value"],
            "빈자리를 알려 줍니다.");  // nothing longer was said
  EXPECT_EQ(service["cv:hasChannel"]["schema:serviceUrl"]["@id"], "https://x/%20y");
  EXPECT_EQ(service["cv:hasCost"]["cv:hasValue"]["@value"], "0.0E0");
  EXPECT_EQ(service["dct:coverage"]["skos:prefLabel"]["@value"], "경기도 수원시");
  EXPECT_EQ(service["cv:thematicArea"]["skos:prefLabel"][0]["@value"], "교통");
  EXPECT_EQ(service["prov:wasDerivedFrom"]["@id"], "urn:dure:commitment:00ff");
  EXPECT_EQ(graph[1]["@id"], "urn:dure:member:suwon.go.kr%2Fdure");
  EXPECT_EQ(graph[1]["dct:type"]["skos:prefLabel"][0]["@value"], "지방자치단체");
}

TEST_F(EntryRdfTest, AnInterfaceIsADatasetWithAServiceBesideIt) {
  Json body = parking();
  body["kind"] = "api";
  body["distributions"] = {{{"url", "https://x/api"}, {"format", "GeoJSON"}}};
  const Json graph = document("dataset", body)["@graph"];
  EXPECT_EQ(graph[0]["@type"], "dcat:Dataset");
  EXPECT_EQ(graph[1]["@type"], "dcat:DataService");
  EXPECT_EQ(graph[1]["dcat:servesDataset"]["@id"], graph[0]["@id"]);
  EXPECT_EQ(graph[0]["dcat:distribution"]["dcat:accessService"]["@id"], graph[1]["@id"]);
  EXPECT_TRUE(graph[0]["dct:temporal"].contains("dcat:endDate"));
}

TEST_F(EntryRdfTest, WithoutAnyReadableBodyOnlyThePlaceIsTold) {
  for (const char* body : {"", "[]", "17", "{", "\"x\""}) {
    PublishedEntry broken = entry("service", {});
    broken.body = body;
    const auto nodes = entry_nodes(broken, context_);
    ASSERT_EQ(nodes.size(), 1U);
    EXPECT_FALSE(nodes[0].properties.empty());
  }
  EXPECT_EQ(entry_nodes(entry("unheard-of", parking()), context_)[0].types,
            std::vector<std::string>{"dcat:Resource"});
}

/// Every IRI of a document, wherever it stands.
void each_iri(const Json& value, const std::function<void(const std::string&)>& visit) {
  if (value.is_array()) {
    for (const Json& element : value) each_iri(element, visit);
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    if (name == "@id") visit(member.get<std::string>());
    each_iri(member, visit);
  }
}

TEST_F(EntryRdfTest, HostileBodiesGiveOneDocumentWithCleanAddresses) {
  std::uint32_t number = 0;
  for (const std::string_view type : kShownTypes) {
    for (int i = 0; i < 30; ++i) {
      const Json json = document(type, HostileBodies(number++).body());
      each_iri(json["@graph"], [](const std::string& iri) {
        EXPECT_EQ(iri.find_first_of(" \"<>\\^`{|}\n\r\t"), std::string::npos) << iri;
        EXPECT_NE(iri.find(':'), std::string::npos) << iri;
        EXPECT_FALSE(iri.starts_with("javascript:")) << iri;
      });
    }
  }
}

TEST_F(EntryRdfTest, ACatalogueListsWhatItHoldsAndDescribesAPublisherOnce) {
  CatalogueDocument catalogue(RdfFormat::kJsonLd,
                              {{"gumi.go.kr/dure/1", "구미시", "town", "47190"},
                               "2026-01-01T00:00:00Z",
                               "2026-03-01T00:00:00Z",
                               "https://here.example/catalog?cursor=x",
                               "https://here.example/catalog"},
                              context_);
  std::string text = catalogue.open();
  const PublisherFacts suwon{"suwon.go.kr/dure/1", "수원시", "town", "41110"};
  text += catalogue.append(entry("service", parking()), suwon);
  text += catalogue.append(entry("practice", parking()), suwon);
  text += catalogue.close();
  const Json json = Json::parse(text, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << text;
  int catalogues = 0, publishers = 0, next = 0, listed = 0;
  for (const Json& node : json["@graph"]) {
    catalogues += node.value("@type", Json()) == "dcat:Catalog";
    publishers += node.value("@id", "") == "urn:dure:member:suwon.go.kr%2Fdure";
    next += node.contains("hydra:next");
    listed += node.contains("dcat:resource");
  }
  EXPECT_EQ(catalogues, 1);
  EXPECT_EQ(publishers, 1);
  EXPECT_EQ(next, 1);
  EXPECT_EQ(listed, 2);
}

}  // namespace
}  // namespace dure::node
