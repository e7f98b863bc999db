// SPDX-License-Identifier: Apache-2.0
#include "formats/iri.h"

#include <gtest/gtest.h>

#include "formats/addresses.h"
#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

TEST(IriTest, EncodesWhatAnAddressMayNotHold) {
  EXPECT_EQ(clean_iri("http://a b/\"><\\^`{|}"), "http://a%20b/%22%3E%3C%5C%5E%60%7B%7C%7D");
  EXPECT_EQ(clean_iri("https://x/값\n"), "https://x/%EA%B0%92%0A");
  EXPECT_EQ(clean_iri("https://x/%41%zz%2"), "https://x/%41%25zz%252");
  EXPECT_EQ(clean_iri("https://[::1]:8/?a=b&c#d"), "https://[::1]:8/?a=b&c#d");
}

TEST(IriTest, EncodingTwiceChangesNothing) {
  for (const auto& text : hostile_texts()) EXPECT_EQ(clean_iri(clean_iri(text)), clean_iri(text));
  for (const auto& text : hostile_addresses())
    EXPECT_EQ(clean_iri(clean_iri(text)), clean_iri(text));
}

TEST(IriTest, MakesTelephoneAndMailAddresses) {
  EXPECT_EQ(telephone_iri("(031) 228-2114~5"), "tel:031228-2114");
  EXPECT_EQ(telephone_iri("+82-31-228-2114, 2115"), "tel:+82-31-228-2114");
  EXPECT_EQ(telephone_iri("<none>"), "");
  EXPECT_EQ(mail_iri("a b@x.kr"), "mailto:a%20b@x.kr");
  EXPECT_EQ(mail_iri("nobody"), "");
}

TEST(AddressesTest, AnEntryIsAtItsPublishersNode) {
  Addresses addresses;
  addresses.own_base = "https://gumi.example";
  addresses.bases["suwon.go.kr/dure/1"] = "https://suwon.example/";
  EXPECT_EQ(addresses.entry("suwon.go.kr/dure/1", "abc"), "https://suwon.example/e/abc");
  EXPECT_EQ(addresses.entry("x\"/dure/1", "abc"),
            "https://gumi.example/e/abc?origin=x%22%2Fdure%2F1");
  EXPECT_EQ(member_iri("suwon.go.kr/dure/2"), "urn:dure:member:suwon.go.kr%2Fdure");
}

}  // namespace
}  // namespace dure::node
