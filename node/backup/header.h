// SPDX-License-Identifier: Apache-2.0
// How a backup file begins: what it is, which version, and for whom it is sealed.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "backup/recipient.h"
#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

inline constexpr std::string_view kBackupMagic = "dure-backup-file/1\n";
inline constexpr std::size_t kBackupLeadBytes = 20;  // magic and kind
inline constexpr std::size_t kSealingBytes = 136;    // what follows in a sealed one
inline constexpr std::size_t kMaxHeaderBytes = kBackupLeadBytes + kSealingBytes;

/// The key of one file, closed up for the recipient, and where its cipher starts.
struct BackupSealing {
  BackupRecipient recipient;
  std::array<std::uint8_t, 80> box{};           // crypto_box_seal of the file key
  std::array<std::uint8_t, 24> stream_start{};  // of crypto_secretstream_xchacha20poly1305
  friend bool operator==(const BackupSealing&, const BackupSealing&) = default;
};

struct BackupHeader {
  std::optional<BackupSealing> sealing;  // nothing: anybody can read it
  friend bool operator==(const BackupHeader&, const BackupHeader&) = default;
};

/// Shape: magic, then `p`, or `s` ‖ recipient[32] ‖ box[80] ‖ stream_start[24].
Bytes format_backup_header(const BackupHeader& header);
/// How many bytes the header has whose first kBackupLeadBytes are `lead`.
/// Errors: kMalformed (no backup file), kUnsupported (of another version).
Result<std::size_t> backup_header_bytes(std::string_view lead);
/// Accepts exactly what format_backup_header makes. Errors: likewise.
Result<BackupHeader> parse_backup_header(std::string_view bytes);

}  // namespace dure::node
