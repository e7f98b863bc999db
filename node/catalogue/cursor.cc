// SPDX-License-Identifier: Apache-2.0
#include "catalogue/cursor.h"

#include <bit>
#include <cmath>
#include <utility>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kMaxCursorBytes = 2048;
constexpr std::size_t kMaxWords = 64;
constexpr std::size_t kMaxOrigin = 255;

std::string to_url_form(std::string base64) {
  while (base64.ends_with('=')) base64.pop_back();
  for (char& c : base64) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return base64;
}

Result<Bytes> from_url_form(std::string_view text) {
  std::string base64(text);
  for (char& c : base64) {
    if (c == '+' || c == '/' || c == '=') return Error{ErrorCode::kMalformed, "not base64url"};
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  base64.append((4 - base64.size() % 4) % 4, '=');
  return base64_decode(base64);
}

/// Finds accidents and hand-made changes; a forger gains nothing, every value is checked anyway.
std::string checksum(std::string_view payload, std::string_view query) {
  const Hash hash = sha256({"dure-cursor/1\n", payload, "\n", query});
  return std::string(as_view(hash).substr(0, kChecksumBytes));
}

Result<std::uint64_t> take_u64(std::string_view& in) {
  auto high = take_u32be(in);
  if (!high) return std::move(high).error();
  auto low = take_u32be(in);
  if (!low) return std::move(low).error();
  return (std::uint64_t{*high} << 32U) | *low;
}

/// Reads fields one after the other; after the first failure all are zero.
class Fields {
 public:
  explicit Fields(std::string_view in) : in_(in) {}
  std::uint64_t u64() { return keep(take_u64(in_)); }
  std::uint32_t u32() { return keep(take_u32be(in_)); }
  std::uint32_t u16() { return keep(take_u16be(in_)); }
  std::string bytes(std::size_t count) { return std::string(keep(take_bytes(in_, count))); }
  bool complete() const { return good_ && in_.empty(); }
  bool good() const { return good_; }

 private:
  template <class T>
  T keep(const Result<T>& value) {
    good_ = good_ && value.has_value();
    return good_ ? *value : T{};
  }
  std::string_view in_;
  bool good_ = true;
};

}  // namespace

std::string format_cursor(const SearchCursor& cursor, std::string_view query) {
  Bytes payload;
  append_u64be(payload, cursor.epoch);
  append_u64be(payload, cursor.as_of);
  append_u64be(payload, cursor.documents);
  append_u64be(payload, cursor.total_length);
  append_u16be(payload, static_cast<std::uint16_t>(cursor.word_documents.size()));
  for (const std::uint64_t count : cursor.word_documents) append_u64be(payload, count);
  append_u64be(payload, std::bit_cast<std::uint64_t>(cursor.floor));
  append_u64be(payload, std::bit_cast<std::uint64_t>(cursor.score));
  append_u32be(payload, cursor.modified);
  append_u64be(payload, cursor.id_order);
  append_u16be(payload, static_cast<std::uint16_t>(cursor.origin.size()));
  payload += cursor.origin;
  return to_url_form(base64_encode(payload + checksum(payload, query)));
}

Result<SearchCursor> parse_cursor(std::string_view text, std::string_view query) {
  const Error invalid{ErrorCode::kInvalid,
                      "the cursor is not one of this search; begin again without it"};
  if (text.size() > kMaxCursorBytes) return invalid;
  const auto bytes = from_url_form(text);
  if (!bytes || bytes->size() < kChecksumBytes) return invalid;
  const std::string_view payload =
      std::string_view(*bytes).substr(0, bytes->size() - kChecksumBytes);
  if (checksum(payload, query) != std::string_view(*bytes).substr(payload.size())) return invalid;

  Fields fields(payload);
  SearchCursor cursor;
  cursor.epoch = fields.u64();
  cursor.as_of = fields.u64();
  cursor.documents = fields.u64();
  cursor.total_length = fields.u64();
  const std::uint32_t words = fields.u16();
  if (words > kMaxWords) return invalid;
  for (std::uint32_t i = 0; i < words && fields.good(); ++i)
    cursor.word_documents.push_back(fields.u64());
  cursor.floor = std::bit_cast<double>(fields.u64());
  cursor.score = std::bit_cast<double>(fields.u64());
  cursor.modified = fields.u32();
  cursor.id_order = fields.u64();
  const std::uint32_t origin = fields.u16();
  if (origin > kMaxOrigin) return invalid;
  cursor.origin = fields.bytes(origin);
  if (!fields.complete() || !std::isfinite(cursor.score) || !std::isfinite(cursor.floor))
    return invalid;
  if (format_cursor(cursor, query) != text) return invalid;
  return cursor;
}

}  // namespace dure::node
