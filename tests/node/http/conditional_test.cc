// SPDX-License-Identifier: Apache-2.0
#include "http/conditional.h"

#include <gtest/gtest.h>

#include "http/gzip.h"

namespace dure::node::http {
namespace {

TEST(ConditionalTest, MatchesEitherVariantWeakly) {
  EXPECT_EQ(matching_tag("\"a\"", "\"a\""), "\"a\"");
  EXPECT_EQ(matching_tag("\"x\", W/\"a\"", "\"a\""), "W/\"a\"");
  EXPECT_EQ(matching_tag("\"a-gzip\"", "\"a\""), "\"a-gzip\"");
  EXPECT_EQ(matching_tag("*", "\"a\""), "\"a\"");
  for (const std::string_view other :
       {"\"b\"", "a", "\"a-gzip", "\"aa-gzip\"", "\"a-gzi\"", "", ","}) {
    EXPECT_EQ(matching_tag(other, "\"a\""), "") << other;
  }
}

TEST(ConditionalTest, IfRangeNeedsTheStrongTagOfThePlainVariant) {
  EXPECT_TRUE(if_range_holds("", "\"a\""));
  EXPECT_TRUE(if_range_holds("\"a\"", "\"a\""));
  EXPECT_FALSE(if_range_holds("\"a-gzip\"", "\"a\""));
  EXPECT_FALSE(if_range_holds("W/\"a\"", "W/\"a\""));
  EXPECT_FALSE(if_range_holds("Sun, 06 Nov 1994 08:49:37 GMT", "\"a\""));
  EXPECT_FALSE(if_range_holds("\"a\"", ""));
}

TEST(GzipTest, ReadsAcceptEncoding) {
  for (const std::string_view yes :
       {"gzip", "br, GZIP", "gzip;q=0.5", "*", "x-gzip", "*;q=0, gzip"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const std::string_view no :
       {"", "br", "gzip;q=0", "gzip; q=0.000", "identity", "*;q=0", "gzip;q=0, *"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

}  // namespace
}  // namespace dure::node::http
