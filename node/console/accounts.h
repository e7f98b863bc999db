// SPDX-License-Identifier: Apache-2.0
// Who may use the console: invited by a link that works once, then signed in by name and password.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "console/password.h"
#include "console/ports.h"
#include "console/sessions.h"

namespace dure::node {

inline constexpr std::int64_t kSetUpDays = 7;
inline constexpr std::uint64_t kFreeTries = 5;  // wrong passwords before a name is locked
inline constexpr std::int64_t kFirstLock = 60, kLongestLock = 3600;  // seconds; doubling

struct AccountsPorts {
  ConsoleStore* store = nullptr;  // outlives the accounts, as the others do
  PasswordHasher* hasher = nullptr;
  Sessions* sessions = nullptr;
  std::function<std::int64_t()> now;
  Sessions::Random random;
};

/// Threads: any; one change at a time.
class Accounts {
 public:
  explicit Accounts(AccountsPorts ports) : ports_(std::move(ports)) {}

  /// Makes an account, or opens the set-up of one anew; answers the code of its link, which is
  /// shown once and works once within kSetUpDays. A new link ends the old password and sessions.
  /// Errors: kInvalid (name, no role), kRefused (disabled; or nobody would be operator), kStorage.
  Result<std::string> invite(const std::string& actor, const std::string& name,
                             const StaffRoles& roles);
  /// The account that `code` is for. Errors: kNotFound (wrong, used, too old).
  Result<Account> invited(std::string_view code);
  /// Errors: kNotFound, kInvalid (password), kStorage.
  Result<Account> set_up(std::string_view code, std::string_view password);

  /// Opens a session and answers its token. Errors: kRefused (name or password; it does not say
  /// which), kUnavailable (too many wrong ones: `args` has {seconds}), kStorage.
  Result<std::string> sign_in(const std::string& name, std::string_view password);
  void sign_out(std::string_view token, const std::string& name);
  /// Ends all sessions of the account. Errors: kRefused (old password), kInvalid, kUnavailable.
  Status change_password(const std::string& name, std::string_view old_password,
                         std::string_view new_password);

  /// Errors: kInvalid (no role), kNotFound, kRefused (nobody would be operator any more).
  Status set_roles(const std::string& actor, const std::string& name, const StaffRoles& roles);
  Status set_disabled(const std::string& actor, const std::string& name, bool disabled);

  /// One that exists and is not disabled. Errors: kNotFound.
  Result<Account> account(std::string_view name);
  Result<std::vector<Account>> all() { return ports_.store->accounts(); }
  /// Whether one person is all there is: nobody else could approve.
  Result<bool> alone();

 private:
  struct Tries {
    std::uint64_t wrong = 0;
    std::int64_t locked_until = 0, last = 0;
  };
  Status free_to_try(const std::string& name);
  void note_try(const std::string& name, bool right);
  Status keep_an_operator(const Account& changed);
  Act act(const std::string& actor, const char* what, const std::string& name,
          std::string note = {}) const;

  const AccountsPorts ports_;
  std::mutex changing_;  // one change at a time
  std::mutex tries_mutex_;
  // Also of names that there are not, so that locking tells nobody which there are.
  std::map<std::string, Tries> tries_;
};

}  // namespace dure::node
