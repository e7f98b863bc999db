// SPDX-License-Identifier: Apache-2.0
#include "replication/ustar.h"

#include <algorithm>
#include <cstdlib>

namespace dure::node {
namespace {

// offset and width of the fields we fill; the rest is zero
struct Field {
  std::size_t offset, width;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kOwner{108, 8}, kGroup{116, 8}, kSize{124, 12},
    kTime{136, 12}, kSum{148, 8}, kType{156, 1}, kMagic{257, 8};

void put(UstarHeader& header, Field field, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(field.offset));
}

/// width - 1 octal digits and a NUL.
void put_octal(UstarHeader& header, Field field, std::uint64_t value) {
  for (std::size_t i = field.width - 1; i-- > 0; value >>= 3) {
    header[field.offset + i] = static_cast<char>('0' + (value & 7));
  }
}

Result<std::uint64_t> read_octal(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '7') return Error{ErrorCode::kMalformed, "bad number in a member's header"};
    value = value * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

UstarHeader format_ustar_header(const UstarMember& member) {
  if (member.name.empty() || member.name.size() > kUstarNameBytes ||
      member.size >= std::uint64_t{1} << 33)
    std::abort();
  UstarHeader header{};
  put(header, kName, member.name);
  put_octal(header, kMode, 0644);
  put_octal(header, kOwner, 0);
  put_octal(header, kGroup, 0);
  put_octal(header, kSize, member.size);
  put_octal(header, kTime, 0);
  put(header, kType, "0");
  put(header, kMagic, std::string_view("ustar\00000", 8));
  put(header, kSum, "        ");
  std::uint64_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put_octal(header, {kSum.offset, 7}, sum);
  header[kSum.offset + 6] = '\0';
  return header;
}

Result<UstarMember> parse_ustar_header(std::string_view block) {
  const Error bad{ErrorCode::kMalformed, "not the header of a member"};
  if (block.size() != kUstarBlock) return bad;
  UstarMember member;
  const auto name = block.substr(kName.offset, kName.width);
  member.name = std::string(name.substr(0, name.find('\0')));
  const auto size = read_octal(block.substr(kSize.offset, kSize.width - 1));
  if (!size || member.name.empty()) return bad;
  member.size = *size;
  const auto canonical = format_ustar_header(member);
  if (std::string_view(canonical.data(), canonical.size()) != block) return bad;
  return member;
}

}  // namespace dure::node
