// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-witness: what a log asks of a witness, and when the witness may agree.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/merkle.h"

namespace dure {

inline constexpr std::size_t kMaxAddCheckpointBytes = kMaxCheckpointBytes + 4096;
inline constexpr std::size_t kMaxConsistencyHashes = 63;

/// The body of `POST …/add-checkpoint`, nothing verified.
struct AddCheckpoint {
  std::uint64_t old_size = 0;
  std::vector<Hash> proof;  // from old_size to checkpoint.size
  Checkpoint checkpoint;    // an empty tree may claim any root here
  Note note;
};

/// Errors: kMalformed (any other spelling, extension lines), kTooLarge (the whole body).
/// format_add_checkpoint(parse_add_checkpoint(x)) == x.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);
std::string format_add_checkpoint(const AddCheckpoint& request);

/// The newest head of a log that a witness has cosigned; size 0 with empty_root() if none.
struct WitnessedTree {
  std::uint64_t size = 0;
  Hash root = empty_root();
};

/// The request's note with those signatures only that verified under one of the log's `keys`.
/// Errors: kBadSignature (a known key's signature fails), kUnknownKey (none verifies).
Result<Note> authenticate(const AddCheckpoint& request, std::span<const VerifierKey> keys);

/// Whether the requested tree grew out of `recorded`, in the order of checks that the specification
/// gives. Errors: kMalformed (old size above the new one), kConflict (`recorded` is not at the old
/// size), kBadProof.
Status check_growth(const AddCheckpoint& request, const WitnessedTree& recorded);

/// What a witness answers with 200: at least one signature line, nothing verified.
/// Errors: kMalformed, kTooLarge. Its lines give the same bytes again (format_signature).
Result<std::vector<NoteSignature>> parse_cosignatures(std::string_view body);
/// What a witness answers with 409: the size of the newest head that it cosigned. Errors:
/// kMalformed.
Result<std::uint64_t> parse_witnessed_size(std::string_view body);

}  // namespace dure
