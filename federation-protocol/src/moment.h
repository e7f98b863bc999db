// SPDX-License-Identifier: Apache-2.0
// Private: points in time as `YYYY-MM-DDThh:mm:ssZ`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dure {

inline constexpr std::int64_t kFirstMoment = -62135596800;  // 0001-01-01T00:00:00Z
inline constexpr std::int64_t kLastMoment = 253402300799;   // 9999-12-31T23:59:59Z

/// POSIX seconds between kFirstMoment and kLastMoment; none for any other spelling.
std::optional<std::int64_t> parse_moment(std::string_view text);
std::string format_moment(std::int64_t seconds);

}  // namespace dure
