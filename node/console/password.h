// SPDX-License-Identifier: Apache-2.0
// Passwords as they are kept: Argon2id.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kMinPassword = 10;   // characters
inline constexpr std::size_t kMaxPassword = 256;  // bytes

/// Errors: kInvalid (too short, too long, not UTF-8, the account's own name, one character only).
Status check_password(std::string_view account, std::string_view password);

/// What hashing costs; tests take less.
struct PasswordCost {
  unsigned long long operations = 2;
  std::size_t memory_bytes = std::size_t{64} << 20;
};

/// Threads: any. One password at a time is hashed, so that many sign-ins cost no more memory.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {}) : cost_(cost) {}
  /// Errors: kUnavailable (not enough memory).
  Result<std::string> hash(std::string_view password);
  /// Takes as long for an empty `hash`, of which no password is right.
  bool fits(const std::string& hash, std::string_view password);

 private:
  Result<std::string> hash_now(std::string_view password) const;

  const PasswordCost cost_;
  std::mutex mutex_;     // guards the memory that is spent, and what follows
  std::string nobodys_;  // what is checked where there is no hash; made when it is first needed
};

}  // namespace dure::node
