// SPDX-License-Identifier: Apache-2.0
#include "dure/error.h"

#include <gtest/gtest.h>

#include <set>

#include "dure/result.h"

namespace dure {
namespace {

TEST(ErrorNameTest, IsDistinctForEveryCode) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    names.insert(error_name(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
}

TEST(ErrorNameTest, IsLowerCaseWords) { EXPECT_EQ(error_name(ErrorCode::kBadProof), "bad-proof"); }

TEST(PrintableTest, KeepsReadableTextOfAnyScript) {
  EXPECT_EQ(printable("수원시 Suwon 水原"), "수원시 Suwon 水原");
}

TEST(PrintableTest, EscapesWhatSteersATerminal) {
  EXPECT_EQ(printable("a\x1B[31m\n\x7F"), "a\\x1b[31m\\x0a\\x7f");
  EXPECT_EQ(printable("\xC2\x9B"
                      "0m"),
            "\\xc2\\x9b"
            "0m");  // C1 control
  EXPECT_EQ(printable("\xE2\x80\xAE"
                      "abc"),
            "\\xe2\\x80\\xae"
            "abc");  // right-to-left override
}

TEST(PrintableTest, EscapesInvalidUtf8ByteByByte) {
  EXPECT_EQ(printable("\xFF\xC3x"), "\\xff\\xc3x");
}

TEST(PrintableTest, EscapesItsOwnEscape) { EXPECT_EQ(printable("\\x41"), "\\\\x41"); }

TEST(PrintableTest, CutsBetweenCharacters) { EXPECT_EQ(printable("가나다", 7), "가나…"); }

TEST(ResultTest, HoldsAValueOrAnError) {
  const Result<int> value = 1;
  const Result<int> error = Error{ErrorCode::kGone, "x"};
  EXPECT_EQ(*value, 1);
  EXPECT_EQ(error.error().code, ErrorCode::kGone);
  EXPECT_FALSE(error);
}

TEST(ResultDeathTest, StopsWhenTheAbsentSideIsRead) {
  const Result<int> error = Error{ErrorCode::kGone, "x"};
  EXPECT_DEATH((void)*error, "");
}

}  // namespace
}  // namespace dure
