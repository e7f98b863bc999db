// SPDX-License-Identifier: Apache-2.0
#include "backup/schedule.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>

#include "dure/encoding.h"

namespace dure::node {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kLongest = 366 * kDay;
constexpr std::int64_t kEndOfNames = 253'402'300'800;  // the year 10000
constexpr std::string_view kEnding = ".dure-backup";

std::string digits(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

chrono::year_month_day date_of(std::int64_t time) {
  return chrono::sys_days(chrono::days(time / kDay));
}

std::string stamp(std::int64_t time) {
  const auto date = date_of(time);
  const std::int64_t second = time % kDay;
  return digits(int{date.year()}, 4) + digits(unsigned{date.month()}, 2) +
         digits(unsigned{date.day()}, 2) + "T" + digits(second / 3600, 2) +
         digits(second / 60 % 60, 2) + digits(second % 60, 2) + "Z";
}

std::string name_start(std::string_view origin) {
  std::string start(origin);
  std::replace(start.begin(), start.end(), '/', '+');
  return start + "_";
}

// nothing unless all are digits
std::optional<std::int64_t> number_at(std::string_view text, std::size_t from, std::size_t count) {
  std::int64_t value = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The time that the stamp says, right or wrong: whoever asks formats it again.
std::optional<std::int64_t> read_stamp(std::string_view text) {
  constexpr std::size_t kWidth = 16;
  if (text.size() != kWidth) return std::nullopt;
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 4, 2);
  const auto day = number_at(text, 6, 2);
  const auto hour = number_at(text, 9, 2);
  const auto minute = number_at(text, 11, 2);
  const auto second = number_at(text, 13, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const chrono::year_month_day date(chrono::year(static_cast<int>(*year)),
                                    chrono::month(static_cast<unsigned>(*month)),
                                    chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *year < 1970) return std::nullopt;
  return chrono::sys_days(date).time_since_epoch().count() * kDay + *hour * 3600 + *minute * 60 +
         *second;
}

std::int64_t day_of(std::int64_t time) { return time / kDay; }
std::int64_t month_of(std::int64_t time) {
  const auto date = date_of(time);
  return int{date.year()} * 12 + static_cast<std::int64_t>(unsigned{date.month()});
}

// Counts the days or months that a walk from the newest on comes into.
class Spans {
 public:
  Spans(std::int64_t (*span_of)(std::int64_t), std::uint64_t most)
      : span_of_(span_of), left_(most) {}
  /// True for the first of a span, as long as there are some left.
  bool keeps(std::int64_t time) {
    const auto span = span_of_(time);
    if (left_ == 0 || span == last_) return false;
    last_ = span;
    --left_;
    return true;
  }

 private:
  std::int64_t (*span_of_)(std::int64_t);
  std::uint64_t left_;
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

std::optional<std::int64_t> parse_interval(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto count = parse_decimal(text.substr(0, text.size() - 1));
  if (!count || *count == 0 || *count > static_cast<std::uint64_t>(kLongest)) return std::nullopt;
  std::int64_t unit = 0;
  if (text.back() == 'm') unit = 60;
  if (text.back() == 'h') unit = 3600;
  if (text.back() == 'd') unit = kDay;
  const std::int64_t seconds = static_cast<std::int64_t>(*count) * unit;
  return unit != 0 && seconds <= kLongest ? std::optional(seconds) : std::nullopt;
}

std::string backup_name(std::string_view origin, std::int64_t time) {
  if (time < 0 || time >= kEndOfNames) std::abort();
  return name_start(origin) + stamp(time) + std::string(kEnding);
}

std::optional<std::int64_t> parse_backup_name(std::string_view origin, std::string_view name) {
  const auto start = name_start(origin);
  if (!name.starts_with(start) || !name.ends_with(kEnding) ||
      name.size() < start.size() + kEnding.size())
    return std::nullopt;
  const auto time =
      read_stamp(name.substr(start.size(), name.size() - start.size() - kEnding.size()));
  return time && backup_name(origin, *time) == name ? time : std::nullopt;
}

std::int64_t due_in(const std::vector<std::int64_t>& times, std::int64_t every, std::int64_t now) {
  std::int64_t rest = 0;
  for (const std::int64_t time : times) {
    if (time <= now) rest = std::max(rest, time + every - now);
  }
  return rest;
}

std::vector<std::int64_t> outdated(std::vector<std::int64_t> times, const KeepRule& rule,
                                   std::int64_t made) {
  std::sort(times.rbegin(), times.rend());
  std::vector<std::int64_t> out;
  Spans days(&day_of, rule.daily), months(&month_of, rule.monthly);
  for (const std::int64_t time : times) {
    const bool by_day = days.keeps(time);
    const bool by_month = months.keeps(time);
    if (!by_day && !by_month && time != times.front() && time != made) out.push_back(time);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace dure::node
