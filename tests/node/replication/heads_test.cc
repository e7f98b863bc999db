// SPDX-License-Identifier: Apache-2.0
#include "replication/heads.h"

#include <gtest/gtest.h>

#include "dure/checkpoint.h"
#include "replication/bounds.h"

namespace dure::node {
namespace {

TEST(HeadsTest, SortsByOriginAndReadsBackWhatItWrote) {
  const auto text =
      format_heads({{"b.go.kr/dure/1", "note b\n"}, {"a.go.kr/dure/1", "note \"a\"\n"}});
  const auto heads = parse_heads(text);
  ASSERT_TRUE(heads) << heads.error().detail;
  ASSERT_EQ(heads->size(), 2U);
  EXPECT_EQ((*heads)[0].origin, "a.go.kr/dure/1");
  EXPECT_EQ((*heads)[0].checkpoint, "note \"a\"\n");
  EXPECT_EQ(format_heads(*heads), text);
}

TEST(HeadsTest, RefusesEverythingElse) {
  for (
      const char* bad : {
          "",
          "[]",
          "{}",
          "null",
          R"({"heads":{}})",
          R"({"heads":[1]})",
          R"({"heads":[{"origin":"a.go.kr/dure/1"}]})",
          R"({"heads":[{"origin":"a.go.kr/dure/1","checkpoint":1}]})",
          R"({"heads":[{"origin":"a b","checkpoint":"x"}]})",
          R"({"heads":[{"origin":"b.go.kr/dure/1","checkpoint":"x"},{"origin":"a.go.kr/dure/1","checkpoint":"x"}]})",
          R"({"heads":[{"origin":"a.go.kr/dure/1","checkpoint":"x"},{"origin":"a.go.kr/dure/1","checkpoint":"x"}]})",
      }) {
    EXPECT_FALSE(parse_heads(bad)) << bad;
  }
}

TEST(HeadsTest, IgnoresMembersOfALaterVersion) {
  const auto heads = parse_heads(
      R"({"charter":7,"heads":[{"origin":"a.go.kr/dure/1","checkpoint":"x","final":true}]})");
  ASSERT_TRUE(heads) << heads.error().detail;
  EXPECT_EQ(format_heads(*heads), format_heads({{"a.go.kr/dure/1", "x"}}));
}

TEST(HeadsTest, RefusesTooMuch) {
  EXPECT_EQ(parse_heads(std::string(kMaxHeadsBytes + 1, ' ')).error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(parse_heads(std::string(100'000, '[')));
  EXPECT_EQ(
      parse_heads(format_heads({{"a.go.kr/dure/1", std::string(kMaxCheckpointBytes + 1, 'x')}}))
          .error()
          .code,
      ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace dure::node
