// SPDX-License-Identifier: Apache-2.0
#include "catalogue/change_place.h"

#include <charconv>

#include "dure/encoding.h"

namespace dure::node {

std::string format_place(const ChangePlace& place) {
  std::string text(16, '\0');
  const auto written = std::to_chars(text.data(), text.data() + text.size(), place.epoch, 16);
  text.resize(static_cast<std::size_t>(written.ptr - text.data()));
  return text + '-' + std::to_string(place.number);
}

std::optional<ChangePlace> parse_place(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash == 0 || dash > 16) return std::nullopt;
  ChangePlace place;
  const auto* end = text.data() + dash;
  const auto read = std::from_chars(text.data(), end, place.epoch, 16);
  const auto number = parse_decimal(text.substr(dash + 1));
  if (read.ec != std::errc() || read.ptr != end || !number) return std::nullopt;
  place.number = *number;
  return format_place(place) == text ? std::optional(place) : std::nullopt;
}

}  // namespace dure::node
