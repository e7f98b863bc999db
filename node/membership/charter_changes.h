// SPDX-License-Identifier: Apache-2.0
// What the next version of a charter says: pure functions of the current one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dure/charter.h"
#include "membership/ports.h"

namespace dure::node {

/// The keys of one government's own entry.
struct MemberKeys {
  VerifierKey log, witness, mirror, request;
};
/// How `card`'s government stands in a charter.
CharterMember member_of(const NodeCard& card, const MemberKeys& keys);

/// A federation of one: it signs alone until others join.
Charter founding_charter(const CharterMember& member, const VerifierKey& steward, std::int64_t now);

/// The next version, not changed yet.
Charter next_version(const SignedCharter& current);
/// The next version with `member` at its end. Errors: kConflict (a member, a key of theirs, or the
/// federation differs), kUnavailable (the charter has expired), kMalformed.
Result<Charter> version_with(const SignedCharter& current, const JoinRequest& request,
                             std::string_view fingerprint, std::int64_t now);

/// The next version, which seals a log; an earlier seal of it is replaced. Errors: kNotFound (no
/// member's log), kInvalid (reason, successor).
Result<Charter> version_sealing(const SignedCharter& current, const SealedLog& seal);
/// The next version, in which a member whose newest log is sealed goes on with the log of the next
/// generation, as `request` says; its other keys may be new. Errors: as version_with, kRefused (its
/// log is not sealed, or another one is named as its successor).
Result<Charter> version_continuing(const SignedCharter& current, const JoinRequest& request,
                                   std::string_view fingerprint);

/// Days until `charter` expires, and of the warnings 90, 30 and 7 the strictest that is due; -1:
/// none.
struct Expiry {
  std::int64_t days_left = 0;
  int warning = -1;
};
Expiry expiry_of(const Charter& charter, std::int64_t now);

}  // namespace dure::node
