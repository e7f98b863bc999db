// SPDX-License-Identifier: Apache-2.0
#include "witnessing/asking.h"

#include <algorithm>
#include <utility>

namespace dure::node {
namespace {

// To one witness: the first may be told its size, twice if others ask.
constexpr int kQuestions = 3;

}  // namespace

Error contradiction(const char* text, std::string detail) {
  return Error{ErrorCode::kInconsistent, std::move(detail), text};
}

Result<Cosignature> find_cosignature(std::string_view text, std::span<const NoteSignature> lines,
                                     const VerifierKey& key, std::int64_t now) {
  for (const NoteSignature& line : lines) {
    if (line.name != key.name() || line.key_id != key.id()) continue;
    const auto time = verify_cosignature(text, line, key);
    if (!time) return time.error();
    if (*time > static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0) + kMostAhead)) {
      return Error{ErrorCode::kInvalid, "a cosignature from the future: its clock is wrong",
                   "finality.clock"};
    }
    return Cosignature{line, *time};
  }
  return Error{ErrorCode::kUnknownKey, "no cosignature by the key that the charter names",
               "finality.other-key"};
}

Result<WitnessAnswer> ask_witness(Source& source, const AddCheckpoint& request,
                                  const VerifierKey& key, std::int64_t now,
                                  std::string_view prefix) {
  FetchRequest question{.path = std::string(prefix) + "/add-checkpoint",
                        .max_bytes = kMaxCheckpointBytes};
  question.post = format_add_checkpoint(request);
  question.take_conflict = true;
  const auto answer = source.fetch(question);
  if (!answer) return answer.error();
  if (answer->conflict) {
    const auto size = parse_witnessed_size(answer->body);
    if (!size) return size.error();
    return WitnessAnswer{false, {}, *size};
  }
  const auto lines = parse_cosignatures(answer->body);
  if (!lines) return lines.error();
  auto cosignature = find_cosignature(request.note.text, *lines, key, now);
  if (!cosignature) return std::move(cosignature).error();
  return WitnessAnswer{true, *std::move(cosignature), request.checkpoint.size};
}

Result<Cosignature> obtain_cosignature(Source& source, const WitnessQuestion& question,
                                       const JudgeSize& judge) {
  const SignedCheckpoint& head = question.head;
  std::uint64_t old = question.known;
  for (int asked = 0; asked < kQuestions; ++asked) {
    auto proof = prove_consistency(old, head.checkpoint.size, question.node);
    if (!proof) return std::move(proof).error();
    // SPEC: §19.1: only the log's own signature is sent.
    auto answer = ask_witness(source, {old, *std::move(proof), head.checkpoint, head.note},
                              question.key, question.now, question.prefix);
    if (!answer) return std::move(answer).error();
    if (answer->granted) return std::move(answer->cosignature);
    if (auto wrong = judge(old, answer->size)) return *std::move(wrong);
    old = answer->size;
  }
  return Error{ErrorCode::kUnavailable, "its size changes with every question"};
}

Result<std::string> ask_witnessed_head(Source& source, std::string_view origin,
                                       std::string_view prefix) {
  auto answer =
      source.fetch({.path = std::string(prefix) + "/" + origin_hash(origin) + "/checkpoint",
                    .max_bytes = kMaxCheckpointBytes});
  if (!answer) return std::move(answer).error();
  return std::move(answer->body);
}

Result<MirrorAnswer> ask_mirror(Source& source, std::string_view origin,
                                std::span<const VerifierKey> keys, const VerifierKey& mirror,
                                std::int64_t now) {
  const auto answer = source.fetch(
      {.path = "/mirror/" + origin_hash(origin) + "/checkpoint", .max_bytes = kMaxCheckpointBytes});
  if (!answer) return answer.error();
  auto head = open_checkpoint(answer->body, origin, keys);
  if (!head) return std::move(head).error();
  auto cosignature = find_cosignature(head->note.text, head->note.signatures, mirror, now);
  if (!cosignature && cosignature.error().code == ErrorCode::kUnknownKey)
    return Error{ErrorCode::kNotFound, "the mirror has not cosigned this head yet"};
  if (!cosignature) return std::move(cosignature).error();
  return MirrorAnswer{*std::move(head), *std::move(cosignature)};
}

}  // namespace dure::node
