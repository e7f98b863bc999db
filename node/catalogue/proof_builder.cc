// SPDX-License-Identifier: Apache-2.0
#include "catalogue/proof_builder.h"

#include <utility>

#include "dure/checkpoint.h"
#include "dure/merkle.h"
#include "dure/note.h"
#include "dure/proof.h"

namespace dure::node {
namespace {

Result<Checkpoint> parse_head(std::string_view bytes) {
  auto note = parse_note(bytes);
  if (!note) return std::move(note).error();
  return parse_checkpoint(note->text);
}

/// The path to the root of the head in `note`, which must lead there.
Result<std::string> prove_under(const std::string& note, LogReader& logs, LogId log,
                                std::uint64_t index, const MirroredEntry& entry) {
  const auto head = parse_head(note);
  if (!head) return Error{ErrorCode::kStorage, "the stored head cannot be read"};
  if (index >= head->size)
    return Error{ErrorCode::kConflict, "the newest head here does not cover this entry yet"};
  auto path = prove_inclusion(index, head->size, [&](unsigned level, std::uint64_t at) {
    return logs.node(log, level, at);
  });
  if (!path) return std::move(path).error();
  // What leaves here must verify elsewhere: a damaged tile shows now, not at a court.
  if (!verify_inclusion(index, head->size, hash_leaf(entry.leaf), *path, head->root)) {
    return Error{ErrorCode::kStorage, "the stored hashes do not lead to the head's root; run fsck"};
  }
  TlogProof proof;
  proof.extra =
      Bytes(reinterpret_cast<const char*>(entry.salt->data()), entry.salt->size()) + entry.leaf;
  proof.index = index;
  proof.path = *std::move(path);
  proof.checkpoint = note;
  return format_proof(proof);
}

}  // namespace

Result<std::string> build_proof(LogReader& logs, LogId log, std::uint64_t index,
                                const std::vector<std::string>& cosigned) {
  auto entry = logs.entry(log, index);
  if (!entry) return std::move(entry).error();
  if (!entry->salt)
    return Error{ErrorCode::kGone, "the body was erased, and with it what proves it"};
  for (const std::string& head : cosigned) {
    // After a restore the entries under it may not all be here again.
    if (auto proof = prove_under(head, logs, log, index, *entry)) return proof;
  }
  auto note = logs.head(log);
  if (!note && note.error().code == ErrorCode::kNotFound)
    return Error{ErrorCode::kConflict, "the newest head here does not cover this entry yet"};
  if (!note) return std::move(note).error();
  return prove_under(*note, logs, log, index, *entry);
}

}  // namespace dure::node
