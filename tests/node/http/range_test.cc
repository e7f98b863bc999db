// SPDX-License-Identifier: Apache-2.0
#include "http/range.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

using Kind = ByteRange::Kind;

void expect_part(std::string_view field, std::size_t first, std::size_t length) {
  const auto range = parse_range(field, 100);
  EXPECT_EQ(range.kind, Kind::kPart) << field;
  EXPECT_EQ(range.first, first) << field;
  EXPECT_EQ(range.length, length) << field;
}

TEST(RangeTest, ReadsOneRange) {
  expect_part("bytes=0-0", 0, 1);
  expect_part("bytes=10-", 10, 90);
  expect_part("bytes=10-19", 10, 10);
  expect_part("bytes=10-1000", 10, 90);
  expect_part("bytes=-7", 93, 7);
  expect_part("bytes=-1000", 0, 100);
  expect_part("Bytes=99-99999999999999999999999999", 99, 1);
}

TEST(RangeTest, SaysWhatCannotBeSatisfied) {
  for (const std::string_view field :
       {"bytes=100-", "bytes=99999999999999999999999-", "bytes=-0"}) {
    EXPECT_EQ(parse_range(field, 100).kind, Kind::kUnsatisfiable) << field;
  }
  EXPECT_EQ(parse_range("bytes=0-", 0).kind, Kind::kUnsatisfiable);
}

TEST(RangeTest, IgnoresSeveralRangesAndWhatIsMalformed) {
  for (const std::string_view field :
       {"bytes=0-1,2-3", "bytes=0-,0-", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4",
        "bytes=1-2-3", "bytes=--1", "items=0-1", "0-1", "bytes=+1-2", ""}) {
    EXPECT_EQ(parse_range(field, 100).kind, Kind::kWhole) << field;
  }
}

}  // namespace
}  // namespace dure::node::http
