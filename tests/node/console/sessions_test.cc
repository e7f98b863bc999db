// SPDX-License-Identifier: Apache-2.0
#include "console/sessions.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <string>
#include <vector>

namespace dure::node {
namespace {

class SessionsTest : public testing::Test {
 protected:
  std::int64_t now_ = 1'000'000;
  Sessions sessions_{[this] { return now_; },
                     [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }};
};

TEST_F(SessionsTest, EachHasItsOwnTokens) {
  const std::string one = sessions_.open("kim"), two = sessions_.open("kim");
  EXPECT_NE(one, two);
  EXPECT_EQ(sessions_.find(one)->account, "kim");
  EXPECT_NE(sessions_.find(one)->form_token, sessions_.find(two)->form_token);
  EXPECT_NE(sessions_.find(one)->form_token, one) << "a page never shows the session's token";
  EXPECT_FALSE(sessions_.find(""));
  EXPECT_FALSE(sessions_.find(one + "x"));
}

TEST_F(SessionsTest, EndsWhenIdleAndAfterALongDay) {
  const std::string token = sessions_.open("kim");
  now_ += kSessionIdle - 1;
  EXPECT_TRUE(sessions_.find(token));
  now_ += kSessionIdle;
  EXPECT_FALSE(sessions_.find(token));
  const std::string busy = sessions_.open("kim");
  for (std::int64_t used = 0; used + 1000 < kSessionLongest; used += 1000) {
    now_ += 1000;
    EXPECT_TRUE(sessions_.find(busy));
  }
  now_ += 1000;
  EXPECT_FALSE(sessions_.find(busy));
}

TEST_F(SessionsTest, IsClosedAloneOrWithAllOfItsAccount) {
  const std::string one = sessions_.open("kim"), two = sessions_.open("kim"),
                    other = sessions_.open("lee");
  sessions_.close(one);
  EXPECT_FALSE(sessions_.find(one));
  EXPECT_TRUE(sessions_.find(two));
  sessions_.close_all("kim");
  EXPECT_FALSE(sessions_.find(two));
  EXPECT_TRUE(sessions_.find(other));
}

TEST_F(SessionsTest, TheLongestUnusedGoesWhenThereAreTooMany) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < kMostSessions; ++i, ++now_) tokens.push_back(sessions_.open("kim"));
  EXPECT_TRUE(sessions_.find(tokens[0])) << "now it was just used";
  ++now_;
  sessions_.open("kim");
  EXPECT_TRUE(sessions_.find(tokens[0]));
  EXPECT_FALSE(sessions_.find(tokens[1]));
  EXPECT_TRUE(sessions_.find(tokens[2]));
}

}  // namespace
}  // namespace dure::node
