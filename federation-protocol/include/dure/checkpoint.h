// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-checkpoint: a signed head of a log.
//
//   suwon.go.kr/dure/1
//   70000
//   iYpFTC4rC6mZ...=
//
//   — suwon.go.kr/dure/1 Az3grl...
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dure/note.h"

namespace dure {

inline constexpr std::size_t kMaxCheckpointBytes = 64 * 1024;  // the note, with its cosignatures

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
};

/// A checkpoint together with the note it came in.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  Note note;
};

/// True for `<member>/<generation>`: ASCII without space, '+' or control bytes, ≤ 255 bytes, last
/// segment a decimal ≥ 1.
bool is_origin(std::string_view origin);
/// hex(SHA-256(origin)): the directory under which a mirrored log is served.
std::string origin_hash(std::string_view origin);

/// The text of the note (three lines).
std::string format_checkpoint(const Checkpoint& checkpoint);
/// Errors: kMalformed (also an extension line: we never make or accept one; size 0 with another
/// root than SHA-256("")).
Result<Checkpoint> parse_checkpoint(std::string_view text);
/// As parse_checkpoint, but an empty tree may claim any root: a witness tells that from bad syntax.
Result<Checkpoint> parse_checkpoint_claim(std::string_view text);

/// Signs with the log's key and returns the whole note.
Result<SignedCheckpoint> sign_checkpoint(const Checkpoint& checkpoint, const Signer& log_key);

/// As verify_note, by the log's `keys` only: cosigners' keys among them do not count.
Result<std::vector<std::size_t>> verify_log_signature(const Note& note,
                                                      std::span<const VerifierKey> keys);

/// Parses `bytes`, requires `origin` and a valid signature by one of the log's `keys`.
/// Errors: kMalformed, kTooLarge, kInvalid (other origin), kBadSignature, kUnknownKey.
Result<SignedCheckpoint> open_checkpoint(std::string_view bytes, std::string_view origin,
                                         std::span<const VerifierKey> keys);

/// A C2SP cosignature/v1, or ours with P-256, by a witness or mirror at POSIX second `time`.
Result<NoteSignature> cosign(std::string_view checkpoint_text, const Signer& cosigner,
                             std::uint64_t time);
/// Verifies one cosignature line. Returns its POSIX time. Errors: kMalformed, kBadSignature.
Result<std::uint64_t> verify_cosignature(std::string_view checkpoint_text,
                                         const NoteSignature& line, const VerifierKey& cosigner);

}  // namespace dure
