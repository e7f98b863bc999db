// SPDX-License-Identifier: Apache-2.0
#include "importing/dcat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "rdf/rdf_reader.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kHead = R"(@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
)";

// As CKAN writes it.
constexpr const char* kDataset = R"(
<https://data.example/dataset/7f> a dcat:Dataset ;
  dct:identifier "7f" ; dct:title "공영주차장 현황" , "Public car parks"@en ;
  dct:description "시가 운영하는 주차장의 위치와 요금"@ko ;
  dct:issued "2024-01-02T03:04:05.678900"^^xsd:dateTime ;
  dct:modified "2026-03-01"^^xsd:date ;
  dct:publisher [ a foaf:Agent ; foaf:name "경기도 수원시" ] ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "교통과" ;
    vcard:hasEmail <mailto:parking@suwon.example> ; vcard:hasTelephone <tel:031-000-0000> ] ;
  dcat:keyword "주차", "교통" ; dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
  dct:temporal [ dcat:startDate "2020-01-01"^^xsd:date ; dcat:endDate "2025-12-31"^^xsd:date ] ;
  dct:license <http://creativecommons.org/licenses/by/4.0/> ;
  dcat:landingPage <https://data.example/dataset/parking> ;
  dcat:distribution <https://data.example/r/2> , <https://data.example/r/1> .
<https://data.example/r/1> a dcat:Distribution ; dct:title "CSV 파일" ; dct:format "CSV" ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
  dcat:byteSize "1234"^^xsd:decimal ; dcat:accessURL <https://data.example/1.csv> .
<https://data.example/r/2> dcat:downloadURL <https://data.example/2.json> ;
  dcat:accessURL <https://data.example/2> ; dct:format [ dct:title "JSON" ] .
)";

class DcatTest : public testing::Test {
 protected:
  void SetUp() override { validator_ = *EntryValidator::create(); }

  static DcatOptions options() {
    DcatOptions out;
    out.own_region = "41110";
    out.region_of = [](std::string_view name) {
      if (name.starts_with("경기도 수원시")) return std::optional<std::string>("41110");
      if (name.starts_with("경기도 성남시")) return std::optional<std::string>("41130");
      return std::optional<std::string>();
    };
    return out;
  }
  static DcatEntries read(const std::string& turtle, const DcatOptions& given = options()) {
    const auto graph = read_rdf(kHead + turtle, "file:///");
    EXPECT_TRUE(graph) << graph.error().detail;
    auto entries = read_dcat(*graph, given);
    EXPECT_TRUE(entries) << entries.error().detail;
    return entries ? std::move(*entries) : DcatEntries();
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    text.replace(text.find(what), what.size(), by);
    return text;
  }

  std::unique_ptr<EntryValidator> validator_;
};

TEST_F(DcatTest, ADatasetBecomesAValidEntry) {
  const auto entries = read(kDataset);
  ASSERT_THAT(entries.entries, SizeIs(1));
  const auto& document = entries.entries[0].document;
  EXPECT_EQ(document.type, "dataset");
  EXPECT_EQ(document.source, "dcat:https://data.example/dataset/7f");
  const auto faults = validator_->check("dataset", document.body);
  EXPECT_FALSE(has_error(faults)) << faults.at(0).pointer << " " << faults.at(0).text;
  EXPECT_EQ(Json::parse(document.body), Json::parse(R"({
    "contact":{"email":"parking@suwon.example","page":"https://data.example/dataset/parking","phone":"031-000-0000"},
    "department":{"ko":"경기도 수원시"},
    "distributions":[
      {"format":"CSV","mediaType":"text/csv","size":1234,"title":{"ko":"CSV 파일"},"url":"https://data.example/1.csv"},
      {"format":"JSON","url":"https://data.example/2.json"}],
    "fields":["2"],"frequency":"monthly",
    "identifiers":[{"scheme":"dcat","value":"https://data.example/dataset/7f"},{"scheme":"dct-identifier","value":"7f"}],
    "issued":"2024-01-02T03:04:05+09:00","keywords":["교통","주차"],"kind":"data","licence":"kogl-1",
    "links":[{"rel":"about","url":"https://data.example/dataset/parking"}],
    "modified":"2026-03-01","period":{"end":"2025-12-31","start":"2020-01-01"},
    "regions":[{"code":"4111000000","scheme":"bjd"}],
    "summary":{"ko":"시가 운영하는 주차장의 위치와 요금"},
    "title":{"en":"Public car parks","ko":"공영주차장 현황"}})"));
}

