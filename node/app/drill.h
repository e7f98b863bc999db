// SPDX-License-Identifier: Apache-2.0
// `dure backup verify`: puts a backup back where nobody needs it, looks at everything, and takes it
// away again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/backup_manifest.h"
#include "replication/audit.h"

namespace dure::node {

struct DrillReport {
  BackupManifest manifest;
  bool packed = false, sealed = false;
  bool audited = false;  // false: it holds no keys of its logs, being of an earlier version
  std::vector<AuditReport> logs;
  std::uint64_t entries = 0, bodies = 0;
  std::uint64_t damage_count = 0;
};

/// Restores the backup `path`, file or folder, into a scratch folder and checks it as `dure fsck`
/// checks a node. `key_file` holds the secret if it is sealed; may be empty. Damage inside a log is
/// a result. Errors: as open_backup and verify_backup; kStorage (a damaged inbox or console, too).
Result<DrillReport> drill_backup(const std::string& path, const std::string& key_file);

}  // namespace dure::node
