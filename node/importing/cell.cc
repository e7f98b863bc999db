// SPDX-License-Identifier: Apache-2.0
#include "importing/cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dure::node {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \n\t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \n\t") - begin + 1);
}

/// Takes a run of at most `most` digits from the front of `text`.
std::optional<std::string> take_digits(std::string_view& text, std::size_t least,
                                       std::size_t most) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  if (count < least || count > most) return std::nullopt;
  std::string digits(text.substr(0, count));
  text.remove_prefix(count);
  if (digits.size() == 1) digits.insert(digits.begin(), '0');
  return digits;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

void skip_spaces(std::string_view& text) {
  while (take(text, " ")) {
  }
}

/// What stands between year, month and day: a sign or the Korean word, spaces round it.
bool take_separator(std::string_view& text, std::string_view word) {
  skip_spaces(text);
  const bool found = take(text, word) || take(text, "-") || take(text, ".") || take(text, "/");
  skip_spaces(text);
  return found;
}

std::optional<std::string> take_compact_date(std::string_view& text) {
  auto digits = take_digits(text, 8, 14);
  if (!digits || digits->size() % 2 != 0) return std::nullopt;
  auto date =
      fmt::format("{}-{}-{}", digits->substr(0, 4), digits->substr(4, 2), digits->substr(6, 2));
  const auto rest = digits->substr(8);
  if (rest.empty()) return date;
  if (rest.size() < 4) return std::nullopt;
  return fmt::format("{}T{}:{}:{}", date, rest.substr(0, 2), rest.substr(2, 2),
                     rest.size() == 6 ? rest.substr(4, 2) : "00");
}

std::optional<std::string> take_date(std::string_view& text) {
  const auto run = text.find_first_not_of("0123456789");
  if (std::min(run, text.size()) > 4) return take_compact_date(text);
  const auto year = take_digits(text, 4, 4);
  if (!year || !take_separator(text, "년")) return std::nullopt;
  const auto month = take_digits(text, 1, 2);
  if (!month || !take_separator(text, "월")) return std::nullopt;
  const auto day = take_digits(text, 1, 2);
  if (!day) return std::nullopt;
  skip_spaces(text);
  if (!take(text, "일")) take(text, ".");
  return fmt::format("{}-{}-{}", *year, *month, *day);
}

/// "T09:30", " 09:30:00.0", with or without an offset; empty: no time.
std::optional<std::string> take_time(std::string_view& text) {
  if (!take(text, "T")) skip_spaces(text);
  if (text.empty()) return std::string();
  const auto hour = take_digits(text, 1, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2, 2);
  if (!minute) return std::nullopt;
  std::string second = "00";
  if (take(text, ":")) {
    const auto digits = take_digits(text, 2, 2);
    if (!digits) return std::nullopt;
    second = *digits;
    if (take(text, "."))
      text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  }
  return fmt::format("T{}:{}:{}", *hour, *minute, second);
}

std::optional<std::string> take_offset(std::string_view text) {
  if (text.empty()) return "+09:00";
  if (text == "Z") return "Z";
  const bool plain = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
                     is_digit(text[1]) && is_digit(text[2]) && is_digit(text[4]) &&
                     is_digit(text[5]);
  return plain ? std::optional(std::string(text)) : std::nullopt;
}

/// "1,234,567" and "1234567" without commas and zeros in front: groups of three behind the first.
std::optional<std::string> ungrouped(std::string_view text) {
  std::string digits;
  const bool grouped = text.find(',') != std::string_view::npos;
  for (bool first = true; !text.empty() || first; first = false) {
    const auto end = std::min(text.find(','), text.size());
    const auto group = text.substr(0, end);
    const bool fits = first ? !group.empty() && (!grouped || group.size() <= 3) : group.size() == 3;
    if (!fits || !std::all_of(group.begin(), group.end(), is_digit)) return std::nullopt;
    if (end + 1 == text.size()) return std::nullopt;  // ends in a comma
    digits += group;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (digits.size() > 15) return std::nullopt;
  return digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

}  // namespace

std::string clean_cell(std::string_view cell) {
  std::string out;
  out.reserve(cell.size());
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const char c = cell[i];
    const bool lone_return = c == '\r' && (i + 1 == cell.size() || cell[i + 1] != '\n');
    if (lone_return) out.push_back('\n');
    if (static_cast<unsigned char>(c) >= 0x20 ? c != 0x7F : c == '\n' || c == '\t')
      out.push_back(c);
  }
  auto text = trimmed(out);
  constexpr std::string_view kGuarded = "=+-@";
  if (text.size() > 1 && text[0] == '\'' && kGuarded.find(text[1]) != std::string_view::npos)
    text.remove_prefix(1);
  return std::string(text);
}

bool is_formula(std::string_view cell) {
  constexpr std::array kErrors = {"#N/A",   "#REF!",  "#VALUE!", "#DIV/0!",
                                  "#NAME?", "#NULL!", "#NUM!"};
  const auto text = trimmed(cell);
  return text.starts_with('=') || std::find(kErrors.begin(), kErrors.end(), text) != kErrors.end();
}

std::optional<std::string> moment_in(std::string_view text) {
  text = trimmed(text);
  auto date = take_date(text);
  if (!date) return std::nullopt;
  if (date->size() > 10) return text.empty() ? std::optional(*date + "+09:00") : std::nullopt;
  const auto time = take_time(text);
  if (!time) return std::nullopt;
  if (time->empty()) return date;
  const auto offset = take_offset(text);
  return offset ? std::optional(*date + *time + *offset) : std::nullopt;
}

std::optional<std::string> date_in(std::string_view text) {
  auto moment = moment_in(text);
  if (moment) moment->resize(10);
  return moment;
}

std::optional<std::string> number_in(std::string_view text) {
  text = trimmed(text);
  const bool negative = take(text, "-");
  const auto point = std::min(text.find('.'), text.size());
  auto whole = ungrouped(text.substr(0, point));
  if (!whole) return std::nullopt;
  if (point < text.size()) {
    auto fraction = text.substr(point + 1);
    if (fraction.empty() || fraction.size() > 15 ||
        !std::all_of(fraction.begin(), fraction.end(), is_digit))
      return std::nullopt;
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    if (!fraction.empty()) whole->append(".").append(fraction);
  }
  return negative && *whole != "0" ? "-" + *whole : *whole;
}

std::optional<bool> yes_no_in(std::string_view text) {
  constexpr std::array kYes = {"예", "네",   "Y",    "y", "O",    "o",
                               "○",  "true", "TRUE", "1", "있음", "yes"};
  constexpr std::array kNo = {"아니오", "아니요", "N",     "n", "X",    "x",
                              "×",      "false",  "FALSE", "0", "없음", "no"};
  text = trimmed(text);
  if (std::find(kYes.begin(), kYes.end(), text) != kYes.end()) return true;
  if (std::find(kNo.begin(), kNo.end(), text) != kNo.end()) return false;
  return std::nullopt;
}

std::vector<std::string> split_cell(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = separator.empty() ? text.size() : std::min(text.find(separator), text.size());
    if (const auto part = trimmed(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + separator.size(), text.size()));
    if (separator.empty()) break;
  }
  return parts;
}

}  // namespace dure::node
