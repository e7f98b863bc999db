// SPDX-License-Identifier: Apache-2.0
#include "catalogue/tokenizer.h"

#include <gtest/gtest.h>

#include <vector>

namespace dure::node {
namespace {

std::vector<std::string> tokens(std::string_view text,
                                TokenizeMode mode = TokenizeMode::kDocument) {
  std::vector<std::string> out;
  tokenize(text, mode, [&](std::string_view token, std::size_t, std::size_t) {
    out.emplace_back(token);
    if (out.back().front() == kWordStart) out.back().front() = '^';
    return true;
  });
  return out;
}

using Tokens = std::vector<std::string>;

TEST(TokenizerTest, GivesBigramsAndTheLastCharacterOfAHangulRun) {
  EXPECT_EQ(tokens("교통을 막는"), (Tokens{"^교통", "통을", "을", "^막는", "는"}));
}

TEST(TokenizerTest, AListHoldsTheTokensOfTheFoldedText) {
  for (const char* text :
       {"교통을 CCTV로 막는 道路", "Ａ１ 카페\x1F시장\x01\xFF값", "e\xCC\x81t\xC3\xA9", ""}) {
    const TokenList list = token_list(text);
    EXPECT_EQ(list.folded_bytes, fold_text(text).size());
    Tokens listed;
    std::string_view rest = list.tokens;
    while (!rest.empty()) {
      const std::size_t end = rest.find(kTokenEnd);
      ASSERT_NE(end, std::string_view::npos);
      listed.emplace_back(rest.substr(0, end));
      if (listed.back().front() == kWordStart) listed.back().front() = '^';
      rest.remove_prefix(end + 1);
    }
    EXPECT_EQ(listed, tokens(fold_text(text))) << text;
  }
}

TEST(TokenizerTest, OneSyllableIsAWordStart) { EXPECT_EQ(tokens("물 을"), (Tokens{"^물", "^을"})); }

TEST(TokenizerTest, KeepsLatinWordsAndDigitsWhole) {
  EXPECT_EQ(tokens("cctv 2026 a1"), (Tokens{"cctv", "2026", "a1"}));
}

TEST(TokenizerTest, EndsATokenAtAChangeOfScript) {
  EXPECT_EQ(tokens("ai기반"), (Tokens{"ai", "^기반", "반"}));
  EXPECT_EQ(tokens("제2주차"), (Tokens{"^제", "2", "^주차", "차"}));
}

TEST(TokenizerTest, TreatsHanAsHangul) {
  EXPECT_EQ(tokens("道路교"), (Tokens{"^道路", "路교", "교"}));
}

TEST(TokenizerTest, QueryLeavesOutTheLastCharacterAndTheStartMark) {
  EXPECT_EQ(tokens("주차장", TokenizeMode::kQuery), (Tokens{"주차", "차장"}));
  EXPECT_EQ(tokens("\x01주차장", TokenizeMode::kQuery), (Tokens{"^주차", "차장"}));
  EXPECT_EQ(tokens("\x01물", TokenizeMode::kQuery), (Tokens{"^물"}));
}

TEST(TokenizerTest, QueryTokensFollowEachOtherAsInTheDocument) {
  EXPECT_EQ(tokens("기반ai", TokenizeMode::kQuery), (Tokens{"기반", "반", "ai"}));
  EXPECT_EQ(tokens("\x01제2주차", TokenizeMode::kQuery), (Tokens{"^제", "2", "^주차"}));
}

TEST(TokenizerTest, GivesTheBytesEachTokenCameFrom) {
  std::vector<std::pair<std::size_t, std::size_t>> places;
  tokenize("a 교통", TokenizeMode::kDocument,
           [&](std::string_view, std::size_t begin, std::size_t end) {
             places.emplace_back(begin, end);
             return true;
           });
  EXPECT_EQ(places, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {2, 8}, {5, 8}}));
}

TEST(TokenizerTest, StopsWhenTheSinkSaysSo) {
  int seen = 0;
  EXPECT_FALSE(
      tokenize("가나다라", TokenizeMode::kDocument, [&](auto, auto, auto) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST(TokenizerTest, CutsAnOverlongWordBetweenCharacters) {
  const auto cut = tokens(std::string(127, 'a') + "éé");
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(cut[0], std::string(127, 'a'));
}

TEST(TokenizerTest, TextCannotForgeAWordStart) {
  EXPECT_EQ(tokens("a\x01교통"), (Tokens{"a", "^교통", "통"}));
}

TEST(FoldTextTest, ComposesWhatMacsDecompose) {
  EXPECT_EQ(fold_text("\xE1\x84\x80\xE1\x85\xAD\xE1\x84\x90\xE1\x85\xA9\xE1\x86\xBC"), "교통");
}

TEST(FoldTextTest, FoldsCaseAndFullWidth) {
  EXPECT_EQ(fold_text("ＣＣＴＶ　CCTV"), "cctv cctv");
  EXPECT_EQ(fold_text("ÉCOLE"), "école");
}

TEST(FoldTextTest, ReplacesBadUtf8) {
  EXPECT_EQ(fold_text("교\xFF통"), "교 통");
  EXPECT_EQ(fold_text("\xED\xA0\x80"), "   ");
  EXPECT_EQ(fold_text("\xEA\xB5"), "  ");
}

TEST(FoldTextTest, KeepsALetterThatStandsForBadText) {
  EXPECT_EQ(fold_text("a\xEF\xBF\xBD"), "a\xEF\xBF\xBD");
}

TEST(ComposeTextTest, KeepsCase) {
  EXPECT_EQ(compose_text("E\xCC\x81"
                         "A"),
            "ÉA");
}

}  // namespace
}  // namespace dure::node
