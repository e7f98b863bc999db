// SPDX-License-Identifier: Apache-2.0
#include "formats/iri.h"

#include <algorithm>

namespace dure::node {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

void append_escaped(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[byte >> 4U];
  out += kHex[byte & 0xFU];
}

bool is_escape(std::string_view text, std::size_t at) {
  return text[at] == '%' && at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

// RFC 3986: unreserved and reserved characters.
bool may_stand(char c) {
  constexpr std::string_view kReserved = "-._~:/?#[]@!$&'()*+,;=";
  return is_alphanumeric(c) || kReserved.find(c) != std::string_view::npos;
}

}  // namespace

std::string clean_iri(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (may_stand(text[at]) || is_escape(text, at)) {
      out += text[at];
    } else {
      append_escaped(out, text[at]);
    }
  }
  return out;
}

std::string encode_segment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      append_escaped(out, c);
    }
  }
  return out;
}

std::string telephone_iri(std::string_view phone) {
  phone = phone.substr(0, phone.find_first_of("~,/"));
  std::string out;
  for (const char c : phone) {
    const bool digit = c >= '0' && c <= '9';
    if (digit || c == '-' || (c == '+' && out.empty())) out += c;
  }
  const bool any = std::any_of(out.begin(), out.end(), [](char c) { return c >= '0' && c <= '9'; });
  return any ? "tel:" + out : std::string();
}

std::string mail_iri(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return {};
  return "mailto:" + encode_segment(address.substr(0, at)) + '@' +
         encode_segment(address.substr(at + 1));
}

}  // namespace dure::node
