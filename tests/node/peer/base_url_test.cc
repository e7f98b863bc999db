// SPDX-License-Identifier: Apache-2.0
#include "peer/base_url.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

TEST(BaseUrlTest, HasOneSpelling) {
  EXPECT_EQ(format_base_url(*parse_base_url("https://Dure.Suwon.go.kr:443/")),
            "https://dure.suwon.go.kr");
  EXPECT_EQ(format_base_url(*parse_base_url("http://127.0.0.1:8080/a/b/")),
            "http://127.0.0.1:8080/a/b");
  EXPECT_EQ(format_base_url(*parse_base_url("http://[::1]:80")), "http://[::1]");
}

TEST(BaseUrlTest, RefusesWhatIsNoBaseUrl) {
  for (const char* bad :
       {"", "dure.kr", "ftp://a", "http://", "http://a b", "http://a:0", "http://a:65536",
        "http://a:1x", "http://user@a", "http://a/?q", "http://a/#f", "http://a//b",
        "http://a/../b", "http://[::1", "http://[::1]x", "http://a/\r\nX: y"}) {
    EXPECT_FALSE(parse_base_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace dure::node
