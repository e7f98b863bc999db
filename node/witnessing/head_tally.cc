// SPDX-License-Identifier: Apache-2.0
#include "witnessing/head_tally.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dure::node {
namespace {

/// The log's own lines of a note, and one more.
Note with_line(const SignedCheckpoint& head, const NoteSignature& line) {
  Note note = only_log_lines(head).note;
  note.signatures.push_back(line);
  return note;
}

bool same_signer(const NoteSignature& a, const NoteSignature& b) {
  return a.name == b.name && a.key_id == b.key_id;
}

}  // namespace

SignedCheckpoint only_log_lines(SignedCheckpoint head) {
  std::erase_if(head.note.signatures,
                [&](const auto& line) { return line.name != head.checkpoint.origin; });
  return head;
}

std::string merge_lines(std::string note, std::string_view other) {
  auto merged = parse_note(note);
  const auto further = parse_note(other);
  if (!merged || !further || merged->text != further->text) return note;
  for (const NoteSignature& line : further->signatures) {
    const bool there =
        std::any_of(merged->signatures.begin(), merged->signatures.end(),
                    [&](const NoteSignature& known) { return same_signer(known, line); });
    if (!there && merged->signatures.size() < kMaxNoteSignatures)
      merged->signatures.push_back(line);
  }
  return format_note(*merged);
}

bool lines_have_quorum(std::span<const NoteSignature> lines,
                       const std::vector<WitnessSeat>& seats) {
  std::set<std::string_view> voices;
  for (const WitnessSeat& seat : seats) {
    for (const NoteSignature& line : lines) {
      if (line.name == seat.key.name() && line.key_id == seat.key.id())
        voices.insert(seat.operator_group);
    }
  }
  const std::size_t needed = quorum_of(seats).needed;
  return needed > 0 && voices.size() >= needed;
}

void HeadTally::add_mirror(const std::string& key_name, MirrorAnswer held) {
  if (held.head.note.text == text()) add(key_name, held.cosignature);
  if (!mirror_) mirror_ = std::move(held);
}

void HeadTally::take_mirror_from(const HeadTally& earlier) {
  if (earlier.mirror_ && earlier.mirror_->head.checkpoint.size >= size()) mirror_ = earlier.mirror_;
}

bool HeadTally::has_quorum(const std::vector<WitnessSeat>& seats) const {
  std::vector<NoteSignature> lines;
  for (const auto& [name, cosignature] : lines_) lines.push_back(cosignature.line);
  return lines_have_quorum(lines, seats);
}

std::string HeadTally::note() const {
  Note note = head_.note;
  for (const auto& [name, cosignature] : lines_) {
    if (note.signatures.size() < kMaxNoteSignatures) note.signatures.push_back(cosignature.line);
  }
  return format_note(note);
}

std::string HeadTally::mirror_note() const {
  return mirror_ ? format_note(with_line(mirror_->head, mirror_->cosignature.line)) : std::string();
}

}  // namespace dure::node
