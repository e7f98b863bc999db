// SPDX-License-Identifier: Apache-2.0
// What a draft and the version before it say together: pure functions.
#pragma once

#include <string>
#include <vector>

#include "dure/charter.h"

namespace dure::node {

/// Hex SHA-256 of the charter's text.
std::string hash_of(const SignedCharter& charter);

/// Whose signatures matter for the step from `current` to `next`, each key once.
std::vector<VerifierKey> signers_between(const Charter& current, const Charter& next);

/// Adds those valid signatures of `keys` that `into` lacks: garbage that somebody added is not
/// passed on. True if `into` gained one.
bool merge_signatures(SignedCharter& into, const SignedCharter& from,
                      const std::vector<VerifierKey>& keys);

/// Whether `next` is `current` with further members at the end and nothing else.
bool only_takes_in(const SignedCharter& current, Charter next);

}  // namespace dure::node
