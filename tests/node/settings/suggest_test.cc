// SPDX-License-Identifier: Apache-2.0
#include "settings/suggest.h"

#include <gtest/gtest.h>

#include <array>

namespace dure::node {
namespace {

constexpr std::array<std::string_view, 3> kWords = {"publish", "peer add", "status"};

TEST(SuggestTest, FindsATypo) {
  EXPECT_EQ(closest("pubilsh", kWords), "publish");
  EXPECT_EQ(closest("statu", kWords), "status");
}

TEST(SuggestTest, LeavesOtherWordsAlone) {
  EXPECT_EQ(closest("zebra", kWords), "");
  EXPECT_EQ(closest("", kWords), "");
  EXPECT_EQ(closest(std::string(10'000, 'x'), kWords), "");
}

}  // namespace
}  // namespace dure::node
