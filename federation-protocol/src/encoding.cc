// SPDX-License-Identifier: Apache-2.0
// SHA-256, base64, base32, hex, decimal and big-endian numbers, each with exactly one spelling.

// The low-level SHA-256 functions are deprecated since OpenSSL 3.0 but hash tree nodes twice as
// fast as a reused EVP context (3.0 has no cheaper way through EVP); replacing them touches this
// file only.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dure/encoding.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace dure {
namespace {

constexpr std::uint8_t kNoDigit = 0xFF;
using DigitTable = std::array<std::uint8_t, 256>;

constexpr DigitTable digit_table(std::string_view alphabet) {
  DigitTable table{};
  for (auto& entry : table) entry = kNoDigit;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr DigitTable kBase64Digits = digit_table(kBase64);
constexpr DigitTable kBase32Digits = digit_table(kBase32);
constexpr DigitTable kHexDigits = digit_table(kHex);

std::uint8_t digit(const DigitTable& table, char c) { return table[static_cast<std::uint8_t>(c)]; }

Error malformed(std::string detail) { return Error{ErrorCode::kMalformed, std::move(detail)}; }

/// Decodes `text` (no padding, length a multiple of 4) to `out`. False on a foreign character.
bool decode_base64_quads(std::string_view text, char* out) {
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::uint8_t a = digit(kBase64Digits, text[i]);
    const std::uint8_t b = digit(kBase64Digits, text[i + 1]);
    const std::uint8_t c = digit(kBase64Digits, text[i + 2]);
    const std::uint8_t d = digit(kBase64Digits, text[i + 3]);
    seen = static_cast<std::uint8_t>(seen | a | b | c | d);
    *out++ = static_cast<char>((a << 2) | (b >> 4));
    *out++ = static_cast<char>((b << 4) | (c >> 2));
    *out++ = static_cast<char>((c << 6) | d);
  }
  return (seen & 0xC0) == 0;  // every digit is < 64; kNoDigit has the high bits
}

/// Decodes the last quad `xx==` or `xxx=` to `out`. False on another spelling, spare bits included.
bool decode_base64_tail(std::string_view quad, char* out) {
  const bool two_pads = quad[2] == '=';
  const std::uint8_t a = digit(kBase64Digits, quad[0]);
  const std::uint8_t b = digit(kBase64Digits, quad[1]);
  const std::uint8_t c = two_pads ? 0 : digit(kBase64Digits, quad[2]);
  if (((a | b | c) & 0xC0) != 0) return false;
  const int spare = two_pads ? (b & 0x0F) : (c & 0x03);
  if (spare != 0) return false;
  out[0] = static_cast<char>((a << 2) | (b >> 4));
  if (!two_pads) out[1] = static_cast<char>((b << 4) | (c >> 2));
  return true;
}

std::size_t base64_padding(std::string_view text) {
  if (text.empty() || text.back() != '=') return 0;
  return text[text.size() - 2] == '=' ? 2 : 1;
}

/// Decodes to exactly `size` bytes at `out`, which the caller computed from text and padding.
bool decode_base64(std::string_view text, std::size_t padding, char* out) {
  const std::size_t whole = padding == 0 ? text.size() : text.size() - 4;
  if (!decode_base64_quads(text.substr(0, whole), out)) return false;
  return padding == 0 || decode_base64_tail(text.substr(whole), out + whole / 4 * 3);
}

template <class T>
void append_big_endian(Bytes& out, T value) {
  for (std::size_t shift = sizeof(T) * 8; shift > 0; shift -= 8) {
    out += static_cast<char>((value >> (shift - 8)) & 0xFF);
  }
}

Result<std::uint64_t> take_big_endian(std::string_view& in, std::size_t count) {
  if (in.size() < count) return malformed("number cut off");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8) | static_cast<std::uint8_t>(in[i]);
  in.remove_prefix(count);
  return value;
}

}  // namespace

