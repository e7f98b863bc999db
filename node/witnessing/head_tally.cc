// SPDX-License-Identifier: Apache-2.0
#include "witnessing/head_tally.h"

#include <set>
#include <utility>

namespace dure::node {
namespace {

/// The log's own lines of a note, and one more.
Note with_line(const SignedCheckpoint& head, const NoteSignature& line) {
  Note note = head.note;
  std::erase_if(note.signatures,
                [&](const auto& other) { return other.name != head.checkpoint.origin; });
  note.signatures.push_back(line);
  return note;
}

}  // namespace

void HeadTally::add_mirror(const std::string& key_name, MirrorAnswer held) {
  if (held.head.note.text == text()) add(key_name, held.cosignature);
  if (!mirror_) mirror_ = std::move(held);
}

void HeadTally::take_mirror_from(const HeadTally& earlier) {
  if (earlier.mirror_ && earlier.mirror_->head.checkpoint.size >= size()) mirror_ = earlier.mirror_;
}

bool HeadTally::has_quorum(const std::vector<WitnessSeat>& seats) const {
  std::set<std::string_view> voices;
  for (const WitnessSeat& seat : seats) {
    const auto line = lines_.find(seat.key.name());
    if (line != lines_.end() && line->second.line.key_id == seat.key.id())
      voices.insert(seat.operator_group);
  }
  const std::size_t needed = quorum_of(seats).needed;
  return needed > 0 && voices.size() >= needed;
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
