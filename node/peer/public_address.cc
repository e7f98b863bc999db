// SPDX-License-Identifier: Apache-2.0
// SPEC: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), RFC 4291 §2.4.
#include "peer/public_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace dure::node {
namespace {

struct Range4 {
  std::uint32_t first;
  int bits;
};
constexpr std::array<Range4, 15> kNotPublic4 = {{
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared by a provider's customers
    {0x7F000000, 8},   // this machine
    {0xA9FE0000, 16},  // link-local, among them the servers that clouds tell secrets on
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays, given up
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarking
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
}};

bool is_public_v4(std::uint32_t address) {
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(), [&](const Range4& range) {
    return (address ^ range.first) >> (32 - range.bits) == 0;
  });
}

using Bytes16 = std::array<std::uint8_t, 16>;

std::uint32_t v4_at(const Bytes16& address, std::size_t place) {
  return static_cast<std::uint32_t>(address[place]) << 24U |
         static_cast<std::uint32_t>(address[place + 1]) << 16U |
         static_cast<std::uint32_t>(address[place + 2]) << 8U | address[place + 3];
}

bool is_public_v6(const Bytes16& address) {
  constexpr Bytes16 kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr Bytes16 kTranslated = {0x00, 0x64, 0xFF, 0x9B};
  if (std::equal(address.begin(), address.begin() + 12, kMapped.begin()) ||
      std::equal(address.begin(), address.begin() + 12, kTranslated.begin()))
    return is_public_v4(v4_at(address, 12));
  if ((address[0] & 0xE0U) != 0x20) return false;  // all that is global is in 2000::/3
  if (address[0] == 0x20 && address[1] == 0x02) return is_public_v4(v4_at(address, 2));  // 6to4
  if (address[0] == 0x20 && address[1] == 0x01) {
    if (address[2] < 0x02) return false;                         // 2001::/23, Teredo among it
    if (address[2] == 0x0D && address[3] == 0xB8) return false;  // documentation
  }
  return address[0] != 0x3F || address[1] != 0xFF || (address[2] & 0xF0U) != 0;  // documentation
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return is_public_v4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 in{};
  std::memcpy(&in, &address, sizeof in);
  Bytes16 bytes{};
  std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
  return is_public_v6(bytes);
}

}  // namespace dure::node
