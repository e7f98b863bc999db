// SPDX-License-Identifier: Apache-2.0
#include "catalogue/regions.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_folder.h"

namespace dure::node {
namespace {

const RegionTable& table() { return RegionTable::built_in(); }

TEST(RegionsTest, HoldsEveryGovernment) {
  std::size_t provinces = 0, towns = 0;
  for (const Region& region : table().all()) {
    if (!region.valid_to.empty() || region.code == "36110") continue;
    ++(region.parent.empty() ? provinces : towns);
  }
  EXPECT_EQ(provinces, 17U);
  EXPECT_EQ(towns, 226U);
}

TEST(RegionsTest, NamesARegionWithItsProvince) {
  EXPECT_EQ(table().full_name("41110"), "경기도 수원시");
  EXPECT_EQ(table().full_name("41000"), "경기도");
  EXPECT_EQ(table().full_name("36110"), "세종특별자치시");
  EXPECT_EQ(table().full_name("99999"), "");
}

TEST(RegionsTest, FindsTheGovernmentOfAnAgency) {
  EXPECT_EQ(table().by_agency("경기도 수원시"), "41110");
  EXPECT_EQ(table().by_agency("경기도  수원시 팔달구"), "41110");
  EXPECT_EQ(table().by_agency("경기도"), "41000");
  EXPECT_EQ(table().by_agency("서울특별시 중구"), "11140");
  EXPECT_EQ(table().by_agency("부산광역시 중구"), "26110");
  EXPECT_FALSE(table().by_agency("보건복지부"));
  EXPECT_FALSE(table().by_agency(""));
}

TEST(RegionsTest, KnowsWhenACodeWasValid) {
  EXPECT_NE(table().find("42000", "2020-01-01"), nullptr);
  EXPECT_EQ(table().find("42000", "2024-01-01"), nullptr);
  EXPECT_EQ(table().find("51000", "2020-01-01"), nullptr);
  EXPECT_EQ(table().by_agency("강원특별자치도 춘천시"), "51110");
  EXPECT_EQ(table().by_agency("강원도 춘천시", "2020-01-01"), "42110");
  EXPECT_EQ(table().by_agency("강원도 춘천시"), "42110")
      << "an old name still says which government it was";
  EXPECT_TRUE(table().known("47720")) << "old entries still name it";
}

TEST(RegionsTest, KnowsWhatAGovernmentWasCalledBefore) {
  using Codes = std::vector<std::string>;
  EXPECT_EQ(table().other_codes("51000"), Codes{"42000"});
  EXPECT_EQ(table().other_codes("42000"), Codes{"51000"});
  EXPECT_EQ(table().other_codes("52110"), Codes{"45110"});
  EXPECT_EQ(table().other_codes("45110"), Codes{"52110"});
  EXPECT_EQ(table().other_codes("27000"), Codes{"47720"}) << "군위군 is in 대구 now";
  EXPECT_EQ(table().other_codes("47000"), Codes{}) << "and no longer in 경북";
  EXPECT_EQ(table().other_codes("41110"), Codes{});
  EXPECT_EQ(table().other_codes("99999"), Codes{});
}

TEST(RegionsTest, EveryClosedLineOfOursNamesItsSuccessor) {
  for (const Region& region : table().all()) {
    EXPECT_EQ(region.valid_to.empty(), region.became.empty()) << region.code;
    const Region* now = region.became.empty() ? nullptr : table().find(region.became);
    if (region.became.empty()) continue;
    ASSERT_NE(now, nullptr) << region.code;
    EXPECT_TRUE(now->valid_to.empty()) << region.code;
  }
}

TEST(RegionsTest, FollowsSeveralChangesAndStopsInACircle) {
  const auto chain = RegionTable::parse(
      "11110\t\ta\t\t2001-01-01\t22220\n22220\t\ta\t\t2002-01-01\t33330\n33330\t\ta\t\t\t\n");
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->other_codes("33330"), (std::vector<std::string>{"22220", "11110"}));
  EXPECT_EQ(chain->other_codes("11110"), (std::vector<std::string>{"22220", "33330"}));
  const auto circle = RegionTable::parse("11110\t\ta\t\t\t22220\n22220\t\ta\t\t\t11110\n");
  ASSERT_TRUE(circle);
  EXPECT_EQ(circle->other_codes("11110"), std::vector<std::string>{"22220"});
}

TEST(RegionsTest, RefusesABadTableWithItsLine) {
  for (const char* bad : {"4111\t\tx\t\t\n", "41110\t\tx\t\t\t51\n", "41110\t41\tx\t\t\n",
                          "41110\t\t\t\t\n", "41110\t\tx\t2020\t\n", "41110\tx\n", ""}) {
    const auto parsed =
        RegionTable::parse(std::string("code\tparent\tname_ko\tvalid_from\tvalid_to\n") + bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed);
  }
}

TEST(RegionsTest, AFileReplacesTheTable) {
  const TempFolder folder;
  std::ofstream((folder.path() / "r.tsv").string())
      << "code\tparent\tname_ko\tvalid_from\tvalid_to\r\n12000\t\t새도\t2026-07-01\t\r\n";
  const auto loaded = RegionTable::load((folder.path() / "r.tsv").string());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->by_agency("새도"), "12000");
  EXPECT_EQ(RegionTable::load((folder.path() / "none.tsv").string()).error().code,
            ErrorCode::kStorage);
  EXPECT_TRUE(RegionTable::load("")->known("41110"));
}

}  // namespace
}  // namespace dure::node
