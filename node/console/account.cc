// SPDX-License-Identifier: Apache-2.0
#include "console/account.h"

#include <algorithm>

namespace dure::node {

std::string_view role_word(StaffRole role) {
  static constexpr std::array<std::string_view, 4> kWords = {"author", "approver", "operator",
                                                             "auditor"};
  return kWords[static_cast<std::size_t>(role)];
}

StaffRoles StaffRoles::all() {
  StaffRoles roles;
  for (const StaffRole role : kRoles) roles.add(role);
  return roles;
}

std::string format_roles(const StaffRoles& roles) {
  std::string text;
  for (const StaffRole role : kRoles) {
    if (roles.has(role)) text.append(text.empty() ? "" : ",").append(role_word(role));
  }
  return text;
}

Result<StaffRoles> parse_roles(std::string_view text) {
  StaffRoles roles;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    const auto* const found = std::find_if(kRoles.begin(), kRoles.end(),
                                           [&](StaffRole role) { return role_word(role) == word; });
    if (found == kRoles.end() || roles.has(*found)) {
      return Error{
          ErrorCode::kInvalid, printable(word), "errors.console_role", {{"role", printable(word)}}};
    }
    roles.add(*found);
    if (comma == std::string_view::npos) return roles;
    text.remove_prefix(comma + 1);
  }
}

bool is_account_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= 2 && name.size() <= 32 && plain(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace dure::node
