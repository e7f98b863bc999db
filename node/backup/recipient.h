// SPDX-License-Identifier: Apache-2.0
// The key pair of sealed backups as people handle it: a public text for the settings, a secret one
// that is kept elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/key.h"

namespace dure::node {

inline constexpr std::string_view kRecipientPrefix = "dure-backup-public-";
inline constexpr std::string_view kBackupSecretPrefix = "dure-backup-secret-";

/// An X25519 public key. Text: the prefix, then base32 of the key and the first four bytes of
/// SHA-256(prefix ‖ key).
struct BackupRecipient {
  Hash key{};
  friend bool operator==(const BackupRecipient&, const BackupRecipient&) = default;
};

/// Its secret half, in the same spelling with the other prefix.
struct BackupSecret {
  Secret<32> key;
};

/// A new random secret. Threads: any.
BackupSecret make_backup_secret();
BackupRecipient recipient_of(const BackupSecret& secret);

std::string format_recipient(const BackupRecipient& recipient);
/// Errors: kInvalid: the secret half, a wrong character, something else. No message holds the text.
Result<BackupRecipient> parse_recipient(std::string_view text);

/// The file that `dure backup key` writes: the secret in one line.
std::string format_backup_secret(const BackupSecret& secret);
/// Takes the line with or without its end. Errors: as parse_recipient.
Result<BackupSecret> parse_backup_secret(std::string_view text);

}  // namespace dure::node
