// SPDX-License-Identifier: Apache-2.0
#include "formats/moments.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

TEST(MomentsTest, KnowsTheCalendar) {
  EXPECT_TRUE(is_date("2024-02-29"));
  for (const char* wrong : {"2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01",
                            "2026-1-01", "2026-01-01 ", ""})
    EXPECT_FALSE(is_date(wrong)) << wrong;
  EXPECT_TRUE(is_date_time("2026-01-01T23:59:59+09:00"));
  for (const char* wrong :
       {"2026-01-01T24:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+14:00", "2026-01-01T00:00:00.5Z", "2026-01-01T00:60:00Z"})
    EXPECT_FALSE(is_date_time(wrong)) << wrong;
  EXPECT_EQ(moment_datatype("2026-01-01"), "xsd:date");
  EXPECT_EQ(moment_datatype("soon"), "");
  EXPECT_EQ(as_date_time("2026-01-01"), "2026-01-01T00:00:00+09:00");
}

TEST(MomentsTest, WeeksBecomeDays) {
  EXPECT_EQ(as_xsd_duration("P2W"), "P14D");
  EXPECT_EQ(as_xsd_duration("P1Y2M1W3DT4H5M"), "P1Y2M10DT4H5M");
  EXPECT_EQ(as_xsd_duration("PT3H"), "PT3H");
  EXPECT_EQ(as_xsd_duration("P1YT"), "P1Y");
  for (const char* wrong : {"", "P", "PT", "1Y", "P1X", "P1", "P99999D", "PT1D", "P1Y\""})
    EXPECT_EQ(as_xsd_duration(wrong), "") << wrong;
}

}  // namespace
}  // namespace dure::node
