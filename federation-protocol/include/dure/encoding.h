// SPDX-License-Identifier: Apache-2.0
// Spellings of bytes and numbers. Every decoder accepts exactly the one spelling its encoder makes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dure/result.h"

namespace dure {

using Bytes =
    std::string;  // octets; std::string because that is what sockets, files and SQLite take
using Hash = std::array<std::uint8_t, 32>;

/// Views into `hash`, which must outlive the view.
inline std::string_view as_view(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// SHA-256 of the concatenation of `parts`. Threads: any.
Hash sha256(std::initializer_list<std::string_view> parts);

/// RFC 4648 §4 with padding. Errors: kMalformed on any other spelling, non-zero trailing bits
/// included.
std::string base64_encode(std::string_view bytes);
Result<Bytes> base64_decode(std::string_view text);
/// As base64_decode, for exactly 32 bytes.
Result<Hash> base64_decode_hash(std::string_view text);

/// Lower-case hex of fixed length.
std::string hex_encode(std::string_view bytes);
Result<Bytes> hex_decode(std::string_view text);

/// RFC 4648 §6 lower case without padding: 16 bytes make 26 characters. Decoding checks the two
/// spare bits.
std::string base32_encode(std::string_view bytes);
Result<Bytes> base32_decode(std::string_view text);

/// ASCII decimal without leading zeros or sign, < 2^63.
Result<std::uint64_t> parse_decimal(std::string_view text);

void append_u16be(Bytes& out, std::uint16_t value);
void append_u32be(Bytes& out, std::uint32_t value);
void append_u64be(Bytes& out, std::uint64_t value);
/// Reads from the front of `in` and drops what was read. Errors: kMalformed if too short.
Result<std::uint32_t> take_u16be(std::string_view& in);
Result<std::uint32_t> take_u32be(std::string_view& in);
Result<std::uint64_t> take_u64be(std::string_view& in);
Result<std::string_view> take_bytes(std::string_view& in, std::size_t count);

/// True for well-formed UTF-8 without surrogates or overlong forms.
bool is_utf8(std::string_view text);

/// The leaf profile of RFC 8785: one object of strings, integers (|n| < 2^53) and booleans.
using JsonScalar = std::variant<std::string, std::int64_t, bool>;
using FlatObject = std::vector<std::pair<std::string, JsonScalar>>;

/// Parses one flat JSON object in any spelling.
/// Errors: kMalformed (syntax, duplicate name, nested value, null, fraction, exponent, lone
/// surrogate), kTooLarge.
Result<FlatObject> parse_flat_json(std::string_view text, std::size_t max_bytes = 1 << 20);
/// RFC 8785 form: names sorted by UTF-16 code units, shortest escapes. `object` need not be sorted.
/// Shape: strings are UTF-8 and names unique, as parse_flat_json gives them.
std::string canonical_json(FlatObject object);

}  // namespace dure
