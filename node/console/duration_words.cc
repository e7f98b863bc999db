// SPDX-License-Identifier: Apache-2.0
#include "console/duration_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dure::node {
namespace {

struct Unit {
  char letter;
  bool of_day;  // after the T
  std::string_view ko, one, many;
};

// In the order of ISO 8601.
constexpr std::array<Unit, 6> kUnits = {{{'Y', false, "년", "year", "years"},
                                         {'M', false, "개월", "month", "months"},
                                         {'W', false, "주", "week", "weeks"},
                                         {'D', false, "일", "day", "days"},
                                         {'H', true, "시간", "hour", "hours"},
                                         {'M', true, "분", "minute", "minutes"}}};
constexpr std::size_t kMaxDigits = 4;

// Takes one to four digits off the front of `text`; empty if there are none, or more.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits.size() <= kMaxDigits ? digits : std::string_view();
}

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// Takes the name of a unit that comes after the unit before `from`; kUnits.size() if there is none.
std::size_t take_unit(std::string_view& text, std::size_t from) {
  for (std::size_t i = from; i < kUnits.size(); ++i) {
    for (const std::string_view name : {kUnits[i].many, kUnits[i].one, kUnits[i].ko}) {
      if (!text.starts_with(name)) continue;
      text.remove_prefix(name.size());
      return i;
    }
  }
  return kUnits.size();
}

std::string words_of(Language language, std::string_view iso) {
  std::string words;
  bool of_day = false;
  iso.remove_prefix(1);  // P
  while (!iso.empty()) {
    if (iso.front() == 'T') {
      of_day = true;
      iso.remove_prefix(1);
    }
    const auto digits = take_digits(iso);
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& one) {
      return !iso.empty() && one.letter == iso.front() && one.of_day == of_day;
    });
    if (digits.empty() || unit == kUnits.end()) return {};
    iso.remove_prefix(1);
    if (!words.empty()) words += ' ';
    words += digits;
    if (language == Language::kKo) {
      words += unit->ko;
    } else {
      words.append(" ").append(digits == "1" ? unit->one : unit->many);
    }
  }
  return words;
}

}  // namespace

std::string duration_in_words(Language language, std::string_view iso) {
  if (!iso.starts_with('P')) return std::string(iso);
  const std::string words = words_of(language, iso);
  return duration_from_words(words) == iso ? words : std::string(iso);
}

std::string duration_from_words(std::string_view words) {
  std::string iso = "P";
  bool of_day = false;
  std::size_t next = 0;
  for (skip_spaces(words); !words.empty(); skip_spaces(words)) {
    const auto digits = take_digits(words);
    skip_spaces(words);
    const std::size_t unit = take_unit(words, next);
    if (digits.empty() || unit == kUnits.size()) return {};
    if (kUnits[unit].of_day && !of_day) iso += 'T';
    of_day = kUnits[unit].of_day;
    iso.append(digits) += kUnits[unit].letter;
    next = unit + 1;
  }
  return next == 0 ? std::string() : iso;
}

}  // namespace dure::node
