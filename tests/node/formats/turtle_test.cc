// SPDX-License-Identifier: Apache-2.0
#include "formats/turtle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "formats/json_ld.h"

namespace dure::node {
namespace {

using testing::HasSubstr;
using testing::Not;

RdfNode sample() {
  RdfNode inner;
  inner.id = "https://x/licence";
  inner.types = {"dct:LicenseDocument"};
  RdfNode blank;
  blank.types = {"cv:Cost"};
  blank.add("dct:identifier", rdf_plain("a-fee-1"));
  blank.add("cv:currency", rdf_node(inner));
  RdfNode node;
  node.id = "https://x/e/1";
  node.types = {"cpsv:PublicService", "dcat:Resource"};
  node.add("dct:title", rdf_text("\"a\\b\"\n\x01", "ko"));
  node.add("dct:title", rdf_text("b", "en"));
  node.add("cv:hasCost", rdf_node(blank));
  node.add("dct:issued", rdf_typed("2026-01-01", "xsd:date"));
  node.add("foaf:page", rdf_iri("http://a b/>"));
  return node;
}

TEST(TurtleTest, EscapesTextAndAddresses) {
  const std::string turtle = TurtleWriter::append(sample());
  EXPECT_THAT(turtle, HasSubstr("dct:title \"\\\"a\\\\b\\\"\\n\\u0001\"@ko"));
  EXPECT_THAT(turtle, HasSubstr("foaf:page <http://a%20b/%3E>"));
  EXPECT_THAT(turtle, HasSubstr("dct:issued \"2026-01-01\"^^xsd:date"));
}

TEST(TurtleTest, NoControlCharacterStandsInAText) {
  RdfNode node;
  node.id = "https://x/e/1";
  node.add("dct:title", rdf_text("a\rb\tc\x7F", "en"));
  node.add("dct:identifier", rdf_plain("d\"e"));
  const std::string turtle = TurtleWriter::append(node);
  EXPECT_THAT(turtle, HasSubstr("dct:title \"a\\rb\\tc\\u007F\"@en"));
  EXPECT_THAT(turtle, HasSubstr("dct:identifier \"d\\\"e\" .")) << "without a language";
}

TEST(TurtleTest, NamedThingsInsideOthersGetTheirOwnStatement) {
  const std::string turtle = TurtleWriter::append(sample());
  EXPECT_THAT(turtle, HasSubstr("cv:currency <https://x/licence>]"));
  EXPECT_THAT(turtle, HasSubstr("\n<https://x/licence> a dct:LicenseDocument .\n"));
}

TEST(TurtleTest, AThingOfWhichNothingIsSaidIsNotWritten) {
  RdfNode node;
  node.id = "https://x/";
  EXPECT_THAT(TurtleWriter::append(node), Not(HasSubstr("<")));
}

TEST(JsonLdTest, IsOneJsonDocument) {
  JsonLdWriter writer;
  std::string text = JsonLdWriter::open();
  for (int i = 0; i < 2; ++i) text += writer.append(sample());
  text += JsonLdWriter::close();
  const auto json = nlohmann::json::parse(text, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << text;
  ASSERT_EQ(json["@graph"].size(), 2U);
  const auto& node = json["@graph"][0];
  EXPECT_EQ(node["dct:title"].size(), 2U);
  EXPECT_EQ(node["dct:title"][0]["@value"], "\"a\\b\"\n\x01");
  EXPECT_EQ(node["cv:hasCost"]["cv:currency"]["@id"], "https://x/licence");
}

}  // namespace
}  // namespace dure::node
