// SPDX-License-Identifier: Apache-2.0
#include "console/duration_words.h"

#include <gtest/gtest.h>

#include <random>

namespace dure::node {
namespace {

TEST(DurationWordsTest, ReadsWhatPeopleWrite) {
  EXPECT_EQ(duration_from_words("14일"), "P14D");
  EXPECT_EQ(duration_from_words("1년 6개월"), "P1Y6M");
  EXPECT_EQ(duration_from_words("2 weeks"), "P2W");
  EXPECT_EQ(duration_from_words(" 1 year  1 month "), "P1Y1M");
  EXPECT_EQ(duration_from_words("3시간30분"), "PT3H30M");
  EXPECT_EQ(duration_from_words("90 minutes"), "PT90M");
  EXPECT_EQ(duration_from_words("1일 2시간"), "P1DT2H");
}

TEST(DurationWordsTest, LeavesWhatIsNoDuration) {
  for (const char* words :
       {"", "   ", "일", "14", "14일쯤", "3일 1년", "12345일", "1일 1일", "P1Y"})
    EXPECT_EQ(duration_from_words(words), "") << words;
  for (const char* iso : {"P", "PT", "P1", "P1X", "PT1D", "P1YT", "14", "P1M1Y", "P12345D", ""})
    EXPECT_EQ(duration_in_words(Language::kKo, iso), iso);
}

TEST(DurationWordsTest, SaysIsoDurationsInEitherLanguage) {
  EXPECT_EQ(duration_in_words(Language::kKo, "P1Y6M"), "1년 6개월");
  EXPECT_EQ(duration_in_words(Language::kEn, "P1Y6M"), "1 year 6 months");
  EXPECT_EQ(duration_in_words(Language::kEn, "PT90M"), "90 minutes");
}

TEST(DurationWordsTest, ComesBackAsItWas) {
  std::mt19937 random(20261129);
  for (int i = 0; i < 2000; ++i) {
    std::string iso = "P";
    for (const char unit : {'Y', 'M', 'W', 'D'})
      if (random() % 2 == 0) iso += std::to_string(random() % 3000) + unit;
    if (random() % 2 == 0) iso += "T" + std::to_string(random() % 99) + (i % 2 == 0 ? "H" : "M");
    for (const Language language : {Language::kKo, Language::kEn}) {
      const auto words = duration_in_words(language, iso);
      EXPECT_TRUE(words == iso || duration_from_words(words) == iso) << iso << " " << words;
      EXPECT_EQ(words == iso, iso == "P") << iso;
    }
  }
}

}  // namespace
}  // namespace dure::node
