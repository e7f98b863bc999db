// SPDX-License-Identifier: Apache-2.0
#include "app/drill.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "app/backup.h"
#include "app/data_folder.h"
#include "app/durable_file.h"
#include "app/log_audit.h"
#include "app/packed_backup.h"
#include "app/restore.h"
#include "storage/console_store.h"
#include "storage/inbox_store.h"
#include "storage/node_store.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxKeysBytes = std::size_t{8} << 20;

using KnownKeys = std::map<std::string, std::vector<VerifierKey>, std::less<>>;

Result<KnownKeys> read_keys(const std::string& path) {
  const auto text = read_small_file(path, kMaxKeysBytes);
  if (!text) return text.error();
  KnownKeys keys;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto key = VerifierKey::parse(rest.substr(0, end));
    if (!key) {
      return Error{ErrorCode::kMalformed,
                   path + ": " + key.error().detail,
                   "backup.file-damaged",
                   {{"path", path}, {"file", kBackupKeys}}};
    }
    const std::string origin(key->name());
    keys[origin].push_back(*std::move(key));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return keys;
}

Status audit(const DataFolder& folder, const KnownKeys& keys, DrillReport& report) {
  const auto store = NodeStore::open(folder.database());
  if (!store) return store.error();
  const auto logs = logs_to_audit(**store, [&](std::string_view origin) {
    const auto found = keys.find(origin);
    return found == keys.end() ? std::vector<VerifierKey>() : found->second;
  });
  if (!logs) return logs.error();
  for (const AuditLog& log : *logs) {
    auto found = audit_log(log, (*store)->reader());
    if (!found) return std::move(found).error();
    report.entries += found->stored;
    report.bodies += found->bodies;
    report.damage_count += found->damage_count;
    report.logs.push_back(*std::move(found));
  }
  report.audited = true;
  return ok();
}

Status check_beside(const DataFolder& folder, const BackupManifest& manifest) {
  if (manifest.has(kBackupInbox)) {
    const auto inbox = open_inbox(folder.inbox());
    if (!inbox) return inbox.error();
    if (auto whole = (*inbox)->check(); !whole) return whole;
  }
  if (manifest.has(kBackupConsole)) {
    const auto console = open_console(folder.console());
    if (!console) return console.error();
    return (*console)->check();
  }
  return ok();
}

}  // namespace

Result<DrillReport> drill_backup(const std::string& path, const std::string& key_file) {
  const auto opened = open_backup(path, key_file);
  if (!opened) return opened.error();
  const auto scratch = ScratchFolder::make();
  if (!scratch) return scratch.error();
  Settings settings;
  settings.data = (*scratch)->path("node");
  RestoreWish wish;
  wish.backup = opened->folder;
  wish.readable = true;
  const auto restored = restore_backup(settings, wish);
  if (!restored) return restored.error();
  DrillReport report;
  report.manifest = restored->manifest;
  report.packed = opened->packed;
  report.sealed = opened->sealed;
  const DataFolder folder{settings.data};
  if (auto whole = check_beside(folder, report.manifest); !whole) return std::move(whole).error();
  if (!report.manifest.has(kBackupKeys)) return report;
  const auto keys = read_keys(opened->folder + "/" + kBackupKeys);
  if (!keys) return keys.error();
  if (auto audited = audit(folder, *keys, report); !audited) return std::move(audited).error();
  return report;
}

}  // namespace dure::node
