// SPDX-License-Identifier: Apache-2.0
#include "backup/recipient.h"

#include <sodium.h>

#include <algorithm>

namespace dure::node {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSumBytes = 4;
static_assert(crypto_box_PUBLICKEYBYTES == kKeyBytes && crypto_box_SECRETKEYBYTES == kKeyBytes);

std::string_view view_of(const std::uint8_t* key) {
  return {reinterpret_cast<const char*>(key), kKeyBytes};
}

std::string format_key(std::string_view prefix, std::string_view key) {
  Bytes bytes(key);
  bytes += as_view(sha256({prefix, key})).substr(0, kSumBytes);
  std::string text = std::string(prefix) + base32_encode(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return text;
}

Error wrong_key(const char* why, const char* text) {
  return Error{ErrorCode::kInvalid, std::string("backup key: ") + why, text};
}

// Copies the key in `text` to `key`. The secret half in the place of the public one is told apart
// from a slip of the pen, because then it has been shown already.
Status parse_key(std::string_view text, std::string_view prefix, std::string_view other,
                 const char* other_text, std::uint8_t* key) {
  if (text.starts_with(other)) return wrong_key("the other half", other_text);
  if (!text.starts_with(prefix)) return wrong_key("no such prefix", "backup.key-unknown");
  auto bytes = base32_decode(text.substr(prefix.size()));
  const bool right = bytes && bytes->size() == kKeyBytes + kSumBytes &&
                     as_view(sha256({prefix, std::string_view(*bytes).substr(0, kKeyBytes)}))
                             .substr(0, kSumBytes) == std::string_view(*bytes).substr(kKeyBytes);
  if (right) std::copy_n(bytes->begin(), kKeyBytes, key);
  if (bytes) sodium_memzero(bytes->data(), bytes->size());
  return right ? ok() : Status(wrong_key("the sum is wrong", "backup.key-mistyped"));
}

}  // namespace

BackupSecret make_backup_secret() {
  BackupSecret secret;
  randombytes_buf(secret.key.data(), kKeyBytes);
  return secret;
}

BackupRecipient recipient_of(const BackupSecret& secret) {
  BackupRecipient recipient;
  crypto_scalarmult_base(recipient.key.data(), secret.key.data());
  return recipient;
}

std::string format_recipient(const BackupRecipient& recipient) {
  return format_key(kRecipientPrefix, as_view(recipient.key));
}

Result<BackupRecipient> parse_recipient(std::string_view text) {
  BackupRecipient recipient;
  if (auto parsed = parse_key(text, kRecipientPrefix, kBackupSecretPrefix, "backup.key-is-secret",
                              recipient.key.data());
      !parsed)
    return std::move(parsed).error();
  return recipient;
}

std::string format_backup_secret(const BackupSecret& secret) {
  return format_key(kBackupSecretPrefix, view_of(secret.key.data())) + "\n";
}

Result<BackupSecret> parse_backup_secret(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  BackupSecret secret;
  if (auto parsed = parse_key(text, kBackupSecretPrefix, kRecipientPrefix, "backup.key-is-public",
                              secret.key.data());
      !parsed)
    return std::move(parsed).error();
  return secret;
}

}  // namespace dure::node
