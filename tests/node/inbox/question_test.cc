// SPDX-License-Identifier: Apache-2.0
#include "inbox/question.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace dure::node {
namespace {

class QuestionTest : public testing::Test {
 protected:
  QuestionBook::Random counting() {
    return [this](std::span<std::uint8_t> out) {
      std::fill(out.begin(), out.end(), static_cast<std::uint8_t>(++drawn_));
    };
  }
  int drawn_ = 0;
  std::int64_t now_ = 1'780'000'000;
  QuestionBook book_{counting(), [this] { return now_; }};
};

TEST_F(QuestionTest, KnowsItsOwnQuestionAgain) {
  const auto asked = book_.ask();
  const auto again = book_.recall(asked.token);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->question.answer(), asked.question.answer());
  EXPECT_EQ(again->receipt, asked.receipt);
  EXPECT_EQ(asked.receipt.size(), 26U) << "128 bits";
  EXPECT_NE(book_.ask().receipt, asked.receipt);
  EXPECT_EQ(asked.token.find(asked.receipt), std::string::npos) << "the token does not tell it";
}

TEST_F(QuestionTest, EveryFlippedBitOfATokenIsRefused) {
  const auto token = book_.ask().token;
  const auto bytes = *base32_decode(token);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto recalled = book_.recall(base32_encode(flipped));
    ASSERT_FALSE(recalled) << bit;
    EXPECT_EQ(recalled.error().code, ErrorCode::kMalformed) << bit;
  }
  for (std::size_t length = 0; length < token.size(); ++length)
    EXPECT_FALSE(book_.recall(token.substr(0, length))) << length;
  EXPECT_FALSE(book_.recall(token + "aaaaaaaa"));
}

TEST_F(QuestionTest, AnotherProcessDoesNotKnowIt) {
  const QuestionBook other{counting(), [this] { return now_; }};
  EXPECT_EQ(other.recall(book_.ask().token).error().code, ErrorCode::kMalformed);
}

TEST_F(QuestionTest, Expires) {
  const auto token = book_.ask().token;
  now_ += kQuestionSeconds;
  EXPECT_TRUE(book_.recall(token));
  now_ += 1;
  EXPECT_EQ(book_.recall(token).error().code, ErrorCode::kGone);
}

TEST_F(QuestionTest, AsksWhatHasAnAnswerInWords) {
  std::set<WordQuestion::Kind> kinds;
  for (int i = 0; i < 250; ++i) {
    const WordQuestion question = book_.ask().question;
    kinds.insert(question.kind);
    EXPECT_GE(question.first, 1U);
    EXPECT_LE(std::max(question.first, question.second), kMostNumber);
    EXPECT_GE(question.answer(), 1U);
    EXPECT_LE(question.answer(), kMostNumber);
    if (question.kind == WordQuestion::Kind::kLarger) {
      EXPECT_NE(question.first, question.second);
    }
  }
  EXPECT_EQ(kinds.size(), 4U);
}

TEST(NumberSaidTest, ReadsDigitsAndWords) {
  for (const char* twelve : {"12", " 12 ", "１２", "열둘", "열 둘", "십이", "twelve", "Twelve."})
    EXPECT_EQ(number_said(twelve), 12U) << twelve;
  EXPECT_EQ(number_said("스물"), 20U);
  EXPECT_EQ(number_said("0"), 0U);
  for (const char* none : {"", "열두엇", "012", "100", "1.5e3", "-3", "12 13"})
    EXPECT_NE(number_said(none), 12U) << none;
  EXPECT_EQ(number_said("많음"), std::nullopt);
}

}  // namespace
}  // namespace dure::node
