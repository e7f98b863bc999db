// SPDX-License-Identifier: Apache-2.0
#include "catalogue/cursor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dure::node {
namespace {

SearchCursor sample() {
  SearchCursor cursor;
  cursor.epoch = 7;
  cursor.as_of = 1'000'000;
  cursor.documents = 900'000;
  cursor.total_length = 123'456'789;
  cursor.word_documents = {5, 70'000};
  cursor.score = 1.25;
  cursor.modified = 1'700'000'000;
  cursor.id_order = 0xFEDCBA9876543210;
  cursor.origin = "suwon.go.kr/dure/1";
  return cursor;
}

TEST(CursorTest, ComesBackAsItWas) {
  const auto parsed = parse_cursor(format_cursor(sample(), "q"), "q");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, sample());
}

TEST(CursorTest, IsPlainInAUrl) {
  for (const char c : format_cursor(sample(), "q")) {
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_') << c;
  }
}

TEST(CursorTest, RefusesEveryChangedCharacter) {
  const std::string good = format_cursor(sample(), "q");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    const auto parsed = parse_cursor(bad, "q");
    ASSERT_FALSE(parsed) << i;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
  }
  EXPECT_FALSE(parse_cursor(good.substr(1), "q"));
  EXPECT_FALSE(parse_cursor(good + "A", "q"));
  EXPECT_FALSE(parse_cursor(good + "=", "q"));
}

TEST(CursorTest, FitsOnlyItsQuery) {
  EXPECT_FALSE(parse_cursor(format_cursor(sample(), "q"), "r"));
}

TEST(CursorTest, RefusesRubbish) {
  for (const char* bad :
       {"", "A", "AAAA", "////", "한글", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_FALSE(parse_cursor(bad, "q")) << bad;
  }
  EXPECT_FALSE(parse_cursor(std::string(100'000, 'A'), "q"));
}

TEST(CursorTest, RefusesAScoreThatIsNoNumber) {
  SearchCursor cursor = sample();
  cursor.score = std::nan("");
  EXPECT_FALSE(parse_cursor(format_cursor(cursor, "q"), "q"));
}

}  // namespace
}  // namespace dure::node
