// SPDX-License-Identifier: Apache-2.0
#include "console/form_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "console/duration_words.h"
#include "publishing/entry_document.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Kind = FormShape::Kind;

constexpr std::string_view kSpaces = " \t\r\n";
// Integers beyond this are not the same number in every program that reads JSON.
constexpr std::int64_t kMaxExactInteger = (std::int64_t{1} << 53) - 1;

bool is_plain_text(const Json& value) {
  return value.is_string() && !is_blank(value.get_ref<const std::string&>());
}

bool is_line(const Json& value) {
  return is_plain_text(value) &&
         value.get_ref<const std::string&>().find_first_of("\r\n") == std::string::npos;
}

bool all_of(const Json& list, bool (*test)(const Json&)) {
  return list.is_array() && std::all_of(list.begin(), list.end(), test);
}

// Controls other than tab and line end: a browser does not send them, and no body may hold them.
std::string without_controls(std::string text) {
  std::erase_if(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
  });
  return text;
}

// "1,200,000" as 1200000; any other comma stays.
std::string without_thousands(std::string_view text) {
  const auto whole = text.substr(0, text.find('.'));
  const std::size_t first = whole.find(',');
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (first == std::string_view::npos || first == sign || first > sign + 3)
    return std::string(text);
  for (std::size_t at = first; at < whole.size(); at += 4) {
    if (whole[at] != ',' || whole.substr(at + 1, 3).find_first_not_of("0123456789") < 3 ||
        whole.size() < at + 4)
      return std::string(text);
  }
  std::string plain(text);
  std::erase(plain, ',');
  return plain;
}

std::optional<Json> number_in(std::string_view typed) {
  typed.remove_prefix(std::min(typed.find_first_not_of(kSpaces), typed.size()));
  typed = typed.substr(0, typed.find_last_not_of(kSpaces) + 1);
  const std::string plain = without_thousands(typed);
  const Json number = Json::parse(plain, nullptr, /*allow_exceptions=*/false);
  if (!number.is_number()) return std::nullopt;
  const double value = number.get<double>();
  const bool exact = std::fabs(value) <= static_cast<double>(kMaxExactInteger);
  const bool written_whole = plain.find_first_of(".eE") == std::string::npos;
  if (written_whole) return exact ? std::optional(number) : std::nullopt;
  if (exact && std::trunc(value) == value) return Json(static_cast<std::int64_t>(value));
  return number;
}

Json or_text(std::optional<Json> value, std::string text) {
  return value ? *std::move(value) : Json(std::move(text));
}

}  // namespace

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kSpaces) == std::string_view::npos;
}

bool fits(const FormShape& shape, const Json& value) {
  switch (shape.kind) {
    case Kind::kGroup:
    case Kind::kRegion:
    case Kind::kLanguages:
      return value.is_object();
    case Kind::kList:
      return value.is_array();
    case Kind::kLines:
    case Kind::kChoices:
      return all_of(value, is_line);
    case Kind::kNumber:
      return value.is_number() || value.is_string();
    case Kind::kYesNo:
      return value.is_boolean() || value.is_string();
    case Kind::kChoice:
      return value.is_string() || (shape.whole && value.is_number());
    case Kind::kText:
    case Kind::kDate:
    case Kind::kMoment:
    case Kind::kDuration:
      return value.is_string();
    case Kind::kAttachments:
    case Kind::kKept:
      return false;
  }
  return false;
}

std::string shown_value(const FormShape& shape, const Json& value, Language language) {
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (!value.is_string()) return value.dump();
  std::string text = without_controls(with_plain_line_ends(value.get_ref<const std::string&>()));
  return shape.kind == Kind::kDuration ? duration_in_words(language, text) : text;
}

Json typed_value(const FormShape& shape, std::string_view typed) {
  if (is_blank(typed)) return nullptr;
  std::string text = with_plain_line_ends(typed);
  if (shape.kind == Kind::kNumber || shape.whole) return or_text(number_in(text), text);
  if (shape.kind == Kind::kYesNo && (text == "true" || text == "false")) return text == "true";
  if (shape.kind == Kind::kDuration) {
    auto iso = duration_from_words(text);
    return iso.empty() ? text : iso;
  }
  return text;
}

std::vector<std::string> lines_in(std::string_view text) {
  const std::string plain = with_plain_line_ends(text);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t end = std::min(plain.find('\n', at), plain.size());
    if (auto line = plain.substr(at, end - at); !is_blank(line)) lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

std::string with_plain_line_ends(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    plain += text[i] == '\r' ? '\n' : text[i];
  }
  return plain;
}

bool is_day(std::string_view text) {
  constexpr std::array kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(from, count)) {
      if (c < '0' || c > '9') return 0;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  if (day > kDays[static_cast<std::size_t>(month - 1)]) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month != 2 || day != 29 || leap;
}

std::optional<Json> read_json(std::string_view text) {
  bool too_deep = false;
  const auto bounded = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > static_cast<int>(kMaxBodyDepth);
    return !too_deep;
  };
  Json json = Json::parse(text, bounded, /*allow_exceptions=*/false);
  if (too_deep || json.is_discarded()) return std::nullopt;
  return json;
}

}  // namespace dure::node
