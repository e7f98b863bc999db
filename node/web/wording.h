// SPDX-License-Identifier: Apache-2.0
// Numbers, dates and times as people read them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "web/texts.h"

namespace dure::node {

/// 1234567 as "1,234,567".
std::string number_in_words(std::uint64_t number);
/// An RFC 3339 date or UTC time as a date, in Korea's time zone: "2026년 11월 22일", "22 November
/// 2026". Anything else comes back as it is.
std::string date_in_words(Language language, std::string_view rfc3339);
/// As date_in_words, with hours and minutes if it has them: "2026년 11월 22일 18:05 (한국 시각)".
std::string time_in_words(Language language, std::string_view rfc3339);

}  // namespace dure::node
