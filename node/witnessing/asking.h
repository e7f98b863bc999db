// SPDX-License-Identifier: Apache-2.0
// One question to one witness or mirror, with everything that its answer must satisfy.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "dure/witness.h"
#include "replication/ports.h"

namespace dure::node {

/// A cosignature that verified.
struct Cosignature {
  NoteSignature line;
  std::uint64_t time = 0;  // POSIX seconds
};

/// How far ahead of ours a cosigner's clock may be.
inline constexpr std::int64_t kMostAhead = 300;

/// The cosignature of `text` among `lines` by `key`; those of others are ignored.
/// Errors: kUnknownKey (none is by that key), kBadSignature, kMalformed, kInvalid (its time lies in
/// the future).
Result<Cosignature> find_cosignature(std::string_view text, std::span<const NoteSignature> lines,
                                     const VerifierKey& key, std::int64_t now);

/// What add-checkpoint was answered with.
struct WitnessAnswer {
  bool granted = false;
  Cosignature cosignature;  // if granted
  std::uint64_t size = 0;   // if not: that of the newest head it cosigned
};
/// Errors: those of the source (kRefused: the witness says that the heads contradict each other),
/// of parsing and of find_cosignature.
Result<WitnessAnswer> ask_witness(Source& source, const AddCheckpoint& request,
                                  const VerifierKey& key, std::int64_t now);
/// The head that this witness cosigned last, as a note; nothing in it is verified.
Result<std::string> ask_witnessed_head(Source& source, std::string_view origin);

/// A head of our log that a mirror says it holds.
struct MirrorAnswer {
  SignedCheckpoint head;
  Cosignature cosignature;
};
/// Errors: kNotFound (it holds nothing yet, or has not cosigned what it serves), those of
/// open_checkpoint for our `keys`, and of find_cosignature.
Result<MirrorAnswer> ask_mirror(Source& source, std::string_view origin,
                                std::span<const VerifierKey> keys, const VerifierKey& mirror,
                                std::int64_t now);

}  // namespace dure::node
