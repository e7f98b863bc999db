// SPDX-License-Identifier: Apache-2.0
#include "web/entry_values.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "web/wording.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

// One part of a duration in words ("6개월"); empty if there is no such part.
std::string duration_part(const std::string& digits, bool time, char unit,
                          const FieldContext& context) {
  const std::string key = fmt::format("pages.duration.{}{}", time ? "T" : "", unit);
  if (digits.empty() || !has_text(context.language, key)) return {};
  return text(context.language, key, {{"count", digits}});
}

}  // namespace

std::string label(std::string_view name, const FieldContext& context) {
  const std::string key = fmt::format("pages.field.{}", name);
  return has_text(context.language, key) ? text(context.language, key) : std::string(name);
}

std::string word(std::string_view list, std::string_view code, const FieldContext& context) {
  const std::string key = fmt::format("pages.value.{}.{}", list, code);
  return has_text(context.language, key) ? text(context.language, key) : std::string(code);
}

const Json& member_of(const Json& object, const char* name) {
  static const Json kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

std::string string_of(const Json& object, const char* name) {
  const Json& value = member_of(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Text text_of(const Json& object, const char* name, const FieldContext& context) {
  return choose_text(member_of(object, name), context.language);
}

std::string web_href(std::string_view address) {
  return address.starts_with("https://") || address.starts_with("http://") ? std::string(address)
                                                                           : std::string();
}

std::string phone_href(std::string_view phone) {
  std::string digits;
  for (const char c : phone) {
    if ((c >= '0' && c <= '9') || (c == '+' && digits.empty())) digits += c;
    if (c == '~' || c == ',' || c == '/') break;  // an extension or a second number
  }
  return digits.empty() ? std::string() : "tel:" + digits;
}

std::string number(const Json& value) {
  if (value.is_number_unsigned()) return number_in_words(value.get<std::uint64_t>());
  if (value.is_number_integer()) {
    const auto signed_value = value.get<std::int64_t>();
    const auto magnitude = signed_value < 0 ? 0 - static_cast<std::uint64_t>(signed_value)
                                            : static_cast<std::uint64_t>(signed_value);
    return (signed_value < 0 ? "-" : "") + number_in_words(magnitude);
  }
  if (!value.is_number()) return {};
  const double real = value.get<double>();
  if (real == std::floor(real) && std::abs(real) < 9e15) {
    return (real < 0 ? "-" : "") + number_in_words(static_cast<std::uint64_t>(std::abs(real)));
  }
  return fmt::format("{}", real);
}

std::string money(const Json& amount, const std::string& currency, const FieldContext& context) {
  const std::string digits = number(amount);
  if (digits.empty()) return {};
  if (currency.empty() || currency == "KRW")
    return text(context.language, "pages.unit.won", {{"amount", digits}});
  return fmt::format("{} {}", digits, currency);
}

std::string duration(std::string_view iso, const FieldContext& context) {
  std::string words, digits;
  bool time = false;
  for (const char c : iso.substr(iso.empty() ? 0 : 1)) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c == 'T') {
      time = true;
    } else {
      const std::string part = duration_part(digits, time, c, context);
      if (part.empty()) return std::string(iso);
      words += (words.empty() ? "" : " ") + part;
      digits.clear();
    }
  }
  return words.empty() ? std::string(iso) : words;
}

std::string period(const Json& value, const char* from, const char* to,
                   const FieldContext& context) {
  const std::string start = date_in_words(context.language, string_of(value, from));
  const std::string end = date_in_words(context.language, string_of(value, to));
  if (start.empty() && end.empty()) return {};
  return fmt::format("{} ~ {}", start, end);
}

Text choose_text(const Json& value, Language language) {
  if (value.is_string()) return {value.get<std::string>(), {}};
  if (!value.is_object()) return {};
  const std::string wanted(language_name(language));
  if (std::string text = string_of(value, wanted.c_str()); !text.empty())
    return {std::move(text), {}};
  for (const char* other : {"ko", "en"}) {
    if (std::string text = string_of(value, other); !text.empty()) return {std::move(text), other};
  }
  return {};
}

}  // namespace dure::node
