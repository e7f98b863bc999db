// SPDX-License-Identifier: Apache-2.0
#include "web/wording.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>

namespace dure::node {
namespace {

constexpr std::chrono::hours kKoreaOffset{9};

struct Moment {
  std::chrono::year_month_day day;
  std::optional<std::chrono::minutes> time_of_day;
};

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<std::chrono::year_month_day> read_day(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day read{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!read.ok()) return std::nullopt;
  return read;
}

// What follows the seconds of RFC 3339: a fraction, which is dropped, and the offset from UTC.
std::optional<std::chrono::minutes> read_offset(std::string_view rest) {
  if (rest.starts_with('.')) {
    const auto end = rest.find_first_not_of("0123456789", 1);
    if (end == 1 || end == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end);
  }
  if (rest == "Z") return std::chrono::minutes(0);
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
  const auto hours = digits(rest, 1, 2), minutes = digits(rest, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + *minutes);
  return rest[0] == '-' ? -offset : offset;
}

// "YYYY-MM-DD" stays the publisher's day; a moment (RFC 3339) is moved to Korea's clock.
std::optional<Moment> read_moment(std::string_view text) {
  const auto day = read_day(text);
  if (!day) return std::nullopt;
  if (text.size() == 10) return Moment{*day, std::nullopt};
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':') return std::nullopt;
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2);
  const auto offset = read_offset(text.substr(19));
  if (!hour || !minute || !offset || *hour > 23 || *minute > 59) return std::nullopt;
  const auto local = std::chrono::sys_days(*day) + std::chrono::hours(*hour) +
                     std::chrono::minutes(*minute) - *offset + kKoreaOffset;
  const auto local_day = std::chrono::floor<std::chrono::days>(local);
  return Moment{local_day, std::chrono::duration_cast<std::chrono::minutes>(local - local_day)};
}

std::string day_in_words(Language language, const std::chrono::year_month_day& day) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const int year = static_cast<int>(day.year());
  const unsigned month = static_cast<unsigned>(day.month()),
                 number = static_cast<unsigned>(day.day());
  if (language == Language::kKo) return fmt::format("{}년 {}월 {}일", year, month, number);
  return fmt::format("{} {} {}", number, kMonths[month - 1], year);
}

}  // namespace

std::string number_in_words(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string date_in_words(Language language, std::string_view rfc3339) {
  const auto moment = read_moment(rfc3339);
  return moment ? day_in_words(language, moment->day) : std::string(rfc3339);
}

std::string time_in_words(Language language, std::string_view rfc3339) {
  const auto moment = read_moment(rfc3339);
  if (!moment) return std::string(rfc3339);
  std::string day = day_in_words(language, moment->day);
  if (!moment->time_of_day) return day;
  const auto minutes = moment->time_of_day->count();
  const std::string clock = fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  return language == Language::kKo ? fmt::format("{} {} (한국 시각)", day, clock)
                                   : fmt::format("{}, {} (Korean time)", day, clock);
}

}  // namespace dure::node
