// SPDX-License-Identifier: Apache-2.0
// `dure restore --new-head-lock`: the one way to get a head lock after `init`, when the old one is
// gone for good. Only the peers know then what was signed last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/charter_recovery.h"
#include "dure/result.h"
#include "settings/settings.h"

namespace dure::node {

struct NewHeadLock {
  std::uint64_t size = 0;     // of the newest head that anybody knows
  std::uint64_t entries = 0;  // came back from peers
  std::size_t peers = 0, answered = 0;
  std::string witness_vkey;  // another one than before
  CharterReturn charter;
};

/// Asks every peer for the heads of our own log it knows, heals from their mirrors, and makes a
/// head lock that holds the newest. It appears only when database and peers tell one story. The
/// witness key is a fresh one: what was cosigned under the old one is not known any more. The
/// charter that the own log names comes back, too, if a peer has it.
///
/// `enough`: how many peers must answer; all of them if it is not given.
/// Errors: kConflict (there is a head lock), kUnavailable (too few answers), kQuarantined (they
/// contradict each other, or entries are missing everywhere), kNotFound (no database and no peers),
/// kRefused, kStorage.
Result<NewHeadLock> make_new_head_lock(const Settings& settings, std::optional<std::size_t> enough);

}  // namespace dure::node
