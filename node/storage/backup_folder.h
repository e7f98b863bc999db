// SPDX-License-Identifier: Apache-2.0
// The folder in which backups lie.
#pragma once

#include <memory>
#include <string>

#include "backup/ports.h"
#include "storage/disk_file.h"

namespace dure::node {

/// Backups in `folder`, which must be there: a drive that is not mounted is not made up for. A file
/// that is being written has its name and ".partial". `sync` is fsync. Threads: any.
std::unique_ptr<BackupShelf> open_backup_folder(std::string folder, SyncFile sync);

}  // namespace dure::node
