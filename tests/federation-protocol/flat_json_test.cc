// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "dure/encoding.h"
#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;

std::string canonical(std::string_view text) {
  auto parsed = parse_flat_json(text);
  return parsed ? canonical_json(*std::move(parsed)) : std::string(error_name(parsed.error().code));
}

TEST(FlatJsonTest, ReadsStringsIntegersAndBooleansInOrder) {
  const auto object = parse_flat_json(R"( { "b" : "x" , "a" : -12 , "c":true, "d" :false } )");
  ASSERT_TRUE(object);
  EXPECT_EQ((*object)[0], (std::pair<std::string, JsonScalar>("b", std::string("x"))));
  EXPECT_EQ((*object)[1], (std::pair<std::string, JsonScalar>("a", std::int64_t{-12})));
  EXPECT_EQ((*object)[2], (std::pair<std::string, JsonScalar>("c", true)));
}

TEST(FlatJsonTest, CanonicalFormSortsAndDropsSpace) {
  EXPECT_EQ(canonical("{ \"b\": 1,\n\"a\" :\t\"x\" }"), R"({"a":"x","b":1})");
  EXPECT_EQ(canonical("{ }"), "{}");
  EXPECT_EQ(canonical(R"({"":0,"aa":1,"a":-0})"), R"({"":0,"a":0,"aa":1})");
}

TEST(FlatJsonTest, CanonicalFormUsesTheShortestEscapes) {
  EXPECT_EQ(canonical(R"({"a":"\u0041\/\u000f\u000a\t\u20ac\ud83d\ude02\u007f\"\\"})"),
            "{\"a\":\"A/\\u000f\\n\\t€😂\x7F\\\"\\\\\"}");
}

TEST(FlatJsonTest, SortsByUtf16CodeUnitsNotByCodePoints) {
  // U+10000 is D800 DC00 in UTF-16, so it stands before U+FFFF and U+E000 although its code point
  // is larger.
  EXPECT_EQ(canonical("{\"\uFFFF\":1,\"\U00010000\":2,\"\uE000\":3,\"\uD7FF\":4,\"z\":5}"),
            "{\"z\":5,\"\uD7FF\":4,\"\U00010000\":2,\"\uE000\":3,\"\uFFFF\":1}");
}

TEST(FlatJsonTest, CanonicalFormOfItselfIsItself) {
  const std::string once =
      canonical(R"({"z":"\u0000\u001f","y":9007199254740991,"x":-9007199254740991})");
  EXPECT_EQ(canonical(once), once);
}

TEST(FlatJsonTest, RejectsValuesOutsideTheProfile) {
  for (const char* value : {"null",
                            "1.0",
                            "1e3",
                            "1E3",
                            "0.5",
                            "[]",
                            "{}",
                            "[1]",
                            "9007199254740992",
                            "-9007199254740992",
                            "99999999999999999999999999",
                            "01",
                            "-01",
                            "-",
                            "+1",
                            "NaN",
                            "Infinity",
                            "tru",
                            "'x'",
                            ""}) {
    EXPECT_EQ(canonical("{\"a\":" + std::string(value) + "}"), "malformed") << value;
  }
}

TEST(FlatJsonTest, RejectsDuplicateNamesInAnySpelling) {
  EXPECT_EQ(canonical(R"({"a":1,"a":1})"), "malformed");
  EXPECT_EQ(canonical(R"({"a":1,"b":2,"\u0061":3})"), "malformed");
}

TEST(FlatJsonTest, RejectsBadStrings) {
  for (const std::string& text : std::vector<std::string>{
           std::string(R"(\ud800)"), std::string(R"(\udc00)"), std::string(R"(\ud800\u0041)"),
           std::string(R"(\ud800x)"), std::string(R"(\ud800\ud800)"), std::string(R"(\u12)"),
           std::string(R"(\u12g4)"), std::string(R"(\x41)"), std::string("\n"), std::string("\x01"),
           std::string("\xFF"), std::string("\xED\xA0\x80"), std::string(1, '\0'),
           std::string("\\")}) {
    EXPECT_EQ(canonical("{\"a\":\"" + text + "\"}"), "malformed") << hex_encode(text);
  }
}

TEST(FlatJsonTest, RejectsBrokenObjects) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "{}}",
                           "{} x",
                           "[]",
                           "1",
                           "\"a\"",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{\"a\":1 \"b\":2}",
                           "{a:1}",
                           "{\"a\":1",
                           "{\"a\":\"x",
                           "{\"a\":\"x\\",
                           "{\"a\":\"\\u00",
                           "\xEF\xBB\xBF{}",
                           "{\"a\":1}\v"}) {
    EXPECT_EQ(canonical(text), "malformed") << text;
  }
}

TEST(FlatJsonTest, RejectsEveryPrefixOfAnObject) {
  const std::string whole = R"({"a":"x\u00e9\n","b":-12,"c":true})";
  ASSERT_EQ(outcome(parse_flat_json(whole)), "ok");
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_EQ(canonical(whole.substr(0, n)), "malformed") << n;
}

TEST(FlatJsonTest, BoundsItsInput) {
  EXPECT_EQ(outcome(parse_flat_json("{} ", 2)), "too-large");
  EXPECT_EQ(outcome(parse_flat_json("{}", 2)), "ok");
}

}  // namespace
}  // namespace dure
