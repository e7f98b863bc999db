// SPDX-License-Identifier: Apache-2.0
// Who may change a charter. Spec: PROTOCOL.md §16; the rules of TUF's root rotation.
#include "dure/charter.h"

#include <algorithm>

namespace dure {
namespace {

Error missing(std::string_view whose, std::size_t signed_by, std::size_t threshold) {
  return Error{ErrorCode::kRefused,
               std::string(whose) + ": " + std::to_string(signed_by) + " of " +
                   std::to_string(threshold) + " signatures",
               "charter.signatures-missing",
               {{"have", std::to_string(signed_by)}, {"need", std::to_string(threshold)}}};
}

/// The one place where signatures are counted.
Status meets(const Note& note, std::span<const VerifierKey> keys, std::size_t threshold,
             std::string_view whose) {
  const std::size_t signed_by = signers_of(note, keys).size();
  if (threshold == 0 || signed_by < threshold) return missing(whose, signed_by, threshold);
  return ok();
}

Status follows(const SignedCharter& current, const Charter& next) {
  if (next.federation != current.charter.federation) {
    return Error{ErrorCode::kInvalid, "a charter of another federation: " + next.federation,
                 "charter.other-federation"};
  }
  if (next.version != current.charter.version + 1) {
    return Error{ErrorCode::kInvalid,
                 "version " + std::to_string(next.version) + " does not follow version " +
                     std::to_string(current.charter.version),
                 "charter.not-next"};
  }
  if (next.previous != charter_hash(current.note.text)) {
    return Error{ErrorCode::kConflict,
                 "it follows another text of version " + std::to_string(current.charter.version),
                 "charter.other-previous"};
  }
  return ok();
}

bool replaces_stewards_only(const SignedCharter& current, Charter next) {
  next.version = current.charter.version;
  next.previous = current.charter.previous;
  next.not_before = current.charter.not_before;
  next.expires = current.charter.expires;
  next.threshold = current.charter.threshold;
  next.stewards = current.charter.stewards;
  return format_charter(next) == current.note.text;
}

}  // namespace

Hash charter_hash(std::string_view text) { return sha256({text}); }

Result<SignedCharter> parse_signed_charter(std::string_view bytes) {
  if (bytes.size() > kMaxCharterBytes) return Error{ErrorCode::kTooLarge, "charter: over 1 MiB"};
  Note note;
  if (bytes.find("\n\n") == std::string_view::npos) {
    note.text = bytes;
  } else {
    auto parsed = parse_note(bytes);
    if (!parsed) return std::move(parsed).error();
    note = std::move(*parsed);
  }
  auto charter = parse_charter(note.text);
  if (!charter) return std::move(charter).error();
  return SignedCharter{std::move(*charter), std::move(note)};
}

std::string format_signed_charter(const SignedCharter& charter) {
  return charter.note.signatures.empty() ? charter.note.text : format_note(charter.note);
}

std::vector<VerifierKey> signers_of(const Note& note, std::span<const VerifierKey> signers) {
  std::vector<VerifierKey> found;
  for (const NoteSignature& line : note.signatures) {
    for (const VerifierKey& key : signers) {
      if (key.id() != line.key_id || key.name() != line.name) continue;
      const bool counted = std::any_of(found.begin(), found.end(), [&](const VerifierKey& earlier) {
        return earlier.public_key() == key.public_key();
      });
      if (!counted && signs_notes(key.type()) && key.verify(note.text, line.blob))
        found.push_back(key);
    }
  }
  return found;
}

Status verify_founding(const SignedCharter& founding) {
  const Charter& charter = founding.charter;
  if (charter.version != 1)
    return Error{ErrorCode::kInvalid, "not version 1", "charter.not-founding"};
  return meets(founding.note, charter.stewards, charter.threshold, "stewards");
}

Result<Succession> verify_succession(const SignedCharter& current, const SignedCharter& next) {
  if (auto fits = follows(current, next.charter); !fits) return std::move(fits).error();
  const Charter& before = current.charter;
  auto own = meets(next.note, next.charter.stewards, next.charter.threshold, "its own stewards");
  if (!own) return std::move(own).error();
  auto ordinary = meets(next.note, before.stewards, before.threshold, "the previous stewards");
  if (ordinary) return Succession::kOrdinary;
  if (!meets(next.note, before.recovery, before.recovery_threshold, "the recovery keys"))
    return std::move(ordinary).error();
  if (!replaces_stewards_only(current, next.charter)) {
    return Error{ErrorCode::kRefused, "recovery keys may change the stewards and nothing else",
                 "charter.recovery-oversteps"};
  }
  return Succession::kRecovery;
}

}  // namespace dure
