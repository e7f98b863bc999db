// SPDX-License-Identifier: Apache-2.0
// Before anything is signed: do head lock, leaves and published head tell one story? (design §5.2)
#pragma once

#include <optional>
#include <span>
#include <string>

#include "publishing/ports.h"

namespace dure::node {

struct RecoveryInput {
  std::string origin;
  std::span<const VerifierKey> keys;  // of the own log
  std::span<const std::string>
      peer_heads;  // notes of the own log that peers serve; invalid ones are ignored
  /// Under which the heads count that are stored here, earlier keys among them; empty: `keys`.
  std::span<const VerifierKey> stored_keys = {};
};

/// What the publisher may start from.
struct Recovered {
  std::optional<SignedCheckpoint> head;  // the newest signed head, covered by the leaves
  CompactRange leaves;                   // right edge of all durable leaves; may be ahead of `head`
  bool republished = false;              // the public head was behind the head lock
  std::optional<Error> quarantine;  // kQuarantined: nothing may be signed; says why and the way out
};

/// Compares head lock, leaves and published head, and republishes a head that was signed but not
/// published.
///
/// Errors: kStorage only: what contradicts is not an error but a quarantine, so that the node can
/// still be read.
Result<Recovered> recover(const RecoveryInput& input, OwnLog& log, HeadLock& head_lock,
                          const NodeReader& node);

/// What a signing node compares a head of its own log with.
struct OwnHistory {
  std::string origin;
  std::span<const VerifierKey> keys;
  std::uint64_t signed_size = 0;  // read after the head was received
};

/// What a head of our own log that somebody shows means while we sign: nothing, if our key did not
/// sign it or it lies on our history; else somebody else signs with our key, and the error (text
/// recovery.twin or recovery.twin-fork) says why to stop. Errors: kStorage.
Result<std::optional<Error>> judge_shown_head(const std::string& note, const std::string& shown_by,
                                              const OwnHistory& own, const NodeReader& node);

}  // namespace dure::node
