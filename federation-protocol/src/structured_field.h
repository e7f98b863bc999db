// SPDX-License-Identifier: Apache-2.0
// Private: the items of RFC 9651 that signed requests are made of, each in its canonical spelling.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dure/encoding.h"

namespace dure {

/// False, and nothing taken, unless `in` begins with `text`.
bool take_text(std::string_view& in, std::string_view text);

/// sf-string. `text` is printable ASCII.
std::string format_string(std::string_view text);
/// Errors: kMalformed (no quotes, another escape than \" and \\, a byte that is not printable).
Result<std::string> take_string(std::string_view& in);

/// Of at most 15 digits, not negative, without leading zeros. Errors: kMalformed.
Result<std::int64_t> take_integer(std::string_view& in);

/// sf-binary: base64 between colons.
std::string format_bytes(std::string_view bytes);
/// Errors: kMalformed.
Result<Bytes> take_bytes_item(std::string_view& in);

/// The key of a dictionary's member with its `=`. Errors: kMalformed.
Result<std::string_view> take_member_key(std::string_view& in);

}  // namespace dure
