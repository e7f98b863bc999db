// SPDX-License-Identifier: Apache-2.0
#include "console/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "dure/encoding.h"

namespace dure::node {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

Error bad(const char* text) { return {ErrorCode::kInvalid, "password", text}; }

}  // namespace

Status check_password(std::string_view account, std::string_view password) {
  if (!is_utf8(password)) return bad("errors.console_password_characters");
  if (characters(password) < kMinPassword) return bad("errors.console_password_short");
  if (password.size() > kMaxPassword) return bad("errors.console_password_long");
  const bool one = password.find_first_not_of(password.front()) == std::string_view::npos;
  if (one || password.find(account) != std::string_view::npos)
    return bad("errors.console_password_weak");
  return ok();
}

Result<std::string> PasswordHasher::hash(std::string_view password) {
  const std::lock_guard lock(mutex_);
  return hash_now(password);
}

Result<std::string> PasswordHasher::hash_now(std::string_view password) const {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost_.operations,
                            cost_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Error{ErrorCode::kUnavailable, "not enough memory to hash a password"};
  return std::string(out.data());
}

bool PasswordHasher::fits(const std::string& hash, std::string_view password) {
  const std::lock_guard lock(mutex_);
  if (hash.empty() && nobodys_.empty()) {
    if (auto made = hash_now("nobody has this password")) nobodys_ = *std::move(made);
  }
  const std::string& asked = hash.empty() ? nobodys_ : hash;
  const bool right = crypto_pwhash_str_verify(asked.c_str(), password.data(), password.size()) == 0;
  return right && !hash.empty();
}

}  // namespace dure::node
