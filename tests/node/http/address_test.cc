// SPDX-License-Identifier: Apache-2.0
#include "http/address.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

Address address(std::string_view text) { return parse_address(text).value_or(Address()); }

AddressSet set_of(const std::vector<std::string>& entries) {
  auto set = AddressSet::parse(entries);
  EXPECT_TRUE(set);
  return set ? *set : AddressSet();
}

TEST(AddressTest, ReadsBothFamiliesWithAndWithoutPort) {
  EXPECT_EQ(address("192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(address("192.0.2.1:80"), address("192.0.2.1"));
  EXPECT_EQ(address("[2001:db8::1]:443"), address("2001:db8::1"));
  EXPECT_EQ(address("::ffff:192.0.2.1"), address("192.0.2.1"));
  for (const std::string_view bad :
       {"", "x", "192.0.2", "192.0.2.1:", "192.0.2.1:x", "[::1", "[::1]x", "1.2.3.4, 5"}) {
    EXPECT_FALSE(parse_address(bad)) << bad;
  }
}

TEST(AddressTest, CountsIpv6ByNetwork) {
  EXPECT_EQ(address("2001:db8:1:2::3").network(), address("2001:db8:1:2:ffff::").network());
  EXPECT_NE(address("2001:db8:1:2::3").network(), address("2001:db8:1:3::3").network());
  EXPECT_NE(address("192.0.2.1").network(), address("192.0.2.2").network());
}

TEST(AddressSetTest, MatchesNetworksOfBothFamilies) {
  const auto set = set_of({"10.0.0.0/9", "2001:db8::/33", "192.0.2.7"});
  EXPECT_TRUE(set.contains(address("10.127.1.1")));
  EXPECT_FALSE(set.contains(address("10.128.0.0")));
  EXPECT_TRUE(set.contains(address("2001:db8:7fff::1")));
  EXPECT_FALSE(set.contains(address("2001:db8:8000::1")));
  EXPECT_TRUE(set.contains(address("192.0.2.7")));
  EXPECT_FALSE(set.contains(address("192.0.2.8")));
}

TEST(AddressSetTest, RejectsWhatIsNoNetwork) {
  for (const std::string bad :
       {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "proxy", "10.0.0.0/8x"}) {
    const auto set = AddressSet::parse({bad});
    ASSERT_FALSE(set) << bad;
    EXPECT_EQ(set.error().code, ErrorCode::kInvalid);
  }
}

TEST(ClientBehindTest, TakesTheRightmostUntrustedHop) {
  const auto trusted = set_of({"127.0.0.1", "10.0.0.0/8"});
  const auto proxy = address("127.0.0.1");
  EXPECT_EQ(client_behind(proxy, "6.6.6.6, 198.51.100.1, 10.1.1.1", trusted).text(),
            "198.51.100.1");
  EXPECT_EQ(client_behind(proxy, "", trusted), proxy);
  EXPECT_EQ(client_behind(proxy, "10.2.2.2, 10.1.1.1", trusted).text(), "10.2.2.2");
  EXPECT_EQ(client_behind(proxy, "1.2.3.4, junk, 10.1.1.1", trusted).text(), "10.1.1.1");
}

TEST(ClientBehindTest, IgnoresTheHeaderFromOthers) {
  const auto trusted = set_of({"10.0.0.0/8"});
  EXPECT_EQ(client_behind(address("192.0.2.1"), "1.2.3.4", trusted).text(), "192.0.2.1");
}

}  // namespace
}  // namespace dure::node::http
