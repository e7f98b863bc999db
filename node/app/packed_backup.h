// SPDX-License-Identifier: Apache-2.0
// Backups in one file, for the commands that read them: where they lie, and their contents as a
// folder for a while.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backup/recipient.h"
#include "dure/result.h"
#include "settings/settings.h"

namespace dure::node {

/// A folder of its owner's only, for what must not stay: removed with the object. What a process
/// left that was killed is removed by the next one. Threads: one.
class ScratchFolder {
 public:
  /// In $TMPDIR, else /tmp. Errors: kStorage.
  static Result<std::unique_ptr<ScratchFolder>> make();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  ScratchFolder(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  const std::string path_;
  const int descriptor_;  // locked: somebody is at work here
};

struct OpenedBackup {
  std::string folder;  // as make_backup leaves it
  bool packed = false, sealed = false;
  std::unique_ptr<ScratchFolder> scratch;  // null if it is a folder anyway
};

/// A backup as a folder, whichever kind it is. `key_file` holds the secret; may be empty.
/// Errors: kNotFound, kMalformed (damaged, no backup), kUnsupported, kRefused (sealed; a wrong key,
/// or a key file that others may read), kInvalid (no key in it), kStorage.
Result<OpenedBackup> open_backup(const std::string& path, const std::string& key_file);

/// Makes a key pair: the secret goes to the new file `path`, its owner's only.
/// Errors: kConflict (the file exists), kStorage.
Result<BackupRecipient> create_backup_key(const std::string& path);

struct ListedBackup {
  std::string path;
  std::int64_t time = 0;  // POSIX seconds
  std::uint64_t bytes = 0;
  bool sealed = false;
  std::string recipient;  // public key text; empty unless sealed
};
/// The finished ones of the settings' node in the settings' folder, newest first.
/// Errors: kNotFound (no folder is set), kStorage.
Result<std::vector<ListedBackup>> list_backups(const Settings& settings);

}  // namespace dure::node
