// SPDX-License-Identifier: Apache-2.0
#include "http/form.h"

#include <algorithm>
#include <optional>

#include "dure/encoding.h"

namespace dure::node::http {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return std::nullopt;
}

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

/// Takes the next character off `text`, which is not empty.
std::optional<char> take_character(std::string_view& text) {
  const char c = text.front();
  const bool escaped = c == '%';
  const auto high = escaped && text.size() > 2 ? hex_digit(text[1]) : std::nullopt;
  const auto low = high ? hex_digit(text[2]) : std::nullopt;
  if (escaped && !low) return std::nullopt;
  text.remove_prefix(escaped ? 3 : 1);
  if (escaped) return static_cast<char>(*high * 16 + *low);
  return c == '+' ? ' ' : c;
}

Result<std::string> decode(std::string_view text) {
  const Error malformed{ErrorCode::kMalformed, "not what a form sends"};
  std::string out;
  while (!text.empty()) {
    const auto c = take_character(text);
    if (!c || !is_text(*c)) return malformed;
    out += *c;
  }
  if (!is_utf8(out)) return malformed;
  return out;
}

bool stays(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' ||
         c == '-' || c == '.' || c == '_';
}

void encode(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (stays(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
}

}  // namespace

Result<FormFields> parse_form(std::string_view body, std::size_t max_bytes,
                              std::size_t max_fields) {
  if (body.size() > max_bytes) return Error{ErrorCode::kTooLarge, "a form of too many bytes"};
  FormFields fields;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    if (pair.empty()) continue;
    if (fields.size() == max_fields) return Error{ErrorCode::kTooLarge, "too many fields"};
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode(pair.substr(0, equals));
    if (!name) return std::move(name).error();
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return std::move(value).error();
    fields.emplace_back(std::move(*name), std::move(*value));
  }
  return fields;
}

std::string format_form(const FormFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    encode(out, name);
    out += '=';
    encode(out, value);
  }
  return out;
}

std::string form_value(const FormFields& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& one) { return one.first == name; });
  return found == fields.end() ? std::string() : found->second;
}

}  // namespace dure::node::http
