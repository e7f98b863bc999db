// SPDX-License-Identifier: Apache-2.0
#include "publishing/text_encoding.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace dure::node {
namespace {

/// What may follow `lead` is narrower for some: no overlong form, no surrogate, nothing too large.
bool fits_lead(unsigned char lead, unsigned char second) {
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return second >= low && second <= high;
}

/// Length of the well-formed sequence at the front of `bytes`, or 0 (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return 0;
  if (!fits_lead(lead, at(1))) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

bool looks_like_utf16(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  const auto head = bytes.substr(0, 4096);
  return head.size() >= 4 &&
         std::count(head.begin(), head.end(), '\0') * 4 > static_cast<std::ptrdiff_t>(head.size());
}

class Converter {
 public:
  Converter() : handle_(iconv_open("UTF-8", "CP949")) {}
  ~Converter() {
    if (usable()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  // iconv_open reports failure as (iconv_t)-1.
  bool usable() const { return reinterpret_cast<std::intptr_t>(handle_) != -1; }
  iconv_t get() { return handle_; }

 private:
  iconv_t handle_;
};

/// What an officer hands over in place of a text: .xlsx, .hwpx and packed files; .xls and .hwp.
bool looks_like_office_file(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("\xD0\xCF\x11\xE0");
}

Error encoding_error(std::string detail, std::string text, std::string line, std::string byte) {
  return {ErrorCode::kMalformed,
          std::move(detail),
          std::move(text),
          {{"line", std::move(line)}, {"byte", std::move(byte)}}};
}

}  // namespace

bool has_hangul(std::string_view utf8) {
  // U+AC00..U+D7A3 begin with EA B0 80 .. ED 9E A3.
  for (std::size_t i = 0; i + 2 < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead == 0xEB || lead == 0xEC ||
        (lead == 0xEA && static_cast<unsigned char>(utf8[i + 1]) >= 0xB0))
      return true;
    if (lead == 0xED && static_cast<unsigned char>(utf8[i + 1]) <= 0x9E) return true;
  }
  return false;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view bytes) {
  std::size_t position = 0;
  while (position < bytes.size()) {
    const std::size_t length = sequence_length(bytes.substr(position, 4));
    if (length == 0) return position;
    position += length;
  }
  return std::nullopt;
}

TextEncoding detect_encoding(std::string_view bytes) {
  if (looks_like_office_file(bytes)) return TextEncoding::kUnknown;
  if (looks_like_utf16(bytes)) return TextEncoding::kUtf16;
  if (!first_invalid_utf8(bytes)) return TextEncoding::kUtf8;
  const auto decoded = utf8_from_cp949(bytes);
  return decoded && has_hangul(*decoded) ? TextEncoding::kCp949 : TextEncoding::kUnknown;
}

Result<std::string> utf8_from_cp949(std::string_view bytes) {
  Converter converter;
  if (!converter.usable())
    return Error{ErrorCode::kUnsupported, "this system cannot convert from CP949"};
  std::string out;
  std::string in(bytes);  // iconv wants char**, though it only reads
  char* from = in.data();
  std::size_t left = in.size();
  std::array<char, 16 * 1024> buffer{};
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t before = left;
    const std::size_t status = iconv(converter.get(), &from, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (status == static_cast<std::size_t>(-1) && (errno != E2BIG || left == before)) {
      return Error{ErrorCode::kMalformed, fmt::format("not CP949 at byte {}", in.size() - left)};
    }
  }
  return out;
}

Status require_utf8(std::string_view bytes, std::size_t offset, std::size_t line) {
  if (looks_like_office_file(bytes)) {
    return encoding_error("a spreadsheet, a document or a packed file", "schema.file.not-text",
                          std::to_string(line), std::to_string(offset));
  }
  if (looks_like_utf16(bytes)) {
    return encoding_error("the file is UTF-16; save it as UTF-8", "schema.file.utf16",
                          std::to_string(line), std::to_string(offset));
  }
  const auto invalid = first_invalid_utf8(bytes);
  if (!invalid) return ok();
  const auto newlines =
      std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*invalid), '\n');
  const auto bad_line = std::to_string(line + static_cast<std::size_t>(newlines));
  const auto bad_byte = std::to_string(offset + *invalid);
  if (detect_encoding(bytes) == TextEncoding::kCp949) {
    return encoding_error(
        fmt::format("line {}: the file is CP949 (EUC-KR); save it as UTF-8", bad_line),
        "schema.file.cp949", bad_line, bad_byte);
  }
  return encoding_error(fmt::format("line {}: byte {} is not UTF-8", bad_line, bad_byte),
                        "schema.file.utf8", bad_line, bad_byte);
}

}  // namespace dure::node
