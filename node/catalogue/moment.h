// SPDX-License-Identifier: Apache-2.0
// RFC 3339 dates and date-times as numbers that sort.
#pragma once

#include <cstdint>
#include <string_view>

namespace dure::node {

/// Seconds since 1970 of `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDThh:mm:ss(Z|±hh:mm)`. What
/// cannot be read, or lies outside 1970..2106, gives the nearest end; the answer only orders search
/// results.
std::uint32_t moment_seconds(std::string_view moment);

}  // namespace dure::node
