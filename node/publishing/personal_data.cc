// SPDX-License-Identifier: Apache-2.0
#include "publishing/personal_data.h"

#include <algorithm>
#include <cstddef>

namespace dure::node {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                  text.begin());
}

std::size_t count_separators(std::string_view text, std::size_t at_most) {
  const auto end = std::min(text.find_first_not_of("- .)"), text.size());
  return std::min(end, at_most);
}

bool is_birth_date(std::string_view yymmdd) {
  const auto number = [&](std::size_t at) {
    return (yymmdd[at] - '0') * 10 + (yymmdd[at + 1] - '0');
  };
  return number(2) >= 1 && number(2) <= 12 && number(4) >= 1 && number(4) <= 31;
}

bool is_resident_number(std::string_view text, bool joined_allowed) {
  const std::size_t front = count_digits(text);
  if (front == 13) return joined_allowed && is_birth_date(text) && text[6] >= '1' && text[6] <= '8';
  if (front != 6 || !is_birth_date(text)) return false;
  text.remove_prefix(6);
  text.remove_prefix(count_separators(text, 3));
  return count_digits(text) == 7 && text[0] >= '1' && text[0] <= '8';
}

/// Reads groups of digits with separators between them; true if they are 10 or 11 digits "01x…" in
/// all.
bool is_mobile_number(std::string_view text) {
  if (text.starts_with("+82")) {
    text.remove_prefix(3);
    text.remove_prefix(count_separators(text, 2));
    if (text.starts_with("0")) text.remove_prefix(1);
  } else if (text.starts_with("0")) {
    text.remove_prefix(1);
  } else {
    return false;
  }
  constexpr std::string_view kSecondDigits = "016789";
  if (text.size() < 2 || text[0] != '1' || kSecondDigits.find(text[1]) == std::string_view::npos)
    return false;
  text.remove_prefix(2);
  std::size_t digits = 0;
  for (int group = 0; group < 3 && digits < 8; ++group) {
    text.remove_prefix(count_separators(text, 2));
    const std::size_t length = count_digits(text);
    digits += length;
    text.remove_prefix(length);
  }
  return digits == 7 || digits == 8;
}

}  // namespace

bool has_resident_number(std::string_view text) {
  // A joined number of 13 digits inside an address is more probably a time stamp or a document
  // number.
  const bool is_address = text.starts_with("http://") || text.starts_with("https://");
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || (i > 0 && is_digit(text[i - 1]))) continue;
    if (is_resident_number(text.substr(i), !is_address)) return true;
  }
  return false;
}

bool has_mobile_number(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '0' && text[i] != '+') continue;
    if (i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '-')) continue;
    if (is_mobile_number(text.substr(i))) return true;
  }
  return false;
}

}  // namespace dure::node
