// SPDX-License-Identifier: Apache-2.0
#include "witnessing/mirror_cosigner.h"

#include <algorithm>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "dure/entry.h"
#include "witnessing/root_at.h"

namespace dure::node {

struct MirrorCosigner::Log {
  mutable std::shared_mutex mutex;  // guards the rest; held while looking through and storing
  MirroredHead head;
  std::string line;  // our cosignature of head; empty before the first
};

namespace {

std::string text_of(std::string_view note) {
  const std::size_t end = note.rfind("\n\n");
  return std::string(note.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

bool is_members_only(std::string_view leaf) {
  const auto parsed = parse_leaf(leaf);
  return parsed && parsed->entry_class == EntryClass::kMembers;
}

}  // namespace

Result<std::unique_ptr<MirrorCosigner>> MirrorCosigner::open(MirrorCosignerPorts ports) {
  std::unique_ptr<MirrorCosigner> cosigner(new MirrorCosigner(std::move(ports)));
  auto heads = cosigner->ports_.heads->mirrored_heads();
  if (!heads) return std::move(heads).error();
  for (MirroredHead& head : *heads) {
    if (auto known = cosigner->reset_to_stored(std::move(head)); !known)
      return std::move(known).error();
  }
  return cosigner;
}

MirrorCosigner::~MirrorCosigner() = default;

std::shared_ptr<MirrorCosigner::Log> MirrorCosigner::log_at(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  auto& log = logs_[origin];
  if (!log) {
    log = std::make_shared<Log>();
    log->head.origin = origin;
  }
  return log;
}

/// What was cosigned, as far as it is still here. Entries that must come again are looked at again,
/// also if the node stops before they have come.
Status MirrorCosigner::reset_to_stored(MirroredHead head) {
  const auto known = ports_.logs->log_by_origin(head.origin);
  const auto stored = known ? ports_.logs->stored(known->id) : Result<std::uint64_t>(known.error());
  if (!stored && stored.error().code != ErrorCode::kNotFound) return stored.error();
  const std::uint64_t here = stored ? *stored : 0;
  if (here < head.held) {
    head.held = here;
    if (auto kept = ports_.heads->keep_mirrored_head(head); !kept) return kept;
  }
  const auto log = log_at(head.origin);
  const std::unique_lock lock(log->mutex);
  log->head = std::move(head);
  // A key that was replaced leaves notes that it did not sign.
  if (const auto note = parse_note(log->head.note); note && !note->signatures.empty()) {
    const NoteSignature& last = note->signatures.back();
    if (verify_cosignature(note->text, last, verifier())) log->line = format_signature(last);
  }
  return ok();
}

Status MirrorCosigner::completed(LogId id, std::string_view head) {
  auto note = parse_note(head);
  if (!note) return std::move(note).error();
  const auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return checkpoint.error();
  const auto log = log_at(checkpoint->origin);
  const std::unique_lock lock(log->mutex);
  const MirroredHead& before = log->head;
  const bool same = !log->line.empty() && before.tree.size == checkpoint->size &&
                    before.tree.root == checkpoint->root;
  if (same || checkpoint->size == 0) return ok();
  if (auto grown = check_growth(before, id, *checkpoint); !grown) return grown;
  if (auto held = look_for_bodies(*log, id, checkpoint->size); !held) return held;
  return sign(*log, *checkpoint, *std::move(note));
}

/// One statement of a mirror must not contradict another, whatever was restored in between.
Status MirrorCosigner::check_growth(const MirroredHead& before, LogId id, const Checkpoint& next) {
  if (before.tree.size == 0) return ok();
  const Error contradiction{
      ErrorCode::kInconsistent,
      "an earlier head that this mirror cosigned is not a part of " + printable(next.origin)};
  if (next.size < before.tree.size) return contradiction;
  const auto root = root_at(before.tree.size, [&](unsigned level, std::uint64_t index) {
    return ports_.logs->node(id, level, index);
  });
  if (!root) return root.error();
  return *root == before.tree.root ? ok() : Status(contradiction);
}

Status MirrorCosigner::look_for_bodies(Log& log, LogId id, std::uint64_t size) {
  std::uint64_t& held = log.head.held;
  if (held >= size) return ok();
  auto scanned = ports_.logs->scan(
      id, held, size - held,
      [&](std::uint64_t index, std::string_view leaf, std::optional<BodyView> body) {
        const bool accounted = body.has_value() || is_members_only(leaf) ||
                               (ports_.erased && ports_.erased(log.head.origin, index));
        if (accounted) held = index + 1;
        return accounted;
      });
  if (!scanned) return scanned;
  if (held >= size) return ok();
  return Error{ErrorCode::kNotFound, "the body of entry " + std::to_string(held) + " of " +
                                         printable(log.head.origin) +
                                         " is missing here, and nobody erased it"};
}

/// The cosignature is durable before anybody can see it. Where that is not known, the next one is.
Status MirrorCosigner::sign(Log& log, const Checkpoint& head, Note note) {
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(ports_.now(), 1));
  const std::uint64_t time = std::max(now, log.head.time);
  const auto line = cosign(note.text, *ports_.signer, time);
  if (!line) return line.error();
  // Only the log's own line is kept beside ours: the cosignatures of others are theirs to show.
  std::erase_if(note.signatures, [&](const auto& other) { return other.name != head.origin; });
  note.signatures.push_back(*line);
  MirroredHead next{head.origin, {head.size, head.root}, time, log.head.held, format_note(note)};
  if (auto kept = ports_.heads->keep_mirrored_head(next); !kept) return kept;
  log.head = std::move(next);
  log.line = format_signature(*line);
  return ok();
}

std::string MirrorCosigner::with_cosignature(std::string note) const {
  std::shared_ptr<Log> log;
  {
    const std::lock_guard lock(mutex_);
    const auto found = logs_.find(std::string_view(note).substr(0, note.find('\n')));
    if (found == logs_.end()) return note;
    log = found->second;
  }
  // Whoever looks bodies through holds it for long only once; answering does not wait for that.
  const std::shared_lock lock(log->mutex, std::try_to_lock);
  if (!lock || log->line.empty() || text_of(note) != text_of(log->head.note)) return note;
  if (note.find(log->line) == std::string::npos) note += log->line;
  return note;
}

}  // namespace dure::node
