// SPDX-License-Identifier: Apache-2.0
// What was meant when the keyboard was left in Latin: wnckwkd is 주차장.
#pragma once

#include <string>
#include <string_view>

namespace dure::node {

/// The word that these keys write on a Korean keyboard (KS X 5002, two sets); empty if they write
/// none: other characters, or jamo that stay alone.
std::string hangul_from_keys(std::string_view keys);

}  // namespace dure::node
