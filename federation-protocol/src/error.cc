// SPDX-License-Identifier: Apache-2.0
// Wire names of errors, and the printable form of untrusted text.
#include "dure/error.h"

#include <cstddef>
#include <cstdint>

#include "utf8.h"

namespace dure {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr char kHexDigits[] = "0123456789abcdef";

/// Characters that would steer a terminal or reorder a line: C0, DEL, C1, line separators, bidi
/// controls.
bool is_unprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += "\\x";
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
}

}  // namespace

std::string_view error_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
      return "malformed";
    case ErrorCode::kTooLarge:
      return "too-large";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kBadSignature:
      return "bad-signature";
    case ErrorCode::kUnknownKey:
      return "unknown-key";
    case ErrorCode::kBadProof:
      return "bad-proof";
    case ErrorCode::kBadCommitment:
      return "bad-commitment";
    case ErrorCode::kInconsistent:
      return "inconsistent";
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kGone:
      return "gone";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kStorage:
      return "storage";
    case ErrorCode::kQuarantined:
      return "quarantined";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

std::string printable(std::string_view untrusted, std::size_t max_bytes) {
  std::string out;
  while (!untrusted.empty()) {
    const Utf8Character next = first_character(untrusted);
    const std::string_view bytes = untrusted.substr(0, next.length);
    std::string piece;
    if (!next.valid || is_unprintable(next.code_point)) {
      append_escaped(piece, bytes);
    } else if (bytes == "\\") {
      piece = "\\\\";
    } else {
      piece = bytes;
    }
    if (out.size() + piece.size() > max_bytes) return out += kEllipsis;
    out += piece;
    untrusted.remove_prefix(next.length);
  }
  return out;
}

}  // namespace dure
