// SPDX-License-Identifier: Apache-2.0
// Addresses of clients: what rate limits count by, and whom X-Forwarded-For is believed.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

struct sockaddr;

namespace dure::node::http {

/// An IPv6 address; IPv4 is held mapped (::ffff:a.b.c.d).
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Address&, const Address&) = default;

  bool is_v4() const;
  /// 127.0.0.0/8 or ::1.
  bool is_loopback() const;
  std::string text() const;
  /// What limits count by: the address itself, or the /64 of an IPv6 address.
  Address network() const;
};

struct AddressHash {
  std::size_t operator()(const Address& address) const;
};

/// Reads "192.0.2.1", "2001:db8::1", "[2001:db8::1]", each optionally with ":port" after v4 or
/// brackets.
std::optional<Address> parse_address(std::string_view text);
/// The address of a TCP socket; nothing for other families.
std::optional<Address> address_of(const sockaddr& socket_address);

/// Addresses and networks in CIDR notation.
class AddressSet {
 public:
  /// Errors: kInvalid, naming the entry.
  static Result<AddressSet> parse(const std::vector<std::string>& entries);
  bool contains(const Address& address) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    Address base;
    unsigned bits = 128;
  };
  std::vector<Network> networks_;
};

/// The client behind trusted proxies: walks `forwarded_for` (all X-Forwarded-For fields, joined by
/// commas) from the right while the addresses are trusted. Anything unreadable ends the walk at the
/// last hop that is certain.
Address client_behind(const Address& peer, std::string_view forwarded_for,
                      const AddressSet& trusted);

}  // namespace dure::node::http
