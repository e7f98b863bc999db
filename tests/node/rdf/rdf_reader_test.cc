// SPDX-License-Identifier: Apache-2.0
// One catalogue in three formats is one graph, and what would do harm is refused with a reason.
#include "rdf/rdf_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace dure::node {
namespace {

constexpr const char* kBase = "https://data.example/catalogue";

std::string text_of(const Term& term, std::map<std::string, std::string>& blanks) {
  switch (term.kind) {
    case Term::Kind::kIri:
      return "<" + term.value + ">";
    case Term::Kind::kLiteral:
      return "\"" + term.value + "\"@" + term.language;
    case Term::Kind::kBlank:
      return blanks.emplace(term.value, "_").first->second;
  }
  return {};
}

/// The statements as a set of lines, blank nodes all alike.
std::set<std::string> lines(const Result<Graph>& graph) {
  std::set<std::string> out;
  if (!graph) return {graph.error().text + " " + graph.error().detail};
  std::map<std::string, std::string> blanks;
  for (const auto* name :
       {"http://purl.org/dc/terms/title", "http://www.w3.org/ns/dcat#keyword",
        "http://www.w3.org/ns/dcat#distribution", "http://www.w3.org/ns/dcat#accessURL",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"}) {
    for (const auto& subject : graph->subjects()) {
      for (const auto& object : graph->objects(subject, name))
        out.insert(text_of(subject, blanks) + " " + name + " " + text_of(object, blanks));
    }
  }
  return out;
}

std::string refusal(std::string_view text) {
  const auto graph = read_rdf(text, kBase);
  return graph ? "accepted" : graph.error().text;
}

constexpr const char* kTurtle = R"(@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<d/1> a dcat:Dataset ; dct:title "주차"@ko , "Parking"@EN ; dcat:keyword "a ( b" ;
  dcat:distribution [ dcat:accessURL <https://data.example/d/1.csv> ] .
)";
constexpr const char* kXml = R"(<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"
  xmlns:dcat="http://www.w3.org/ns/dcat#">
 <dcat:Dataset rdf:about="d/1">
  <dct:title xml:lang="ko">주차</dct:title><dct:title xml:lang="EN">Parking</dct:title>
  <dcat:keyword>a ( b</dcat:keyword>
  <dcat:distribution rdf:parseType="Resource"><dcat:accessURL rdf:resource="https://data.example/d/1.csv"/></dcat:distribution>
 </dcat:Dataset>
</rdf:RDF>)";
constexpr const char* kJson =
    R"({"@context":{"dcat":"http://www.w3.org/ns/dcat#","dct":"http://purl.org/dc/terms/",
 "title":{"@id":"dct:title","@container":"@language"},"id":"@id","accessURL":{"@id":"dcat:accessURL","@type":"@id"}},
 "@graph":[{"id":"d/1","@type":"dcat:Dataset","title":{"ko":"주차","EN":"Parking"},"dcat:keyword":["a ( b"],
  "dcat:distribution":{"accessURL":"https://data.example/d/1.csv"},"nonsense":7}]})";

TEST(RdfReaderTest, ThreeFormatsSayTheSame) {
  const auto turtle = lines(read_rdf(kTurtle, kBase));
  EXPECT_EQ(turtle.size(), 6U);
  EXPECT_TRUE(
      turtle.contains("<https://data.example/d/1> http://purl.org/dc/terms/title \"Parking\"@en"));
  EXPECT_EQ(lines(read_rdf(kXml, kBase)), turtle);
  EXPECT_EQ(lines(read_rdf(kJson, kBase)), turtle);
  EXPECT_EQ(lines(read_rdf("\xEF\xBB\xBF" + std::string(kJson), kBase)), turtle);
}

TEST(RdfReaderTest, KnowsFormatsByTheirBeginning) {
  EXPECT_EQ(rdf_format_of(kTurtle), RdfFormat::kTurtle);
  EXPECT_EQ(rdf_format_of(kXml), RdfFormat::kRdfXml);
  EXPECT_EQ(rdf_format_of(kJson), RdfFormat::kJsonLd);
  EXPECT_EQ(rdf_format_of(" [ {"), RdfFormat::kJsonLd);
  EXPECT_EQ(rdf_format_of("[] a <x> ."), RdfFormat::kJsonLd) << "[] alone could be either";
  EXPECT_EQ(rdf_format_of("[ a <x> ] ."), RdfFormat::kTurtle);
  EXPECT_EQ(rdf_format_of("<d> a <x> ."), RdfFormat::kTurtle);
}

