// SPDX-License-Identifier: Apache-2.0
#include "http/rate_limit.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

class RateLimiterTest : public ::testing::Test {
 protected:
  RateLimiter make(double rate, double burst, std::size_t capacity = 100) {
    return RateLimiter(rate, burst, capacity, [this] { return now_; });
  }
  static Address address(std::string_view text) { return *parse_address(text); }
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
};

TEST_F(RateLimiterTest, AllowsABurstThenTheRate) {
  auto limiter = make(2, 3);
  const auto client = address("192.0.2.1");
  EXPECT_EQ(limiter.take(client).remaining, 2U);
  EXPECT_TRUE(limiter.take(client).allowed);
  EXPECT_TRUE(limiter.take(client).allowed);
  const auto refused = limiter.take(client);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after.count(), 1);
  now_ += std::chrono::milliseconds(500);
  EXPECT_TRUE(limiter.take(client).allowed);
  EXPECT_FALSE(limiter.take(client).allowed);
}

TEST_F(RateLimiterTest, SaysHowLongToWait) {
  auto limiter = make(0.1, 1);
  EXPECT_TRUE(limiter.take(address("192.0.2.1")).allowed);
  EXPECT_EQ(limiter.take(address("192.0.2.1")).retry_after.count(), 10);
}

TEST_F(RateLimiterTest, TellsWhatIsLeftInBothCustoms) {
  auto limiter = make(2, 5);
  const auto client = address("192.0.2.1");
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(
      rate_headers(limiter, limiter.take(client)),
      (RateHeaders{Pair{"RateLimit", "\"client\";r=4;t=1"},
                   Pair{"RateLimit-Policy", "\"client\";q=5;w=2"}, Pair{"X-RateLimit-Limit", "5"},
                   Pair{"X-RateLimit-Remaining", "4"}, Pair{"X-RateLimit-Reset", "1"}}));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(limiter.take(client).allowed);
  const auto refused = rate_headers(limiter, limiter.take(client));
  EXPECT_EQ(refused[0].second, "\"client\";r=0;t=1");
  EXPECT_EQ(refused[3].second, "0");
}

TEST_F(RateLimiterTest, CountsClientsApartAndIpv6ByNetwork) {
  auto limiter = make(1, 1);
  EXPECT_TRUE(limiter.take(address("192.0.2.1")).allowed);
  EXPECT_TRUE(limiter.take(address("192.0.2.2")).allowed);
  EXPECT_TRUE(limiter.take(address("2001:db8::1")).allowed);
  EXPECT_FALSE(limiter.take(address("2001:db8::2")).allowed);
}

TEST_F(RateLimiterTest, ForgetsTheOneUnseenForLongestWhenFull) {
  auto limiter = make(1, 1, 2);
  EXPECT_TRUE(limiter.take(address("192.0.2.1")).allowed);
  EXPECT_TRUE(limiter.take(address("192.0.2.2")).allowed);
  EXPECT_FALSE(limiter.take(address("192.0.2.1")).allowed);
  EXPECT_TRUE(limiter.take(address("192.0.2.3")).allowed);
  EXPECT_EQ(limiter.size(), 2U);
  EXPECT_FALSE(limiter.take(address("192.0.2.1")).allowed);
  EXPECT_TRUE(limiter.take(address("192.0.2.2")).allowed);
}

TEST(ConnectionCounterTest, CapsPerNetworkAndForgets) {
  ConnectionCounter counter;
  const auto client = *parse_address("2001:db8::1");
  EXPECT_TRUE(counter.enter(client, 2));
  EXPECT_TRUE(counter.enter(*parse_address("2001:db8::2"), 2));
  EXPECT_FALSE(counter.enter(client, 2));
  counter.leave(client);
  EXPECT_TRUE(counter.enter(client, 2));
  EXPECT_FALSE(counter.enter(*parse_address("192.0.2.1"), 0));
}

}  // namespace
}  // namespace dure::node::http
