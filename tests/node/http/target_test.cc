// SPDX-License-Identifier: Apache-2.0
#include "http/target.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

TEST(TargetTest, DecodesPathAndQueryOnce) {
  Target target;
  ASSERT_FALSE(parse_target("/e/%EA%B0%80+%2541?q=a+b%26c&empty=&flag&&x=1=2", target));
  EXPECT_EQ(target.path, "/e/가+%41");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"q", "a b&c"}, {"empty", ""}, {"flag", ""}, {"x", "1=2"}};
  EXPECT_EQ(target.query, expected);
}

TEST(TargetTest, AcceptsRootAndTrailingSlash) {
  Target target;
  EXPECT_FALSE(parse_target("/", target));
  EXPECT_FALSE(parse_target("/a/", target));
}

TEST(TargetTest, RefusesTricks) {
  Target target;
  for (const std::string_view path :
       {"/a/../b", "/..", "/a/%2e%2e/b", "/./a", "/a/%2E", "/a%2fb", "/a%5cb", "/a\\b", "//a",
        "/a//b", "/%00", "/a%0d%0a", "/%ff", "/%c0%af", "/%", "/%4", "/%zz", "/%7f"}) {
    const auto refusal = parse_target(path, target);
    ASSERT_TRUE(refusal) << path;
    EXPECT_EQ(refusal->status, 400);
  }
}

TEST(TargetTest, RefusesBrokenQueries) {
  Target target;
  for (const std::string_view query : {"/?a=%", "/?a=%ff", "/?a=%00", "/?%0a=b"}) {
    EXPECT_TRUE(parse_target(query, target)) << query;
  }
  EXPECT_FALSE(parse_target("/?text=one%0D%0Atwo", target));
}

}  // namespace
}  // namespace dure::node::http
