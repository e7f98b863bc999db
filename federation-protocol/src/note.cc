// SPDX-License-Identifier: Apache-2.0
// C2SP signed-note. Spec: PROTOCOL.md §2.
#include "dure/note.h"

#include <algorithm>

#include "dure/checkpoint.h"

namespace dure {
namespace {

constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t kKeyIdBytes = 4;

Error malformed(const char* detail) {
  return Error{ErrorCode::kMalformed, std::string("note: ") + detail};
}

bool is_note_text(std::string_view bytes) {
  const bool control = std::any_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<std::uint8_t>(c) < 0x20 && c != '\n';
  });
  return !control && is_utf8(bytes);
}

/// `line` without its newline.
Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (line.substr(0, kSignaturePrefix.size()) != kSignaturePrefix)
    return malformed("a line that is no signature");
  line.remove_prefix(kSignaturePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return malformed("a signature line without signature");
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return malformed("a signature line with a bad name");
  const auto decoded = base64_decode(line.substr(space + 1));
  if (!decoded || decoded->size() <= kKeyIdBytes)
    return malformed("a signature line with a bad signature");
  std::string_view bytes = *decoded;
  const std::uint32_t id = *take_u32be(bytes);
  return NoteSignature{std::string(name), id, Bytes(bytes)};
}

bool verifies(const Note& note, const NoteSignature& line, const VerifierKey& key) {
  switch (key.type()) {
    case KeyType::kEd25519:
    case KeyType::kEcdsaP256:
      return key.verify(note.text, line.blob);
    case KeyType::kCosignatureV1:
    case KeyType::kCosignatureP256:
      return verify_cosignature(note.text, line, key).has_value();
  }
  return false;
}

enum class Outcome { kUnknown, kVerified, kFailed };

Outcome check_line(const Note& note, const NoteSignature& line,
                   std::span<const VerifierKey> trusted) {
  Outcome outcome = Outcome::kUnknown;
  for (const VerifierKey& key : trusted) {
    if (key.id() != line.key_id || key.name() != line.name) continue;
    if (verifies(note, line, key)) return Outcome::kVerified;
    outcome = Outcome::kFailed;
  }
  return outcome;
}

}  // namespace

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) return Error{ErrorCode::kTooLarge, "note: over 1 MiB"};
  if (!is_note_text(bytes)) return malformed("control bytes or invalid UTF-8");
  // SPEC: the separator is the last empty line; the text may contain others.
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return malformed("no empty line before signatures");
  std::string_view lines = bytes.substr(split + 2);
  if (lines.empty() || lines.back() != '\n')
    return malformed("no signatures, or the last line does not end");

  Note note{std::string(bytes.substr(0, split + 1)), {}};
  while (!lines.empty()) {
    if (note.signatures.size() == kMaxNoteSignatures)
      return Error{ErrorCode::kTooLarge, "note: over 100 signatures"};
    const std::size_t end = lines.find('\n');
    auto signature = parse_signature_line(lines.substr(0, end));
    if (!signature) return std::move(signature).error();
    note.signatures.push_back(*std::move(signature));
    lines.remove_prefix(end + 1);
  }
  return note;
}

std::string format_note(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) out += format_signature(signature);
  return out;
}

std::string format_signature(const NoteSignature& signature) {
  Bytes bytes;
  append_u32be(bytes, signature.key_id);
  bytes += signature.blob;
  std::string line(kSignaturePrefix);
  line += signature.name;
  line += ' ';
  line += base64_encode(bytes);
  line += '\n';
  return line;
}

Result<NoteSignature> sign_note(std::string_view text, const Signer& signer) {
  const VerifierKey& key = signer.verifier();
  if (!signs_notes(key.type())) return Error{ErrorCode::kInvalid, "this key does not sign notes"};
  if (text.empty() || text.back() != '\n' || !is_note_text(text))
    return malformed("a text that cannot be signed");
  auto signature = signer.sign(text);
  if (!signature) return std::move(signature).error();
  return NoteSignature{key.name(), key.id(), *std::move(signature)};
}

Result<std::vector<std::size_t>> verify_note(const Note& note,
                                             std::span<const VerifierKey> trusted) {
  std::vector<std::size_t> verified;
  for (std::size_t i = 0; i < note.signatures.size(); ++i) {
    const NoteSignature& line = note.signatures[i];
    const Outcome outcome = check_line(note, line, trusted);
    if (outcome == Outcome::kFailed) {
      return Error{ErrorCode::kBadSignature,
                   "the signature of " + printable(line.name) + " does not verify"};
    }
    const bool repeated = std::any_of(verified.begin(), verified.end(), [&](std::size_t earlier) {
      return note.signatures[earlier].name == line.name &&
             note.signatures[earlier].key_id == line.key_id;
    });
    if (outcome == Outcome::kVerified && !repeated) verified.push_back(i);
  }
  if (verified.empty()) return Error{ErrorCode::kUnknownKey, "no signature by a trusted key"};
  return verified;
}

}  // namespace dure
