// SPDX-License-Identifier: Apache-2.0
// Spec: RFC 9651 §3.3, §4.2.
#include "structured_field.h"

namespace dure {
namespace {

constexpr std::size_t kMaxDigits = 15;

Error malformed() { return {ErrorCode::kMalformed, "not a structured field"}; }

bool is_printable(char c) { return c >= 0x20 && c < 0x7F; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_key_character(char c) {
  return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}

}  // namespace

bool take_text(std::string_view& in, std::string_view text) {
  if (!in.starts_with(text)) return false;
  in.remove_prefix(text.size());
  return true;
}

std::string format_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

Result<std::string> take_string(std::string_view& in) {
  std::string out;
  if (!take_text(in, "\"")) return malformed();
  while (!in.empty()) {
    char c = in.front();
    in.remove_prefix(1);
    if (c == '"') return out;
    if (c == '\\') {
      if (in.empty() || (in.front() != '"' && in.front() != '\\')) return malformed();
      c = in.front();
      in.remove_prefix(1);
    }
    if (!is_printable(c)) return malformed();
    out += c;
  }
  return malformed();
}

Result<std::int64_t> take_integer(std::string_view& in) {
  std::size_t digits = 0;
  while (digits < in.size() && is_digit(in[digits])) ++digits;
  if (digits == 0 || digits > kMaxDigits) return malformed();
  const auto number = parse_decimal(in.substr(0, digits));
  if (!number) return malformed();
  in.remove_prefix(digits);
  return static_cast<std::int64_t>(*number);
}

std::string format_bytes(std::string_view bytes) { return ":" + base64_encode(bytes) + ":"; }

Result<Bytes> take_bytes_item(std::string_view& in) {
  if (!take_text(in, ":")) return malformed();
  const std::size_t end = in.find(':');
  if (end == std::string_view::npos) return malformed();
  auto bytes = base64_decode(in.substr(0, end));
  if (!bytes) return malformed();
  in.remove_prefix(end + 1);
  return bytes;
}

Result<std::string_view> take_member_key(std::string_view& in) {
  std::size_t length = 0;
  while (length < in.size() && is_key_character(in[length])) ++length;
  if (length == 0 || length == in.size() || in[length] != '=') return malformed();
  if (!is_lower(in.front()) && in.front() != '*') return malformed();
  const auto key = in.substr(0, length);
  in.remove_prefix(length + 1);
  return key;
}

}  // namespace dure
