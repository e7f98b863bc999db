// SPDX-License-Identifier: Apache-2.0
// The keys of one node: derived from its seed, but for a log key that sits in a token.
#pragma once

#include <memory>
#include <string>

#include "app/data_folder.h"
#include "app/seed_file.h"
#include "membership/charter_changes.h"
#include "settings/settings.h"

namespace dure::node {

/// An opened seed. Threads: any.
class NodeKeys {
 public:
  /// Errors: as read_seed_file.
  static Result<NodeKeys> open(const Settings& settings, const std::string& seed_path,
                               const PassphraseSource& passphrases);

  Suite suite() const { return seed_.suite; }
  /// Signs checkpoints of the own log: with the token that the settings name, else with the seed.
  /// Errors: kUnavailable (no token), kRefused (its PIN), kNotFound, kUnsupported (its key).
  Result<std::unique_ptr<Signer>> log() const;
  /// The log key of the seed, whatever the settings name. Errors: as make_sub_signer.
  Result<std::unique_ptr<Signer>> seed_log() const;
  /// Cosigns other logs' checkpoints as `<member>/witness`, with the key that the head lock names.
  Result<std::unique_ptr<Signer>> witness(std::uint64_t key_number) const;
  /// Says as `<member>/mirror` what this node holds.
  Result<std::unique_ptr<Signer>> mirror() const;
  /// Signs erasure receipts as `<member>/request`.
  Result<std::unique_ptr<Signer>> request() const;
  /// Signs webhooks and nothing else: Ed25519 in every suite, because Standard Webhooks knows no
  /// other.
  Result<std::unique_ptr<Signer>> webhook() const;

 private:
  NodeKeys(const Settings& settings, Seed seed);
  Settings settings_;
  std::string member_;
  Seed seed_;
};

/// That the token with the log key, if the settings name one, can be opened. Errors: as log.
Status check_token(const Settings& settings);

/// The public half of every key that a charter names; `log` is open already, and may be a token.
Result<MemberKeys> member_keys(const NodeKeys& keys, const Signer& log,
                               std::uint64_t witness_key_number);

/// Signs charters; its file is best kept offline. Errors: as read_seed_file.
Result<std::unique_ptr<Signer>> load_charter_signer(const std::string& path,
                                                    const std::string& name,
                                                    const PassphraseSource& passphrases);

}  // namespace dure::node
