// SPDX-License-Identifier: Apache-2.0
#include "formats/moments.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dure::node {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool within(const std::optional<int>& value, int least, int most) {
  return value && *value >= least && *value <= most;
}

bool is_offset(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  // XML Schema allows fourteen hours.
  return within(digits(text, 1, 2), 0, 13) && within(digits(text, 4, 2), 0, 59);
}

struct Part {
  std::uint32_t number = 0;
  char unit = 0;
};

std::optional<Part> take_part(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  if (count == 0 || count > 4 || count == text.size()) return std::nullopt;
  Part part;
  for (const char c : text.substr(0, count))
    part.number = part.number * 10 + static_cast<std::uint32_t>(c - '0');
  part.unit = text[count];
  text.remove_prefix(count + 1);
  return part;
}

}  // namespace

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!within(year, 1, 9999) || !within(month, 1, 12)) return false;
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
  const int last = *month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(*month) - 1];
  return within(day, 1, last);
}

bool is_date_time(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
  return is_date(text.substr(0, 10)) && within(digits(text, 11, 2), 0, 23) &&
         within(digits(text, 14, 2), 0, 59) && within(digits(text, 17, 2), 0, 59) &&
         is_offset(text.substr(19));
}

std::string_view moment_datatype(std::string_view text) {
  if (is_date(text)) return "xsd:date";
  return is_date_time(text) ? "xsd:dateTime" : "";
}

std::optional<std::string> as_date_time(std::string_view text) {
  if (is_date(text)) return std::string(text) + "T00:00:00+09:00";
  if (is_date_time(text)) return std::string(text);
  return std::nullopt;
}

namespace {

/// What stands before the T, with weeks as days; nothing if it is no duration.
std::optional<std::string> take_days(std::string_view& text) {
  std::uint32_t days = 0;
  bool any_day = false;
  std::string taken;
  while (!text.empty() && text.front() != 'T') {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    if (part->unit == 'Y' || part->unit == 'M') {
      taken += std::to_string(part->number) + part->unit;
    } else if (part->unit == 'W' || part->unit == 'D') {
      any_day = true;
      days += part->number * (part->unit == 'W' ? 7 : 1);
    } else {
      return std::nullopt;
    }
  }
  if (any_day) taken += std::to_string(days) + 'D';
  return taken;
}

}  // namespace

std::string as_xsd_duration(std::string_view text) {
  if (text.empty() || text.front() != 'P') return {};
  text.remove_prefix(1);
  const auto before = take_days(text);
  if (!before) return {};
  if (!text.empty()) text.remove_prefix(1);
  std::string time;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part || (part->unit != 'H' && part->unit != 'M')) return {};
    time += std::to_string(part->number) + part->unit;
  }
  if (before->empty() && time.empty()) return {};
  return 'P' + *before + (time.empty() ? "" : 'T' + time);
}

}  // namespace dure::node
