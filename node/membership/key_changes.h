// SPDX-License-Identifier: Apache-2.0
// A government takes other keys for the log that it has: what such a version changes, and who
// wished it. Pure functions. Spec: PROTOCOL.md §21.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/charter.h"
#include "membership/charter_changes.h"

namespace dure::node {

enum class KeyStep {
  kBegin,    // a second key beside the present one
  kFinish,   // the first of two keys goes
  kReplace,  // a new key in the place of all that were there
  kOthers,   // the log keeps its keys; of witness, mirror and request keys at least one is new
};
/// "begin", "finish", "replace", "others".
std::string_view key_step_name(KeyStep step);

/// What a version changes at the keys of one member's newest log.
struct KeyChange {
  std::string origin;
  KeyStep step = KeyStep::kBegin;
  std::vector<VerifierKey> before, after;  // of the log
};

/// Whether `next` is `current` but for the keys of one member: its newest log, which is not sealed,
/// has others as KeyStep says, and its witness, mirror and request keys may be new unless it is
/// kFinish.
std::optional<KeyChange> key_change_between(const SignedCharter& current, const Charter& next);

/// Whose signatures under a draft say who wished the change, each key once.
std::vector<VerifierKey> wishers(const KeyChange& change);
/// Whether the key that counts at present has signed it: of two the later one.
bool is_wished_by_present_key(const KeyChange& change, const Note& note);
/// Whether it may wait for the stewards: every coming key has signed it, so that nobody is given
/// another's, and unless all keys are replaced the present one, too.
bool is_wish(const KeyChange& change, const Note& note);

/// The next version, in which the newest log of `member` gets `keys`. Errors: kNotFound (no such
/// member), kRefused (its log is sealed, or has not the keys that such a step begins with),
/// kMalformed (a key that stands elsewhere).
Result<Charter> version_changing_keys(const SignedCharter& current, std::string_view member,
                                      KeyStep step, const MemberKeys& keys);

}  // namespace dure::node
