// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-witness. Spec: PROTOCOL.md §11.
#include "dure/witness.h"

#include "lines.h"

namespace dure {
namespace {

constexpr std::string_view kOldPrefix = "old ";

Error malformed(const std::string& detail) {
  return Error{ErrorCode::kMalformed, "add-checkpoint: " + detail};
}

Error bad_proof(const std::string& detail) {
  return Error{ErrorCode::kBadProof, "add-checkpoint: " + detail};
}

}  // namespace

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  if (body.size() > kMaxAddCheckpointBytes)
    return Error{ErrorCode::kTooLarge, "add-checkpoint: over 68 KiB"};
  AddCheckpoint request;
  std::string_view line;
  const auto old_size = take_line(body, line) && take_prefix(line, kOldPrefix)
                            ? parse_decimal(line)
                            : Result<std::uint64_t>(malformed(""));
  if (!old_size) return malformed("the first line is not `old <size>`");
  if (auto proof = take_hashes(body, kMaxConsistencyHashes, request.proof); !proof)
    return malformed(proof.error().detail);
  auto note = parse_note(body);
  if (!note) return malformed(note.error().detail);
  auto checkpoint = parse_checkpoint_claim(note->text);
  if (!checkpoint) return malformed(checkpoint.error().detail);
  request.old_size = *old_size;
  request.checkpoint = *std::move(checkpoint);
  request.note = *std::move(note);
  return request;
}

std::string format_add_checkpoint(const AddCheckpoint& request) {
  std::string out(kOldPrefix);
  out += std::to_string(request.old_size) + "\n";
  for (const Hash& hash : request.proof) out += base64_encode(as_view(hash)) + "\n";
  return out + "\n" + format_note(request.note);
}

Result<Note> authenticate(const AddCheckpoint& request, std::span<const VerifierKey> keys) {
  const auto verified = verify_log_signature(request.note, keys);
  if (!verified) return verified.error();
  // Made from what was parsed. A forged line kept beside a good one would later be taken for one.
  Note note{format_checkpoint(request.checkpoint), {}};
  for (const std::size_t i : *verified) note.signatures.push_back(request.note.signatures[i]);
  return note;
}

Status check_growth(const AddCheckpoint& request, const WitnessedTree& recorded) {
  const Checkpoint& next = request.checkpoint;
  if (request.old_size > next.size) return malformed("the old size is above the new one");
  if (request.old_size != recorded.size) {
    return Error{ErrorCode::kConflict,
                 "the newest cosigned head of this log has size " + std::to_string(recorded.size)};
  }
  // An empty tree with another root than SHA-256("") is found here too: `recorded` is empty then.
  const auto grown =
      verify_consistency(recorded.size, next.size, recorded.root, next.root, request.proof);
  return grown ? ok() : Status(bad_proof("the consistency proof does not verify"));
}

Result<std::vector<NoteSignature>> parse_cosignatures(std::string_view body) {
  // The lines of a note whose text is known: an empty line among them would make it another one.
  constexpr std::string_view kText = "cosignatures\n";
  auto note = parse_note(std::string(kText) + "\n" + std::string(body));
  if (!note) return std::move(note).error();
  if (note->text != kText) return Error{ErrorCode::kMalformed, "cosignatures: an empty line"};
  return std::move(note->signatures);
}

Result<std::uint64_t> parse_witnessed_size(std::string_view body) {
  const Error wrong{ErrorCode::kMalformed, "not the size of a log with a newline"};
  if (!body.ends_with('\n')) return wrong;
  auto size = parse_decimal(body.substr(0, body.size() - 1));
  return size ? size : Result<std::uint64_t>(wrong);
}

}  // namespace dure
