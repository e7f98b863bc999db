// SPDX-License-Identifier: Apache-2.0
#include "webhooks/places_file.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

const std::string kTwo = "1-2 http://a.example/x\nffffffffffffffff-4294967295 https://b\n";

TEST(HookPlacesTest, ReadsWhatItWrites) {
  const auto places = parse_hook_places(kTwo);
  ASSERT_TRUE(places);
  EXPECT_EQ(places->size(), 2U);
  EXPECT_EQ((places->at("http://a.example/x")), (ChangePlace{1, 2}));
  EXPECT_EQ(format_hook_places(*places), kTwo);
  EXPECT_TRUE(parse_hook_places("")->empty());
}

TEST(HookPlacesTest, ReadsNothingThatIsCutOrChanged) {
  for (std::size_t size = 1; size < kTwo.size(); ++size) {
    const auto places = parse_hook_places(kTwo.substr(0, size));
    EXPECT_EQ(places.has_value(), kTwo[size - 1] == '\n') << size;
  }
  for (const char* text :
       {"\n", "1-2\n", "1-2 \n", " http://a\n", "1-2 http://a b\n", "1-2  http://a\n",
        "01-2 http://a\n", "1-02 http://a\n", "x http://a\n", "1-2 http://b\n1-2 http://a\n",
        "1-2 http://a\n1-2 http://a\n", "1-2 http://a\r\n", "1-2 http://\xc3\xa4\n"})
    EXPECT_FALSE(parse_hook_places(text)) << text;
  EXPECT_EQ(parse_hook_places(std::string(kMaxHookPlacesBytes + 1, 'x')).error().code,
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace dure::node
