// SPDX-License-Identifier: Apache-2.0
#include "moment.h"

#include <algorithm>
#include <chrono>

#include "dure/entry.h"

namespace dure {
namespace {

void append_padded(std::string& out, unsigned value, std::size_t digits) {
  const std::string plain = std::to_string(value);
  out.append(digits - std::min(digits, plain.size()), '0');
  out += plain;
}

}  // namespace

std::optional<std::int64_t> parse_moment(std::string_view text) {
  if (!is_leaf_time(text)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char digit : text.substr(at, digits)) value = value * 10 + (digit - '0');
    return value;
  };
  if (number(0, 4) == 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  const std::chrono::sys_seconds day = std::chrono::sys_days(date);
  return day.time_since_epoch().count() + number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2);
}

std::string format_moment(std::int64_t seconds) {
  const std::chrono::sys_seconds time{
      std::chrono::seconds(std::clamp(seconds, kFirstMoment, kLastMoment))};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto second_of_day = static_cast<unsigned>((time - day).count());
  std::string out;
  append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, second_of_day / 3600, 2);
  out += ':';
  append_padded(out, second_of_day / 60 % 60, 2);
  out += ':';
  append_padded(out, second_of_day % 60, 2);
  return out + 'Z';
}

}  // namespace dure