TEST(RdfReaderTest, JsonLdKnowsVocabulariesPrefixesAndValues) {
  const auto graph = read_rdf(
      R"([{"@context":[{"@vocab":"http://purl.org/dc/terms/","@language":"ko"},
            {"dcat":"http://www.w3.org/ns/dcat#","kw":{"@id":"dcat:keyword","@type":"http://www.w3.org/2001/XMLSchema#string"}}],
          "@id":"_:x","title":["가",{"@value":"b","@language":"EN"},{"@value":3}],"kw":{"@set":["다"]},
          "@reverse":{"dcat:distribution":{"@id":"https://a.kr/1"}}}])",
      kBase);
  ASSERT_TRUE(graph) << graph.error().text;
  const auto said = lines(graph);
  EXPECT_TRUE(said.contains("_ http://purl.org/dc/terms/title \"가\"@ko"));
  EXPECT_TRUE(said.contains("_ http://purl.org/dc/terms/title \"b\"@en"));
  EXPECT_TRUE(said.contains("_ http://purl.org/dc/terms/title \"3\"@"));
  EXPECT_TRUE(said.contains("_ http://www.w3.org/ns/dcat#keyword \"다\"@"));
  EXPECT_TRUE(said.contains("<https://a.kr/1> http://www.w3.org/ns/dcat#distribution _"));
}

TEST(RdfReaderTest, RdfXmlInheritsBaseAndLanguageAndNamesBlankNodes) {
  const auto said = lines(read_rdf(
      R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dct="http://purl.org/dc/terms/" xmlns:dcat="http://www.w3.org/ns/dcat#"
  xml:base="https://other.example/a/" xml:lang="KO">
 <dcat:Dataset rdf:about="1" dct:title="속성"><dct:title>가</dct:title>
  <dct:title rdf:datatype="http://www.w3.org/2001/XMLSchema#string">나</dct:title>
  <dcat:distribution rdf:nodeID="d"/></dcat:Dataset>
 <dcat:Distribution rdf:nodeID="d"><dcat:accessURL rdf:resource="2.csv"/></dcat:Distribution>
</rdf:RDF>)",
      kBase));
  const std::string title = "<https://other.example/a/1> http://purl.org/dc/terms/title ";
  EXPECT_TRUE(said.contains(title + "\"가\"@ko"));
  EXPECT_TRUE(said.contains(title + "\"나\"@")) << "a typed text is in no language";
  EXPECT_TRUE(said.contains(title + "\"속성\"@ko"));
  EXPECT_TRUE(
      said.contains("_ http://www.w3.org/ns/dcat#accessURL <https://other.example/a/2.csv>"));
}

TEST(RdfReaderTest, JsonLdKnowsItsBaseAndIndexes) {
  const auto said = lines(read_rdf(
      R"({"@context":{"@base":"https://other.example/a/","dct":"http://purl.org/dc/terms/",
        "t":{"@id":"dct:title","@container":"@index","@language":"en"},"gone":null},
        "@id":"1","t":{"x":"one","y":["two"]},"gone":"nothing"})",
      kBase));
  const std::string title = "<https://other.example/a/1> http://purl.org/dc/terms/title ";
  EXPECT_EQ(said, (std::set<std::string>{title + "\"one\"@en", title + "\"two\"@en"}));
}

TEST(RdfReaderTest, WhatIsSaidTwiceIsSaidOnce) {
  const auto graph = read_rdf("<a> <b> \"c\" . <a> <b> \"c\" . <a> <b> \"c\"@ko .", kBase);
  ASSERT_TRUE(graph);
  EXPECT_EQ(graph->objects(graph->subjects().at(0), "https://data.example/b").size(), 2U);
}

