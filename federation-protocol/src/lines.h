// SPDX-License-Identifier: Apache-2.0
// Private: reading the line-based formats of C2SP.
#pragma once

#include <string_view>
#include <vector>

#include "dure/encoding.h"

namespace dure {

/// The part of `in` before its first newline; `in` keeps what follows. False if there is none.
bool take_line(std::string_view& in, std::string_view& line);

/// False, and nothing taken, unless `in` begins with `prefix`.
bool take_prefix(std::string_view& in, std::string_view prefix);

/// Base64 hashes, one a line, up to and including the empty line after them.
/// Errors: kMalformed, also for more than `most`.
Status take_hashes(std::string_view& in, std::size_t most, std::vector<Hash>& hashes);

}  // namespace dure
