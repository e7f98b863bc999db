// SPDX-License-Identifier: Apache-2.0
#include "backup/header.h"

#include <sodium.h>

#include <algorithm>
#include <cctype>

namespace dure::node {
namespace {

constexpr std::string_view kFamily = "dure-backup-file/";
constexpr char kPlain = 'p';
constexpr char kSealed = 's';

static_assert(kBackupMagic.size() + 1 == kBackupLeadBytes);
static_assert(sizeof(BackupSealing) == kSealingBytes);
static_assert(crypto_box_SEALBYTES + crypto_secretstream_xchacha20poly1305_KEYBYTES == 80);
static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == 24);

Error no_backup() { return Error{ErrorCode::kMalformed, "not a backup file", "backup.not-a-file"}; }

template <class Field>
void append(Bytes& out, const Field& field) {
  out.append(reinterpret_cast<const char*>(field.data()), field.size());
}

template <class Field>
void take(std::string_view& in, Field& field) {
  std::copy_n(in.begin(), field.size(), field.begin());
  in.remove_prefix(field.size());
}

// The version that `lead` names, up to the end of its line; empty if it names none.
std::string_view version_in(std::string_view lead) {
  if (!lead.starts_with(kFamily)) return {};
  const auto version = lead.substr(kFamily.size());
  const auto end =
      std::find_if_not(version.begin(), version.end(), [](char c) { return c >= '0' && c <= '9'; });
  return version.substr(0, static_cast<std::size_t>(end - version.begin()));
}

}  // namespace

Bytes format_backup_header(const BackupHeader& header) {
  Bytes out(kBackupMagic);
  out += header.sealing ? kSealed : kPlain;
  if (!header.sealing) return out;
  append(out, header.sealing->recipient.key);
  append(out, header.sealing->box);
  append(out, header.sealing->stream_start);
  return out;
}

Result<std::size_t> backup_header_bytes(std::string_view lead) {
  const auto version = version_in(lead);
  if (lead.size() != kBackupLeadBytes || version.empty()) return no_backup();
  if (!lead.starts_with(kBackupMagic)) {
    if (version == version_in(kBackupMagic)) return no_backup();
    return Error{ErrorCode::kUnsupported,
                 "backup file of version " + std::string(version),
                 "backup.format-unknown",
                 {{"format", std::string(kFamily) + std::string(version)}}};
  }
  if (lead.back() == kPlain) return kBackupLeadBytes;
  if (lead.back() == kSealed) return kMaxHeaderBytes;
  return no_backup();
}

Result<BackupHeader> parse_backup_header(std::string_view bytes) {
  const auto expected = backup_header_bytes(bytes.substr(0, kBackupLeadBytes));
  if (!expected) return expected.error();
  if (*expected != bytes.size()) return no_backup();
  BackupHeader header;
  bytes.remove_prefix(kBackupLeadBytes);
  if (bytes.empty()) return header;
  auto& sealing = header.sealing.emplace();
  take(bytes, sealing.recipient.key);
  take(bytes, sealing.box);
  take(bytes, sealing.stream_start);
  return header;
}

}  // namespace dure::node
