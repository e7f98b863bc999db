// SPDX-License-Identifier: Apache-2.0
#include "catalogue/moment.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>

namespace dure::node {
namespace {

std::optional<std::int64_t> number(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return {};
  int value = 0;
  const char* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + count, value);
  if (error != std::errc() || end != begin + count || value < 0) return {};
  return value;
}

std::int64_t offset_seconds(std::string_view zone) {
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-')) return 0;
  const auto hours = number(zone, 1, 2);
  const auto minutes = number(zone, 4, 2);
  const std::int64_t seconds = hours.value_or(0) * 3600 + minutes.value_or(0) * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::uint32_t moment_seconds(std::string_view moment) {
  const auto year = number(moment, 0, 4);
  const auto month = number(moment, 5, 2);
  const auto day = number(moment, 8, 2);
  if (!year || !month || !day) return 0;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return 0;
  std::int64_t seconds =
      std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86'400;
  if (moment.size() > 19) {
    seconds += number(moment, 11, 2).value_or(0) * 3600 + number(moment, 14, 2).value_or(0) * 60;
    seconds += number(moment, 17, 2).value_or(0) - offset_seconds(moment.substr(19));
  }
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, kMost));
}

}  // namespace dure::node
