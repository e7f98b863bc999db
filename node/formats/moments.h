// SPDX-License-Identifier: Apache-2.0
// Dates and durations as XML Schema and RFC 3339 want them, checked by the calendar.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dure::node {

/// YYYY-MM-DD of a day that exists.
bool is_date(std::string_view text);
/// A date, or date, time and offset (RFC 3339).
bool is_date_time(std::string_view text);
/// "xsd:date", "xsd:dateTime", or empty: neither.
std::string_view moment_datatype(std::string_view text);
/// A moment as an RFC 3339 date-time; a date is its midnight in Korea. Nothing if it is neither.
std::optional<std::string> as_date_time(std::string_view text);
/// An ISO 8601 duration of our schema as an xsd:duration, which knows no weeks; empty if it is
/// none.
std::string as_xsd_duration(std::string_view text);

}  // namespace dure::node
