// SPDX-License-Identifier: Apache-2.0
#include "catalogue/snippet.h"

#include <gtest/gtest.h>

#include "catalogue/moment.h"

namespace dure::node {
namespace {

/// Marks shown as [ and ].
std::string snippet(const std::vector<std::string_view>& texts,
                    const std::vector<std::string>& terms) {
  std::string out = make_snippet(texts, terms);
  for (const auto& [mark, shown] : {std::pair{kMarkOpen, '['}, std::pair{kMarkClose, ']'}}) {
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark))
      out.replace(at, mark.size(), 1, shown);
  }
  return out;
}

TEST(SnippetTest, MarksEveryHit) {
  EXPECT_EQ(snippet({"교통과 교통"}, {"교통"}), "[교통]과 [교통]");
}
TEST(SnippetTest, JoinsOverlappingHits) {
  EXPECT_EQ(snippet({"주차장에서"}, {"주차장에서", "주차장"}), "[주차장에서]");
}
TEST(SnippetTest, IgnoresCaseAndWidth) {
  EXPECT_EQ(snippet({"CCTV ＣＣＴＶ"}, {"cctv"}), "[CCTV] [ＣＣＴＶ]");
}
TEST(SnippetTest, MarksLatinWordsFromTheirBeginning) {
  EXPECT_EQ(snippet({"rain ai"}, {"ai"}), "rain [ai]");
}
TEST(SnippetTest, TakesTheFirstTextWithAHit) {
  EXPECT_EQ(snippet({"요약", "본문 교통"}, {"교통"}), "본문 [교통]");
}
TEST(SnippetTest, FallsBackToTheFirstText) {
  EXPECT_EQ(snippet({"", "요약", "본문"}, {"없음"}), "요약");
}
TEST(SnippetTest, NoTextGivesNone) { EXPECT_EQ(snippet({"", ""}, {"교통"}), ""); }

TEST(SnippetTest, DropsMarksAndControlCharactersOfTheText) {
  EXPECT_EQ(snippet({"a\xEE\x80\x80"
                     "b\n\x01"
                     "c"},
                    {}),
            "ab  c");
}

TEST(SnippetTest, CutsALongTextRoundTheHit) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "가";
  text += "교통";
  for (int i = 0; i < 500; ++i) text += "나";
  const std::string cut = snippet({text}, {"교통"});
  EXPECT_TRUE(cut.starts_with("…가"));
  EXPECT_TRUE(cut.ends_with("나…"));
  EXPECT_NE(cut.find("[교통]"), std::string::npos);
  EXPECT_LT(cut.size(), kSnippetCharacters * 3 + 20);
}

TEST(MomentTest, OrdersDatesAndTimes) {
  EXPECT_EQ(moment_seconds("1970-01-02"), 86'400U);
  EXPECT_EQ(moment_seconds("1970-01-01T09:00:01+09:00"), 1U);
  EXPECT_EQ(moment_seconds("1970-01-01T00:00:05Z"), 5U);
  EXPECT_LT(moment_seconds("2024-01-01"), moment_seconds("2024-01-01T00:00:01Z"));
  for (const char* bad :
       {"", "2024", "2024-13-01", "2024-02-30", "20240101", "x024-01-01", "0000-00-00"})
    EXPECT_EQ(moment_seconds(bad), 0U) << bad;
  EXPECT_EQ(moment_seconds("9999-12-31"), 0xFFFFFFFFU);
}

}  // namespace
}  // namespace dure::node
