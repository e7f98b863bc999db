// SPDX-License-Identifier: Apache-2.0
// Only a question that is expected is remembered, and only how it arrived.
#include "app/front_watch.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

http::Request request(const std::string& mark) {
  http::Request request;
  request.client = "203.0.113.5";
  request.headers = {{"dure-probe", mark}, {"x-forwarded-for", "198.51.100.77"}};
  request.headers.emplace_back("x-forwarded-for", "192.0.2.9");
  return request;
}

TEST(FrontWatchTest, RemembersWhatWasExpected) {
  FrontWatch watch;
  const auto mark = watch.expect();
  EXPECT_EQ(mark.size(), 32U);
  EXPECT_FALSE(watch.arrived(mark));
  watch.look_at(request("other"));
  EXPECT_FALSE(watch.arrived(mark));
  watch.look_at(request(mark));
  ASSERT_TRUE(watch.arrived(mark));
  EXPECT_EQ(watch.arrived(mark)->client, "203.0.113.5");
  EXPECT_EQ(watch.arrived(mark)->forwarded_for, "198.51.100.77, 192.0.2.9");
  EXPECT_FALSE(watch.arrived("other"));
}

TEST(FrontWatchTest, ForgetsTheOldestAndNeverGrows) {
  FrontWatch watch;
  const auto first = watch.expect();
  watch.look_at(request(first));
  for (int i = 0; i < 8; ++i) EXPECT_NE(watch.expect(), first);
  EXPECT_FALSE(watch.arrived(first));
  watch.look_at(request(first));
  EXPECT_FALSE(watch.arrived(first));
}

}  // namespace
}  // namespace dure::node
