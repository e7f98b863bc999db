// SPDX-License-Identifier: Apache-2.0
// `dure restore`: puts a backup back so that the next start compares it with head lock and peers.
#pragma once

#include <string>

#include "app/backup_manifest.h"
#include "dure/result.h"
#include "membership/ports.h"
#include "settings/settings.h"

namespace dure::node {

struct RestoreWish {
  std::string backup;  // folder
  std::string seed;    // file with the seed, if it is neither in the backup nor in the data folder
  bool replace = false;   // a database that is there is set aside
  bool readable = false;  // only to be read: no seed is looked for, and none is put in place
};

struct Restored {
  BackupManifest manifest;
  std::string set_aside;  // where the database that was there is now; empty if there was none
  bool has_seed = false;
  bool has_head_lock = false;
};

/// Verifies the backup, then puts database, settings and seed into the settings' data folder, each
/// only if it is not there, and marks the folder. The head lock that is there stays.
/// Errors: as verify_backup; kConflict (a node is there), kRefused (in use, another log, another
/// key), kStorage.
Result<Restored> restore_backup(const Settings& settings, const RestoreWish& wish);

/// The card of the node at `url`. Errors: kInvalid (URL), kUnavailable (no node answers there).
Result<PeerEntry> look_at_peer(const Settings& settings, const std::string& url);

/// Everything but the seed is gone: prepares a folder for `origin` whose entries come from `peer`
/// (and the peers added later). The head lock must then be made with make_new_head_lock.
/// Errors: kConflict (a node is there), kInvalid (identity), kRefused, kStorage.
Status prepare_from_peer(const Settings& settings, const std::string& seed, const PeerEntry& peer,
                         std::string (*describe)(std::string_view help_key));

}  // namespace dure::node
