// SPDX-License-Identifier: Apache-2.0
#include "peer/public_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

namespace dure::node {
namespace {

bool is_public(const std::string& text) {
  sockaddr_storage storage{};
  if (text.find(':') == std::string::npos) {
    auto& in = reinterpret_cast<sockaddr_in&>(storage);
    in.sin_family = AF_INET;
    EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &in.sin_addr), 1) << text;
  } else {
    auto& in = reinterpret_cast<sockaddr_in6&>(storage);
    in.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &in.sin6_addr), 1) << text;
  }
  return is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

TEST(PublicAddressTest, TheEdgesOfEveryRangeAreRefused) {
  for (const char* text : {"0.0.0.0",
                           "0.255.255.255",
                           "10.0.0.0",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.0.0",
                           "169.254.169.254",
                           "172.16.0.0",
                           "172.31.255.255",
                           "192.0.0.0",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.0",
                           "192.168.255.255",
                           "198.18.0.0",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.0",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:10.0.0.1",
                           "::ffff:127.0.0.1",
                           "::127.0.0.1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:1ff::1",
                           "2001:db8::1",
                           "2002:7f00:1::1",
                           "2002:c0a8:1::1",
                           "3fff::1",
                           "3fff:fff::1",
                           "4000::1",
                           "fc00::1",
                           "fdff::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"})
    EXPECT_FALSE(is_public(text)) << text;
}

TEST(PublicAddressTest, WhatLiesBesideThemIsAsked) {
  for (const char* text : {"1.0.0.0",        "9.255.255.255",   "11.0.0.0",    "100.63.255.255",
                           "100.128.0.0",    "126.255.255.255", "128.0.0.0",   "169.253.255.255",
                           "169.255.0.0",    "172.15.255.255",  "172.32.0.0",  "192.0.1.0",
                           "192.0.3.0",      "192.167.255.255", "192.169.0.0", "198.17.255.255",
                           "198.20.0.0",     "203.0.112.255",   "203.0.114.0", "223.255.255.255",
                           "2001:200::1",    "2001:db7::1",     "2001:db9::1", "2606:4700::1111",
                           "2400:cb00::1",   "2002:808:808::1", "3ffe::1",     "3fff:1000::1",
                           "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"})
    EXPECT_TRUE(is_public(text)) << text;
}

TEST(PublicAddressTest, WhatIsNoInternetAddressIsRefused) {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  EXPECT_FALSE(is_public_address(address));
}

}  // namespace
}  // namespace dure::node