TEST_F(DcatTest, TheOrderOfTheFileDoesNotMatter) {
  const auto other = replaced(replaced(kDataset, "\"주차\", \"교통\"", "\"교통\", \"주차\""),
                              "<https://data.example/r/2> , <https://data.example/r/1>",
                              "<https://data.example/r/1> , <https://data.example/r/2>");
  EXPECT_EQ(read(other).entries.at(0).document.body, read(kDataset).entries.at(0).document.body);
}

TEST_F(DcatTest, ADataServiceIsAnApi) {
  const auto entries = read(R"(<https://data.example/api> a dcat:DataService ; dct:title "API" ;
    dct:publisher <https://suwon.example/> ; dct:modified "2026-03-01" ; dct:license "공공누리 제3유형" ;
    dcat:endpointURL <https://data.example/api/v1> ; dcat:endpointDescription <https://data.example/openapi.json> .
    <https://suwon.example/> foaf:name "경기도 수원시 정보과" .)");
  ASSERT_THAT(entries.entries, SizeIs(1));
  const auto body = Json::parse(entries.entries[0].document.body);
  EXPECT_FALSE(has_error(validator_->check("dataset", body.dump())));
  EXPECT_EQ(body["kind"], "api");
  EXPECT_EQ(body["licence"], "kogl-3");
  EXPECT_EQ(
      body["distributions"],
      Json::parse(
          R"([{"url":"https://data.example/api/v1","manual":"https://data.example/openapi.json"}])"));
}

TEST_F(DcatTest, TakesOnlyWhatTheOwnGovernmentPublishesUnlessAskedForAll) {
  const auto other = replaced(kDataset, "경기도 수원시", "경기도 성남시");
  EXPECT_THAT(read(other).entries, IsEmpty());
  EXPECT_THAT(read(other).left, SizeIs(1));
  EXPECT_THAT(read(replaced(kDataset, "경기도 수원시", "행정안전부")).left, SizeIs(1));
  auto all = options();
  all.take_all = true;
  const auto taken = read(replaced(kDataset, "경기도 수원시", "행정안전부"), all);
  ASSERT_THAT(taken.entries, SizeIs(1));
  EXPECT_FALSE(Json::parse(taken.entries[0].document.body).contains("regions"));
}

TEST_F(DcatTest, ALicenceIsMappedOrAskedFor) {
  const std::string line = "<http://creativecommons.org/licenses/by/4.0/>";
  const auto fault = [](const DcatEntries& entries) {
    return entries.invalid.empty() ? "accepted" : entries.invalid[0].faults.at(0).text;
  };
  EXPECT_EQ(fault(read(replaced(kDataset, "dct:license " + line + " ;", ""))),
            "schema.dcat.no-licence");
  const auto share_alike =
      replaced(kDataset, line, "<http://creativecommons.org/licenses/by-sa/4.0/>");
  EXPECT_EQ(fault(read(share_alike)), "schema.dcat.licence");
  auto given = options();
  given.licence = "kogl-2";
  EXPECT_EQ(Json::parse(read(share_alike, given).entries.at(0).document.body)["licence"], "kogl-2");
}

TEST_F(DcatTest, ItsOwnLicenceComesBeforeThatOfItsDistributions) {
  const std::string own = "dct:license <http://creativecommons.org/licenses/by/4.0/> ;";
  const auto both = replaced(
      kDataset, "dct:format \"CSV\" ;",
      "dct:license <http://creativecommons.org/licenses/by-nc/4.0/> ; dct:format \"CSV\" ;");
  const auto licence = [](const std::string& turtle) {
    return Json::parse(read(turtle).entries.at(0).document.body)["licence"];
  };
  EXPECT_EQ(licence(both), "kogl-1");
  EXPECT_EQ(licence(replaced(both, own, "")), "kogl-2");
}

TEST_F(DcatTest, WordsWithoutALanguageAreKoreanOnlyIfTheyHaveHangul) {
  const auto untagged = replaced(kDataset, "\"Public car parks\"@en", "\"Public car parks\"");
  EXPECT_EQ(Json::parse(read(untagged).entries.at(0).document.body)["title"],
            Json::parse(R"({"en":"Public car parks","ko":"공영주차장 현황"})"));
  const auto french = replaced(kDataset, "\"Public car parks\"@en", "\"Parkings\"@fr");
  EXPECT_EQ(Json::parse(read(french).entries.at(0).document.body)["title"].size(), 1U);
}

TEST_F(DcatTest, AMobileNumberIsNotTakenOver) {
  const auto mobile = replaced(kDataset, "tel:031-000-0000", "tel:010-1234-5678");
  const auto contact = Json::parse(read(mobile).entries.at(0).document.body)["contact"];
  EXPECT_FALSE(contact.contains("phone")) << contact.dump();
  EXPECT_TRUE(contact.contains("email"));
}

TEST_F(DcatTest, WhatIsTooLongOrTooManyIsCutAtTheLimitsOfTheSchema) {
  std::string title, many = "dcat:distribution ";
  for (int i = 0; i < 121; ++i) title += "가";
  for (int i = 0; i < 31; ++i)
    many += "[ dcat:accessURL <https://data.example/x" + std::to_string(i) + "> ] , ";
  const auto text =
      replaced(replaced(kDataset, "공영주차장 현황", title), "dcat:distribution ", many);
  const auto entries = read(text);
  const auto& document = entries.entries.at(0).document;
  EXPECT_FALSE(has_error(validator_->check("dataset", document.body)));
  const auto body = Json::parse(document.body);
  EXPECT_EQ(body["distributions"].size(), 30U);
  EXPECT_EQ(body["title"]["ko"], title.substr(0, 119 * 3) + "…");
}

TEST_F(DcatTest, IdentifiersThatDoNotFitAreNamedByTheirHash) {
  const std::string name = "https://data.example/dataset/7f";
  const auto korean = replaced(kDataset, name, "https://data.example/자료");
  const auto source = read(korean).entries.at(0).document.source;
  EXPECT_TRUE(source.starts_with("dcat:sha256:"));
  EXPECT_EQ(read(korean).entries.at(0).document.source, source);
  const auto blank = replaced(kDataset, "<" + name + ">", "_:d");
  EXPECT_EQ(read(blank).entries.at(0).document.source, "dcat:7f");
  EXPECT_EQ(read(replaced(blank, "dct:identifier \"7f\" ;", "")).invalid.at(0).faults.at(0).text,
            "schema.import.no-source");
}

TEST_F(DcatTest, AGraphWithoutDatasetsIsRefused) {
  const auto graph = read_rdf("<a> <b> <c> .", "file:///");
  EXPECT_EQ(read_dcat(*graph, options()).error().text, "schema.dcat.none");
}

TEST(LicenceCodeTest, KnowsAddressesAndNames) {
  EXPECT_EQ(licence_code("https://www.kogl.or.kr/info/licenseType2.do"), "kogl-2");
  EXPECT_EQ(licence_code("공공누리 제1유형: 출처표시"), "kogl-1");
  EXPECT_EQ(licence_code("이용허락범위 제한 없음"), "kogl-0");
  EXPECT_EQ(licence_code("http://creativecommons.org/licenses/by-nc-nd/2.0/kr/"), "kogl-4");
  EXPECT_EQ(licence_code("CC-BY-NC-4.0"), "kogl-2");
  EXPECT_EQ(licence_code("CC BY 4.0"), "kogl-1");
  EXPECT_EQ(licence_code("https://creativecommons.org/publicdomain/zero/1.0/"), "kogl-0");
  EXPECT_EQ(licence_code("http://creativecommons.org/licenses/by-nc-sa/4.0/"), "");
  EXPECT_EQ(licence_code("cc-by-sa"), "");
  EXPECT_EQ(licence_code("notspecified"), "");
}

}  // namespace
}  // namespace dure::node
