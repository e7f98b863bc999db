// SPDX-License-Identifier: Apache-2.0
// Numbers that belong to a person and must not be published.
#pragma once

#include <string_view>

namespace dure::node {

/// Whether `text` holds what looks like a resident or foreigner registration number (주민등록번호):
/// a birth date, an optional separator, and seven digits of which the first is 1 to 8. Masked
/// numbers do not count.
bool has_resident_number(std::string_view text);

/// Whether `text` holds a personal mobile number: 010-1234-5678, 01012345678, +82 10 1234 5678, …
bool has_mobile_number(std::string_view text);

}  // namespace dure::node