TEST(RdfReaderTest, NothingIsFetched) {
  EXPECT_EQ(refusal(R"({"@context":"https://evil.example/context.jsonld"})"),
            "schema.rdf.remote-context");
  EXPECT_EQ(refusal(R"({"@context":[{"@import":"https://evil.example/"}]})"),
            "schema.rdf.json-ld-feature");
  EXPECT_EQ(refusal("<?xml version=\"1.0\"?><!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>"),
            "schema.rdf.doctype");
}

TEST(RdfReaderTest, EntityBombsAreRefusedUnread) {
  EXPECT_EQ(
      refusal("<?xml version=\"1.0\"?>\n<!-- > -->\n<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b "
              "\"&a;&a;&a;\">]><l>&b;</l>"),
      "schema.rdf.doctype");
  EXPECT_EQ(
      refusal("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">&x;</rdf:RDF>"),
      "schema.rdf.xml");
}

TEST(RdfReaderTest, CompressedFilesAreRefused) {
  EXPECT_EQ(refusal("PK\x03\x04zip"), "schema.rdf.compressed");
  EXPECT_EQ(refusal("\x1F\x8Bgzip"), "schema.rdf.compressed");
}

TEST(RdfReaderTest, AWebPageIsNoCatalogue) {
  EXPECT_EQ(refusal("\n<!DOCTYPE HTML>\n<html>"), "schema.rdf.html");
  EXPECT_EQ(refusal("<html lang=\"ko\">"), "schema.rdf.html");
}

TEST(RdfReaderTest, DepthIsBoundedInEachFormat) {
  const auto nested = [](const std::string& open, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += open;
    return text;
  };
  EXPECT_EQ(refusal("<a> <b> " + nested("[ <c> ", 100'000)), "schema.rdf.depth");
  EXPECT_EQ(refusal("{\"a\":" + nested("[", 100'000)), "schema.rdf.depth");
  EXPECT_NE(
      refusal(
          "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:a=\"u:a\">" +
          nested("<a:b>", 100'000)),
      "accepted");
  std::string deep =
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:a=\"u:a\">" +
      nested("<a:b>", 200);
  for (int i = 0; i < 200; ++i) deep += "</a:b>";
  EXPECT_EQ(refusal(deep + "</rdf:RDF>"), "schema.rdf.depth");
}

TEST(RdfReaderTest, SizesAreBounded) {
  EXPECT_EQ(refusal(std::string(kMaxRdfBytes + 1, ' ')), "schema.rdf.too-large");
  EXPECT_EQ(refusal("<a> <b> \"" + std::string(kMaxTermBytes + 1, 'x') + "\" ."),
            "schema.rdf.term");
  std::string many = "<a> <b> 0";
  for (std::size_t i = 1; i <= kMaxTriples; ++i) many += ", " + std::to_string(i);
  EXPECT_EQ(refusal(many + " ."), "schema.rdf.triples");
}

TEST(RdfReaderTest, FaultsNameTheLine) {
  const auto turtle = read_rdf("<a> <b> <c> .\n<a> <b .\n", kBase);
  ASSERT_FALSE(turtle);
  EXPECT_EQ(turtle.error().text, "schema.rdf.turtle");
  EXPECT_EQ(turtle.error().args.at(0).second, "2");
  EXPECT_EQ(refusal("<rdf:RDF xmlns:rdf=\"http://x\">\n<a"), "schema.rdf.xml");
  EXPECT_EQ(refusal("{\"@graph\": [}"), "schema.rdf.json");
  EXPECT_EQ(refusal("a\xFF"), "schema.rdf.utf8");
  EXPECT_EQ(refusal(" \n"), "schema.file.empty");
}

TEST(ResolveIriTest, FollowsRfc3986) {
  const std::string base = "http://a/b/c/d?q";
  EXPECT_EQ(resolve_iri(base, "g"), "http://a/b/c/g");
  EXPECT_EQ(resolve_iri(base, "./g/"), "http://a/b/c/g/");
  EXPECT_EQ(resolve_iri(base, "/g"), "http://a/g");
  EXPECT_EQ(resolve_iri(base, "//g"), "http://g");
  EXPECT_EQ(resolve_iri(base, "?y"), "http://a/b/c/d?y");
  EXPECT_EQ(resolve_iri(base, "#s"), "http://a/b/c/d?q#s");
  EXPECT_EQ(resolve_iri(base, "../../../g"), "http://a/g");
  EXPECT_EQ(resolve_iri(base, "mailto:a@b"), "mailto:a@b");
  EXPECT_EQ(resolve_iri(base, ""), "http://a/b/c/d?q");
}

}  // namespace
}  // namespace dure::node
