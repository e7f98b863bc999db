// SPDX-License-Identifier: Apache-2.0
// The governments of the simulated federation: fixed keys, made once for all seeds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dure/charter.h"
#include "membership/ports.h"

namespace dure::simulation {

struct Identity {
  CharterMember member;
  std::string origin, url;
  std::unique_ptr<Signer> log, witness, request, steward;
  node::NodeCard card;
};

inline constexpr std::size_t kMostMembers = 5;
inline constexpr std::int64_t kEpoch = 1'795'000'000;  // POSIX seconds at which a simulation begins

const std::vector<Identity>& identities();

/// Version 1 of a charter of the first `members` identities, all of them stewards; two thirds of
/// them may change it. Signed.
const SignedCharter& founding(std::size_t members);
/// The next version after `current`, with `witnesses` for each log, signed by nobody yet.
SignedCharter proposal(const SignedCharter& current, std::size_t witnesses);
void sign_as(SignedCharter& charter, const Identity& steward);

}  // namespace dure::simulation
