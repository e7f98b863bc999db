// SPDX-License-Identifier: Apache-2.0
// seed.key and charter.key: the secrets of a node and of a steward, readable by their owner only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/key_file.h"
#include "app/passphrase.h"
#include "dure/key.h"
#include "dure/result.h"

namespace dure::node {

/// What a sub-key is for; the number is part of its derivation and never changes. A witness key
/// that follows a lost head lock has a random number of at least kFirstLaterWitness.
enum class SubKey : std::uint64_t {
  kLog = 1,
  kWitness = 2,
  kMirror = 3,
  kRequest = 4,
  kWebhook = 5,
  kFirstLaterWitness = std::uint64_t{1} << 32
};

/// Makes a new random seed with mode 0600, sealed if there is a passphrase.
/// Errors: kConflict if the file exists; kStorage.
Status create_seed_file(const std::string& path, Suite suite = Suite::kEd25519,
                        const Passphrase* passphrase = nullptr);
/// The text of a key file, nothing opened. Errors: kStorage (unreadable), kRefused (group or others
/// may read it), kMalformed, kUnsupported.
Result<KeyFile> load_key_file(const std::string& path);
/// Opens a key file; the passphrase is asked for only if it has one. Errors: as load_key_file;
/// kRefused (wrong passphrase, or none given).
Result<Seed> read_seed_file(const std::string& path, const PassphraseSource& passphrases);
/// Replaces the file by one of `seed`, sealed if there is a passphrase. The former bytes are
/// overwritten as far as the disk allows. Errors: kStorage (then it is the old or the new one).
Status replace_seed_file(const std::string& path, const Seed& seed, const Passphrase* passphrase);

/// Puts the key file `from` in the place of `path`, whose bytes are overwritten as far as the disk
/// allows. Errors: kStorage (then each is where it was, or all is done).
Status take_over_seed_file(const std::string& from, const std::string& path);

/// The secret of one purpose.
Secret<32> derive_sub_key(const Secret<32>& seed, SubKey purpose);
/// The key that `seed` has for `purpose`: of a note, or of a cosigner. Errors: kMalformed (name).
Result<std::unique_ptr<Signer>> make_sub_signer(const Seed& seed, SubKey purpose, std::string name);

}  // namespace dure::node
