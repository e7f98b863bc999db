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
/// and the node's state · auditor: reads the audit log.
enum class StaffRole : std::uint8_t { kAuthor, kApprover, kOperator, kAuditor };
inline constexpr std::array<StaffRole, 4> kRoles = {StaffRole::kAuthor, StaffRole::kApprover,
                                                    StaffRole::kOperator, StaffRole::kAuditor};
std::string_view role_word(StaffRole role);

/// A set of roles.
class StaffRoles {
 public:
  void add(StaffRole role) { bits_ = static_cast<std::uint8_t>(bits_ | bit(role)); }
  bool has(StaffRole role) const { return (bits_ & bit(role)) != 0; }
  bool empty() const { return bits_ == 0; }
  static StaffRoles all();
  friend bool operator==(const StaffRoles&, const StaffRoles&) = default;

 private:
  static std::uint8_t bit(StaffRole role) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
  }
  std::uint8_t bits_ = 0;
};

/// "author,approver", in the order of kRoles.
std::string format_roles(const StaffRoles& roles);
/// Errors: kInvalid (an unknown word, twice the same, none).
Result<StaffRoles> parse_roles(std::string_view text);

/// 2 to 32 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit.
bool is_account_name(std::string_view name);

struct Account {
  std::string name;
  StaffRoles roles;
  bool disabled = false;
  std::string password;           // as PasswordHasher wrote it; empty: not set up yet
  std::string set_up;             // hash of the code in a set-up link; empty: none is open
  std::int64_t set_up_until = 0;  // POSIX seconds
  std::int64_t created = 0, signed_in = 0;
};

}  // namespace dure::node
