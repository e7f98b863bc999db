// SPDX-License-Identifier: Apache-2.0
#include "inbox/telling.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

constexpr char kId[] = "mfrggzdfmztwq2lkmfrggzdfmy";

std::vector<std::string> faults(const std::string& text) {
  std::vector<std::string> keys;
  for (const auto& fault : check_text(text)) keys.push_back(fault.text);
  return keys;
}
using Keys = std::vector<std::string>;

TEST(TellingTest, CountsLettersNotBytes) {
  std::string most;
  for (std::size_t i = 0; i < kMostTelling; ++i) most += "가";
  EXPECT_EQ(faults(most), Keys{});
  EXPECT_EQ(faults(most + "나"), Keys{"pages.tell.fault.long"});
  EXPECT_EQ(faults("가나다라마바사아자"), Keys{"pages.tell.fault.short"});
  EXPECT_EQ(faults("가나다라마바사아자차"), Keys{});
}

TEST(TellingTest, RefusesNumbersThatBelongToAPersonHoweverTheyAreTyped) {
  const Keys resident{"pages.tell.fault.resident"}, mobile{"pages.tell.fault.mobile"};
  EXPECT_EQ(faults("제 번호는 900101-1234567 입니다"), resident);
  EXPECT_EQ(faults("제 번호는 ９００１０１－１２３４５６７ 입니다"), resident);
  EXPECT_EQ(faults("010-1234-5678로 전화 주세요"), mobile);
  EXPECT_EQ(faults("０１０-１２３４-５６７８로 전화 주세요"), mobile);
  EXPECT_EQ(faults("031-228-2114는 틀린 번호입니다"), Keys{})
      << "an office's number is no person's";
}

TEST(TellingTest, TidiesLinesAndEnds) {
  EXPECT_EQ(tidy_text(" \r\n가\r\n나\r다 \t\n"), "가\n나\n다");
  EXPECT_EQ(tidy_text(" \r\n\t"), "");
}

TEST(TellingTest, FindsAnIdInWhatIsPasted) {
  EXPECT_EQ(entry_in(kId), kId);
  EXPECT_EQ(entry_in(std::string(" ") + kId + "\n"), kId);
  EXPECT_EQ(entry_in(std::string("https://suwon.example/e/") + kId + "?lang=en#origin"), kId);
  EXPECT_EQ(entry_in(std::string("https://suwon.example/e/") + kId + "/check"), kId);
  for (const char* wrong : {"", "주차", "https://suwon.example/e/", "/e/short",
                            "mfrggzdfmztwq2lkmfrggzdfm!", "MFRGGZDFMZTWQ2LKMFRGGZDFMY"})
    EXPECT_EQ(entry_in(wrong), "") << wrong;
}

TEST(TellingTest, SaysTheSameWhateverTheWhiteSpace) {
  const Telling told{TellingKind::kWrong, kId, "시간이 다릅니다\n월요일은 쉽니다"};
  Telling same = told;
  same.text = "시간이  다릅니다 월요일은 쉽니다";
  EXPECT_EQ(telling_digest(told), telling_digest(same));
  Telling other = told;
  other.kind = TellingKind::kNeed;
  EXPECT_NE(telling_digest(told), telling_digest(other));
  other = told;
  other.entry = "";
  EXPECT_NE(telling_digest(told), telling_digest(other));
  other = told;
  other.text += "!";
  EXPECT_NE(telling_digest(told), telling_digest(other));
}

TEST(TellingTest, NamesReadBack) {
  for (const char* name : {"wrong", "need"}) {
    TellingKind kind{};
    ASSERT_TRUE(parse_kind(name, kind));
    EXPECT_EQ(kind_name(kind), name);
  }
  for (const char* name : {"waiting", "answered", "declined", "published"}) {
    MessageState state{};
    ASSERT_TRUE(parse_state(name, state));
    EXPECT_EQ(state_name(state), name);
  }
  TellingKind kind{};
  EXPECT_FALSE(parse_kind("", kind));
}

}  // namespace
}  // namespace dure::node
