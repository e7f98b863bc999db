// SPDX-License-Identifier: Apache-2.0
// seed.key: the one secret of a node, 32 bytes as hex, readable by its owner only.
#pragma once

#include <cstdint>
#include <string>

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
  kFirstLaterWitness = std::uint64_t{1} << 32
};

/// Makes a new random seed with mode 0600. Errors: kConflict if the file exists; kStorage.
Status create_seed_file(const std::string& path);
/// Errors: kStorage (unreadable), kRefused (group or others may read it), kMalformed.
Result<Secret<32>> read_seed_file(const std::string& path);
Secret<32> derive_sub_key(const Secret<32>& seed, SubKey purpose);

}  // namespace dure::node