Hash sha256(std::initializer_list<std::string_view> parts) {
  SHA256_CTX context;
  SHA256_Init(&context);
  for (const auto part : parts) SHA256_Update(&context, part.data(), part.size());
  Hash hash;
  SHA256_Final(hash.data(), &context);
  return hash;
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned group = (byte(i) << 16) | (byte(i + 1) << 8) | byte(i + 2);
    out += kBase64[group >> 18];
    out += kBase64[(group >> 12) & 63];
    out += i + 1 < bytes.size() ? kBase64[(group >> 6) & 63] : '=';
    out += i + 2 < bytes.size() ? kBase64[group & 63] : '=';
  }
  return out;
}

Result<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return malformed("base64: length is not a multiple of 4");
  const std::size_t padding = base64_padding(text);
  Bytes out(text.size() / 4 * 3 - padding, '\0');
  if (!decode_base64(text, padding, out.data())) return malformed("base64: not the one spelling");
  return out;
}

Result<Hash> base64_decode_hash(std::string_view text) {
  constexpr std::size_t kCharacters = 44;  // 32 bytes and one padding character
  Hash hash;
  const bool good = text.size() == kCharacters && base64_padding(text) == 1 &&
                    decode_base64(text, 1, reinterpret_cast<char*>(hash.data()));
  if (!good) return malformed("not the base64 of 32 bytes");
  return hash;
}

std::string hex_encode(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

Result<Bytes> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return malformed("hex: odd length");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint8_t high = digit(kHexDigits, text[i]);
    const std::uint8_t low = digit(kHexDigits, text[i + 1]);
    if (high == kNoDigit || low == kNoDigit) return malformed("hex: not lower-case hex");
    out += static_cast<char>((high << 4) | low);
  }
  return out;
}

std::string base32_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 8 + 4) / 5);
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    buffer = ((buffer << 8) | static_cast<std::uint8_t>(c)) & 0xFFF;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += kBase32[(buffer >> (bits - 5)) & 31];
  }
  if (bits > 0) out += kBase32[(buffer << (5 - bits)) & 31];
  return out;
}

Result<Bytes> base32_decode(std::string_view text) {
  // Lengths that leave a whole unused character belong to no byte string.
  if (text.size() * 5 % 8 >= 5) return malformed("base32: impossible length");
  Bytes out;
  out.reserve(text.size() * 5 / 8);
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::uint8_t value = digit(kBase32Digits, c);
    if (value == kNoDigit) return malformed("base32: foreign character");
    buffer = ((buffer << 5) | value) & 0xFFF;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>((buffer >> bits) & 0xFF);
  }
  if ((buffer & ((1U << bits) - 1)) != 0) return malformed("base32: spare bits are not zero");
  return out;
}

Result<std::uint64_t> parse_decimal(std::string_view text) {
  constexpr std::size_t kMostDigits = 19;  // 2^63 - 1 has 19, and 19 nines fit in 64 bits
  if (text.empty() || text.size() > kMostDigits) return malformed("not a decimal number < 2^63");
  if (text[0] == '0' && text.size() > 1) return malformed("decimal number with leading zero");
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return malformed("not a decimal number");
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value >> 63 != 0) return malformed("decimal number over 2^63 - 1");
  return value;
}

void append_u16be(Bytes& out, std::uint16_t value) { append_big_endian(out, value); }
void append_u32be(Bytes& out, std::uint32_t value) { append_big_endian(out, value); }
void append_u64be(Bytes& out, std::uint64_t value) { append_big_endian(out, value); }

Result<std::uint32_t> take_u16be(std::string_view& in) {
  auto value = take_big_endian(in, 2);
  if (!value) return std::move(value).error();
  return static_cast<std::uint32_t>(*value);
}

Result<std::uint32_t> take_u32be(std::string_view& in) {
  auto value = take_big_endian(in, 4);
  if (!value) return std::move(value).error();
  return static_cast<std::uint32_t>(*value);
}

Result<std::uint64_t> take_u64be(std::string_view& in) { return take_big_endian(in, 8); }

Result<std::string_view> take_bytes(std::string_view& in, std::size_t count) {
  if (in.size() < count) return malformed("bytes cut off");
  const std::string_view taken = in.substr(0, count);
  in.remove_prefix(count);
  return taken;
}

}  // namespace dure
