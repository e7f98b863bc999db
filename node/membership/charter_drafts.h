// SPDX-License-Identifier: Apache-2.0
// What a draft and the version before it say together: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dure/charter.h"
#include "membership/charter_store.h"

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

/// Whether `next` is `current` but for one member, whose newest log is sealed and who goes on with
/// the next generation of it; its witness, mirror and request keys may be new.
bool only_continues(const SignedCharter& current, Charter next);

/// Digits that sort as numbers do: how versions are called in the store.
std::string version_key(std::uint64_t version);
CharterFile version_file(const SignedCharter& charter, std::int64_t since);

}  // namespace dure::node
