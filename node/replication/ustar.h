// SPDX-License-Identifier: Apache-2.0
// The little of POSIX ustar that a transfer file needs: plain files with short names, nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kUstarBlock = 512;
inline constexpr std::size_t kUstarNameBytes = 100;
using UstarHeader = std::array<char, kUstarBlock>;

struct UstarMember {
  std::string name;
  std::uint64_t size = 0;
};

/// The bytes of padding behind `size` bytes of content.
inline constexpr std::size_t ustar_padding(std::uint64_t size) {
  return static_cast<std::size_t>((kUstarBlock - size % kUstarBlock) % kUstarBlock);
}

/// Fixed owner, mode and time, so that equal contents give equal files. `member.name` ≤
/// kUstarNameBytes (else abort).
UstarHeader format_ustar_header(const UstarMember& member);
/// Accepts exactly what format_ustar_header makes. Errors: kMalformed.
Result<UstarMember> parse_ustar_header(std::string_view block);

}  // namespace dure::node
