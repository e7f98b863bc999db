// SPDX-License-Identifier: Apache-2.0
// When a backup is due, what it is called, and which older ones go: all from the times in the
// names, so that nothing else has to be remembered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

/// "30m", "24h", "7d" in seconds, at most 366 days; nothing for another spelling.
std::optional<std::int64_t> parse_interval(std::string_view text);

/// "suwon.go.kr+dure+1_20261129T180522Z.dure-backup": the origin with '+' for '/', which no origin
/// has, and the second in UTC. Units: POSIX seconds, in the years 1970 to 9999 (else abort).
std::string backup_name(std::string_view origin, std::int64_t time);
/// The time in a name that backup_name makes for `origin`; nothing for every other name.
std::optional<std::int64_t> parse_backup_name(std::string_view origin, std::string_view name);

/// Seconds until a backup is due, 0 if it is. A time in the future is a clock that was wrong, and
/// does not put anything off.
std::int64_t due_in(const std::vector<std::int64_t>& times, std::int64_t every, std::int64_t now);

/// The newest backup of each of the newest `daily` days that have one, and of each of the newest
/// `monthly` months. Days and months in UTC.
struct KeepRule {
  std::uint64_t daily = 14, monthly = 12;
};

/// Those that go: of `times`, what the rule does not keep; never the newest, and never `made`.
/// No clock has a say, so a wrong one deletes nothing. Ascending.
std::vector<std::int64_t> outdated(std::vector<std::int64_t> times, const KeepRule& rule,
                                   std::int64_t made);

}  // namespace dure::node
