// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-witness. Spec: PROTOCOL.md §11.
#include "dure/witness.h"

#include <algorithm>

namespace dure {
namespace {

constexpr std::string_view kOldPrefix = "old ";

Error malformed(const std::string& detail) {
  return Error{ErrorCode::kMalformed, "add-checkpoint: " + detail};
}

Error bad_proof(const std::string& detail) {
  return Error{ErrorCode::kBadProof, "add-checkpoint: " + detail};
}

Result<std::string_view> take_line(std::string_view& in) {
  const std::size_t end = in.find('\n');
  if (end == std::string_view::npos) return malformed("a line that does not end");
  const std::string_view line = in.substr(0, end);
  in.remove_prefix(end + 1);
  return line;
}

Result<std::uint64_t> take_old_size(std::string_view& in) {
  const auto line = take_line(in);
  if (!line) return line.error();
  if (!line->starts_with(kOldPrefix)) return malformed("the first line is not `old <size>`");
  const auto size = parse_decimal(line->substr(kOldPrefix.size()));
  if (!size) return malformed("bad old size");
  return *size;
}

Result<std::vector<Hash>> take_proof(std::string_view& in) {
  std::vector<Hash> proof;
  while (true) {
    const auto line = take_line(in);
    if (!line) return line.error();
    if (line->empty()) return proof;
    if (proof.size() == kMaxConsistencyHashes) return malformed("over 63 proof lines");
    const auto hash = base64_decode_hash(*line);
    if (!hash) return malformed("a proof line that is no hash");
    proof.push_back(*hash);
  }
}

}  // namespace

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  if (body.size() > kMaxAddCheckpointBytes)
    return Error{ErrorCode::kTooLarge, "add-checkpoint: over 68 KiB"};
  const auto old_size = take_old_size(body);
  if (!old_size) return old_size.error();
  auto proof = take_proof(body);
  if (!proof) return std::move(proof).error();
  auto note = parse_note(body);
  if (!note) return malformed(note.error().detail);
  auto checkpoint = parse_checkpoint_claim(note->text);
  if (!checkpoint) return malformed(checkpoint.error().detail);
  return AddCheckpoint{*old_size, *std::move(proof), *std::move(checkpoint), *std::move(note)};
}

std::string format_add_checkpoint(const AddCheckpoint& request) {
  std::string out(kOldPrefix);
  out += std::to_string(request.old_size) + "\n";
  for (const Hash& hash : request.proof) out += base64_encode(as_view(hash)) + "\n";
  return out + "\n" + format_note(request.note);
}

Result<Note> authenticate(const AddCheckpoint& request, std::span<const VerifierKey> keys) {
  // A cosignature is no statement by the log, even if somebody lists its key among the log's.
  std::vector<VerifierKey> log_keys;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(log_keys),
               [](const VerifierKey& key) { return key.type() == KeyType::kEd25519; });
  const auto verified = verify_note(request.note, log_keys);
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

}  // namespace dure
