// SPDX-License-Identifier: Apache-2.0
#include "http/range.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "http/head.h"

namespace dure::node::http {
namespace {

// Digits only, so that a list of ranges is none; what does not fit is larger than any body.
std::optional<std::uint64_t> parse_position(std::string_view text) {
  if (text.empty() || text.size() > 40) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
  }
  return value;
}

ByteRange part(std::uint64_t first, std::uint64_t end) {
  return {ByteRange::Kind::kPart, static_cast<std::size_t>(first),
          static_cast<std::size_t>(end - first)};
}

}  // namespace

ByteRange parse_range(std::string_view field, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const ByteRange whole{ByteRange::Kind::kWhole, 0, size};
  if (!equals_ignoring_case(field.substr(0, kUnit.size()), kUnit)) return whole;
  const auto range = trimmed(field.substr(kUnit.size()));
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return whole;

  const auto last_text = range.substr(dash + 1);
  const auto last = parse_position(last_text);
  if (dash == 0) {
    if (!last) return whole;
    const auto length = std::min<std::uint64_t>(*last, size);
    if (length == 0) return {ByteRange::Kind::kUnsatisfiable, 0, 0};
    return part(size - length, size);
  }
  const auto first = parse_position(range.substr(0, dash));
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return whole;
  if (*first >= size) return {ByteRange::Kind::kUnsatisfiable, 0, 0};
  return part(*first, last && *last < size ? *last + 1 : size);
}

}  // namespace dure::node::http
