// SPDX-License-Identifier: Apache-2.0
#include "importing/cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publishing/imported_text.h"

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CellTest, IsTrimmedAndHoldsNoControlBytes) {
  EXPECT_EQ(clean_cell("  가\r\n나\r다\x01\x7F \t"), "가\n나\n다");
  EXPECT_EQ(clean_cell(" \n"), "");
  EXPECT_EQ(one_line_of("가\n\n 나\t다 "), "가 나 다");
}

TEST(CellTest, TheApostropheOfASpreadsheetIsNotText) {
  EXPECT_EQ(clean_cell("'+82-31-000-0000"), "+82-31-000-0000");
  EXPECT_EQ(clean_cell("'=1"), "=1");
  EXPECT_EQ(clean_cell("'90년대"), "'90년대");
}

TEST(CellTest, KnowsFormulasAndTheirErrors) {
  EXPECT_TRUE(is_formula("=HYPERLINK(\"http://x\")"));
  EXPECT_TRUE(is_formula("#N/A"));
  EXPECT_TRUE(is_formula(" #REF!"));
  EXPECT_FALSE(is_formula("-3"));
  EXPECT_FALSE(is_formula("+82-31-000-0000"));
  EXPECT_FALSE(is_formula("#주차"));
}

TEST(CellTest, ReadsDatesAsTheyAreWritten) {
  for (const auto* text : {"2026-03-01", "2026.3.1", "2026. 3. 1.", "2026/03/01", "2026년 3월 1일",
                           "20260301", "2026-03-01 09:30", "20260301093000"}) {
    EXPECT_EQ(date_in(text), "2026-03-01") << text;
  }
  EXPECT_EQ(moment_in("2026-03-01"), "2026-03-01");
  EXPECT_EQ(moment_in("2026-03-01 9:30"), "2026-03-01T09:30:00+09:00");
  EXPECT_EQ(moment_in("20260301093015"), "2026-03-01T09:30:15+09:00");
  EXPECT_EQ(moment_in("2026-03-01T09:30:15.123Z"), "2026-03-01T09:30:15Z");
  EXPECT_EQ(moment_in("2026-03-01T09:30:15-05:00"), "2026-03-01T09:30:15-05:00");
}

TEST(CellTest, RefusesWhatIsNoDate) {
  for (const auto* text : {"", "어제", "3월 1일", "26-03-01", "2026-3", "2026-03-01x", "202603011",
                           "2026-03-01 9", "2026-03-01T09:30:15+9", "20260301093"}) {
    EXPECT_EQ(moment_in(text), std::nullopt) << text;
  }
}

TEST(CellTest, ReadsNumbersWithOrWithoutCommas) {
  EXPECT_EQ(number_in("38,500,000"), "38500000");
  EXPECT_EQ(number_in("0012.50"), "12.5");
  EXPECT_EQ(number_in("-3"), "-3");
  EXPECT_EQ(number_in("-0.0"), "0");
  for (const auto* text : {"", "-", "1,23", "1234,567", ",1", "1,", "12원", "1.", ".5", "1e3",
                           "1 2", "1234567890123456"}) {
    EXPECT_EQ(number_in(text), std::nullopt) << text;
  }
}

TEST(CellTest, ReadsYesAndNo) {
  EXPECT_EQ(yes_no_in("예"), true);
  EXPECT_EQ(yes_no_in(" N "), false);
  EXPECT_EQ(yes_no_in("아마"), std::nullopt);
}

TEST(CellTest, SplitsAtSeparators) {
  EXPECT_THAT(split_cell("가; 나 ;;다", ";"), ElementsAre("가", "나", "다"));
  EXPECT_THAT(split_cell("가||나", "||"), ElementsAre("가", "나"));
  EXPECT_THAT(split_cell("가;나", ""), ElementsAre("가;나"));
  EXPECT_THAT(split_cell(" ; ", ";"), IsEmpty());
}

}  // namespace
}  // namespace dure::node
