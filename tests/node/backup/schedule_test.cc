// SPDX-License-Identifier: Apache-2.0
// When, what it is called, and what goes: against a slow and obvious reference.
#include "backup/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <random>
#include <set>

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNoon = 1'796'040'000;  // 2026-11-30T12:00:00Z
constexpr const char* kSuwon = "suwon.go.kr/dure/1";

TEST(ScheduleTest, ReadsIntervals) {
  EXPECT_EQ(parse_interval("30m"), 1800);
  EXPECT_EQ(parse_interval("24h"), kDay);
  EXPECT_EQ(parse_interval("7d"), 7 * kDay);
  EXPECT_EQ(parse_interval("366d"), 366 * kDay);
  for (const char* text : {"", "h", "24", "0h", "-1h", "1.5h", "24 h", "24H", "1w", "367d", "1d ",
                           "024h", "99999999999999999999h", "9223372036854775807m", "1s"})
    EXPECT_EQ(parse_interval(text), std::nullopt) << text;
}

TEST(ScheduleTest, NamesSortByTimeAndReadBack) {
  EXPECT_EQ(backup_name(kSuwon, kNoon), "suwon.go.kr+dure+1_20261130T120000Z.dure-backup");
  std::string last;
  for (std::int64_t time = 0; time < 253'402'300'800; time += 98'765'433) {
    const auto name = backup_name(kSuwon, time);
    EXPECT_EQ(parse_backup_name(kSuwon, name), time);
    EXPECT_LT(last, name);
    last = name;
  }
}

TEST(ScheduleTest, TakesNoOtherNameForOurs) {
  const auto name = backup_name(kSuwon, kNoon);
  for (const std::string& other :
       {std::string(), std::string(".dure-backup"), name + "x", "x" + name, name + ".partial",
        std::string("suwon.go.kr+dure+1_.dure-backup"),
        std::string("suwon.go.kr+dure+1_20261131T120000Z.dure-backup"),
        std::string("suwon.go.kr+dure+1_20261130T250000Z.dure-backup"),
        std::string("suwon.go.kr+dure+1_20261130T120060Z.dure-backup"),
        std::string("suwon.go.kr+dure+1_20261130T12000 Z.dure-backup"),
        std::string("suwon.go.kr+dure+1_20261130t120000Z.dure-backup"),
        std::string("suwon.go.kr+dure+1_19691231T235959Z.dure-backup"),
        std::string("suwon.go.kr+dure+1_2026113 T120000Z.dure-backup")})
    EXPECT_EQ(parse_backup_name(kSuwon, other), std::nullopt) << other;
  EXPECT_EQ(parse_backup_name("suwon.go.kr/dure/2", name), std::nullopt);
  EXPECT_EQ(parse_backup_name("won.go.kr/dure/1", name), std::nullopt);
}

TEST(ScheduleTest, IsDueByTheNewestAndNotByTheClocksMistakes) {
  EXPECT_EQ(due_in({}, kDay, kNoon), 0);
  EXPECT_EQ(due_in({kNoon}, kDay, kNoon), kDay);
  EXPECT_EQ(due_in({kNoon, kNoon - 9 * kDay}, kDay, kNoon + kDay - 1), 1);
  EXPECT_EQ(due_in({kNoon}, kDay, kNoon + kDay), 0);
  EXPECT_EQ(due_in({kNoon}, kDay, kNoon + 99 * kDay), 0);
  EXPECT_EQ(due_in({kNoon + 99 * kDay}, kDay, kNoon), 0) << "made when the clock was wrong";
  EXPECT_EQ(due_in({kNoon + 99 * kDay, kNoon - 10}, kDay, kNoon), kDay - 10);
}

// The rule word by word: for each backup look through all the others.
std::string part_of_date(std::int64_t time, std::size_t length) {
  const auto seconds = static_cast<std::time_t>(time);
  std::tm date{};
  gmtime_r(&seconds, &date);
  char text[16];
  std::strftime(text, sizeof text, "%Y%m%d", &date);
  return std::string(text).substr(0, length);
}

bool newest_of_its_span(const std::vector<std::int64_t>& all, std::int64_t time, std::size_t length,
                        std::uint64_t most) {
  std::set<std::string> newer;
  for (const auto other : all) {
    if (other <= time) continue;
    if (part_of_date(other, length) == part_of_date(time, length)) return false;
    newer.insert(part_of_date(other, length));
  }
  return newer.size() < most;
}

std::vector<std::int64_t> obvious(const std::vector<std::int64_t>& all, const KeepRule& rule,
                                  std::int64_t made) {
  std::vector<std::int64_t> out;
  for (const auto time : all) {
    const bool newest = time == *std::max_element(all.begin(), all.end());
    if (newest || time == made || newest_of_its_span(all, time, 8, rule.daily) ||
        newest_of_its_span(all, time, 6, rule.monthly))
      continue;
    out.push_back(time);
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(RetentionTest, KeepsWhatTheObviousRuleKeepsOverManyDays) {
  constexpr unsigned kSeed = 20261129;
  std::mt19937 random(kSeed);
  const auto number = [&](std::int64_t below) {
    return static_cast<std::int64_t>(random()) % below;
  };
  for (int run = 0; run < 12; ++run) {
    const KeepRule rule{static_cast<std::uint64_t>(1 + number(20)),
                        static_cast<std::uint64_t>(number(15))};
    std::vector<std::int64_t> folder;
    std::int64_t now = kNoon + number(400 * kDay);
    for (int step = 0; step < 120; ++step) {
      now += 600 + number(number(10) == 0 ? 40 * kDay : 2 * kDay);
      if (number(30) == 0) now -= number(5 * kDay);  // the clock was set back
      if (std::find(folder.begin(), folder.end(), now) != folder.end()) continue;
      folder.push_back(now);
      const auto gone = outdated(folder, rule, now);
      ASSERT_EQ(gone, obvious(folder, rule, now)) << "seed " << kSeed << " run " << run;
      for (const auto time : gone) std::erase(folder, time);
      ASSERT_LE(folder.size(), rule.daily + rule.monthly + 2);
    }
  }
}

TEST(RetentionTest, AYearOfNightsLeavesDaysAndMonths) {
  std::vector<std::int64_t> folder;
  for (std::int64_t night = 0; night < 500; ++night) {
    folder.push_back(kNoon + night * kDay);
    for (const auto time : outdated(folder, {14, 12}, folder.back())) std::erase(folder, time);
  }
  // 14 days, and the last ones of the 12 newest months, two of which are among the days.
  EXPECT_EQ(folder.size(), 24U);
  EXPECT_EQ(folder.back() - folder[10], 13 * kDay);
}

TEST(RetentionTest, NeverTheNewestNorTheOneJustMade) {
  EXPECT_THAT(outdated({}, {1, 0}, 0), IsEmpty());
  EXPECT_THAT(outdated({kNoon}, {1, 0}, kNoon), IsEmpty());
  EXPECT_THAT(outdated({kNoon}, {0, 0}, 0), IsEmpty());
  // The clock was a year ahead when the other one was made.
  EXPECT_THAT(outdated({kNoon + 365 * kDay, kNoon, kNoon - kDay}, {1, 0}, kNoon),
              ElementsAre(kNoon - kDay));
}

}  // namespace
}  // namespace dure::node
