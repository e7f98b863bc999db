// SPDX-License-Identifier: Apache-2.0
// The data folder: which files a node consists of, how they are made, and the checks before they
// are used.
#pragma once

#include <span>
#include <string>

#include "app/passphrase.h"
#include "dure/key.h"
#include "publishing/ports.h"
#include "settings/settings.h"

namespace dure::node {

/// The files of one data folder.
struct DataFolder {
  std::string path;

  std::string settings() const { return path + "/dure.toml"; }
  std::string seed() const { return path + "/seed.key"; }
  std::string new_seed() const { return path + "/seed.key.new"; }      // to take its place
  std::string finishing() const { return path + "/seed.key.finish"; }  // there: the old one may go
  std::string charter_key() const { return path + "/charter.key"; }
  std::string head_lock() const { return path + "/head.db"; }
  std::string database() const { return path + "/node.db"; }
  std::string catalogue() const { return path + "/catalogue.db"; }
  std::string links() const { return path + "/links.db"; }           // which addresses answer
  std::string attachments() const { return path + "/attachments"; }  // files beside entries
  std::string console() const { return path + "/console.db"; }       // accounts, drafts, acts
  std::string inbox() const { return path + "/inbox.db"; }           // what citizens told
  std::string lock() const { return path + "/lock"; }
  std::string control_socket() const { return path + "/control.sock"; }
  std::string incoming_database() const { return path + "/node.db.restoring"; }
  std::string backing_up() const { return path + "/backing-up"; }  // while a backup is packed
  std::string peers() const { return path + "/peers"; }            // whom to ask if node.db is lost
  std::string restored() const { return path + "/restored"; }      // there: a backup was put back
  std::string webhooks() const { return path + "/webhooks"; }      // how far each of them got
  std::string evidence() const { return path + "/evidence"; }      // heads that a twin signed
};

/// Errors: kInvalid if origin, name or region is missing.
Status check_identity(const Settings& settings);

/// How the secret of a new node is kept.
struct NewSeed {
  Suite suite = Suite::kEd25519;
  const Passphrase* passphrase = nullptr;  // null: unprotected
};

/// Makes a data folder: seed, head lock, database, settings file (last, so that a half-made folder
/// is seen as one). What was made is removed again on failure. Errors: kConflict (a node is there
/// already), kInvalid (identity incomplete), kStorage.
Status create_data_folder(const Settings& settings,
                          std::string (*describe)(std::string_view help_key),
                          const NewSeed& seed = {});

/// Errors: kStorage if the path leaves no room for that of the control socket.
Status check_socket_path(const DataFolder& folder);

/// Errors: kNotFound with text errors.no_node if there is no node in the folder; kStorage.
Status check_data_folder(const DataFolder& folder);

/// Errors: kRefused if this is a wrong seed, or a wrong origin: `named`, the keys that a charter
/// ever gave to this log, do not hold `key` and it has not signed the head in `lock`, or none of
/// them has.
Status check_key_fits(HeadLock& lock, const VerifierKey& key, std::span<const VerifierKey> named);

}  // namespace dure::node
