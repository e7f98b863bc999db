// SPDX-License-Identifier: Apache-2.0
// `dure backup`: one moment of a node in a folder that appears only when it is whole.
#pragma once

#include <string>

#include "app/backup_manifest.h"
#include "app/node_parts.h"

namespace dure::node {

enum class WithSeed { kNo, kYes };

/// Copies database, inbox and settings, and the seed only if told, to the new folder `path`;
/// publishing and pulling go on. Never the head lock: an old one would let the node sign a second
/// history. Never the catalogue: it is made from the logs.
/// {"path","origin","size","root","bytes","seed","milliseconds"}. Errors: kConflict (`path` exists,
/// or another backup writes there), kStorage, kUnavailable (the node is closing).
Result<std::string> make_backup(NodeParts& node, const std::string& path, WithSeed seed);

struct CopiedNode {
  BackupManifest manifest;
  std::uint64_t attachments = 0;
  std::uint64_t bytes = 0;  // of all files
};
/// What make_backup does, told to the program. Errors: likewise.
Result<CopiedNode> copy_node(NodeParts& node, const std::string& path, WithSeed seed);

/// Checks every byte of the backup in `path`, the database's structure, and that the leaves in it
/// lead to the root in the manifest.
/// Errors: kNotFound (no whole backup there), kMalformed (damaged), kUnsupported, kStorage.
Result<BackupManifest> verify_backup(const std::string& path);

inline constexpr const char* kBackupDatabase = "node.db";
inline constexpr const char* kBackupInbox = "inbox.db";      // what citizens told, if any
inline constexpr const char* kBackupConsole = "console.db";  // accounts, drafts and acts, if any
inline constexpr const char* kBackupSettings = "dure.toml";
inline constexpr const char* kBackupKeys = "keys";  // that signed the logs in it
inline constexpr const char* kBackupSeed = "seed.key";
inline constexpr const char* kBackupAttachments = "attachments";  // the own ones, if any

}  // namespace dure::node
