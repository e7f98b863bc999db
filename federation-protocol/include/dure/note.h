// SPDX-License-Identifier: Apache-2.0
// C2SP signed-note: text, blank line, signature lines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/key.h"

namespace dure {

inline constexpr std::size_t kMaxNoteBytes = 1 << 20;
inline constexpr std::size_t kMaxNoteSignatures = 100;

/// One signature line: `— <name> <base64(u32be id || blob)>`.
struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes blob;  // what follows the key id
};

/// A note as it stands, nothing verified.
struct Note {
  std::string text;  // ends in '\n'
  std::vector<NoteSignature> signatures;
};

/// Errors: kMalformed, kTooLarge (bytes or signature lines). format_note(parse_note(x)) == x.
Result<Note> parse_note(std::string_view bytes);
std::string format_note(const Note& note);
/// One signature line with its newline.
std::string format_signature(const NoteSignature& signature);

/// Signs `text` with a signer of notes and returns the line's parts.
Result<NoteSignature> sign_note(std::string_view text, const Signer& signer);

/// Checks `note` against the keys that the caller trusts and returns which of its signatures
/// verified (indexes).
///
/// A signature counts as known if both its name and its key id match a trusted key; unknown ones
/// are ignored. Errors: kBadSignature if a known one fails, kUnknownKey if none verified. Spec:
/// C2SP signed-note.
Result<std::vector<std::size_t>> verify_note(const Note& note,
                                             std::span<const VerifierKey> trusted);

}  // namespace dure
