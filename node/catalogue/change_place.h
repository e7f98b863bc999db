// SPDX-License-Identifier: Apache-2.0
// A place in the changes of one catalogue: what `since=`, Last-Event-ID and webhooks go on from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dure::node {

/// A number and the catalogue that gave it: "3f2a9c…-1041".
struct ChangePlace {
  std::uint64_t epoch = 0, number = 0;
  friend bool operator==(const ChangePlace&, const ChangePlace&) = default;
};

std::string format_place(const ChangePlace& place);
/// Nothing if `text` is not what format_place() writes.
std::optional<ChangePlace> parse_place(std::string_view text);

}  // namespace dure::node
