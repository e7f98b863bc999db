// SPDX-License-Identifier: Apache-2.0
// An account of the console and what its owner may do.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

/// author: writes drafts · approver: publishes or returns what others wrote · operator: accounts
/// and the node's state · auditor: reads the book of acts.
enum class Role : std::uint8_t { kAuthor, kApprover, kOperator, kAuditor };
inline constexpr std::array<Role, 4> kRoles = {Role::kAuthor, Role::kApprover, Role::kOperator,
                                               Role::kAuditor};
std::string_view role_word(Role role);

/// A set of roles.
class Roles {
 public:
  void add(Role role) { bits_ = static_cast<std::uint8_t>(bits_ | bit(role)); }
  bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  bool empty() const { return bits_ == 0; }
  static Roles all();
  friend bool operator==(const Roles&, const Roles&) = default;

 private:
  static std::uint8_t bit(Role role) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
  }
  std::uint8_t bits_ = 0;
};

/// "author,approver", in the order of kRoles.
std::string format_roles(const Roles& roles);
/// Errors: kInvalid (an unknown word, twice the same, none).
Result<Roles> parse_roles(std::string_view text);

/// 2 to 32 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit.
bool is_account_name(std::string_view name);

struct Account {
  std::string name;
  Roles roles;
  bool disabled = false;
  std::string password;           // as PasswordHasher wrote it; empty: not set up yet
  std::string set_up;             // hash of the code in a set-up link; empty: none is open
  std::int64_t set_up_until = 0;  // POSIX seconds
  std::int64_t created = 0, signed_in = 0;
};

}  // namespace dure::node
