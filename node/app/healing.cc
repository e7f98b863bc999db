// SPDX-License-Identifier: Apache-2.0
#include "app/healing.h"

#include <algorithm>

#include "dure/entry.h"
#include "publishing/entry_document.h"

namespace dure::node {
namespace {

Result<NewEntry> entry_of(const MirroredEntry& mirrored, bool erased, AbsentBodies absent) {
  const auto leaf = parse_leaf(mirrored.leaf);
  if (!leaf) return leaf.error();
  // A members-only body is asked for afterwards, with a signature (app/members_parts.h).
  const bool may_come = leaf->entry_class == EntryClass::kMembers;
  if (!mirrored.salt && !erased && !may_come && absent == AbsentBodies::kRefuse)
    return Error{ErrorCode::kUnavailable, "the mirror has no body for entry " + leaf->id};
  NewEntry entry;
  entry.leaf = mirrored.leaf;
  entry.leaf_hash = hash_leaf(entry.leaf);
  entry.id = leaf->id;
  entry.rev = leaf->rev;
  entry.type = leaf->type;
  entry.body_absent = !mirrored.salt;
  if (entry.body_absent) return entry;
  entry.salt = *mirrored.salt;
  entry.body = mirrored.body;
  entry.source = source_in(mirrored.body);
  return entry;
}

// Lets the puller store into the own log what it would store into a mirror.
class OwnLogAsMirror final : public MirrorStore {
 public:
  OwnLogAsMirror(const OwnLogParts& own, AbsentBodies absent)
      : origin_(own.origin),
        log_(*own.log),
        head_lock_(*own.head_lock),
        eraser_(*own.eraser),
        keys_(own.stored_keys.empty() ? own.keys : own.stored_keys),
        absent_(absent) {}

  Result<MirrorState> mirror(LogId) override {
    auto range = log_.range();
    if (!range) return range.error();
    auto head = log_.published_head();
    if (!head) return head.error();
    MirrorState state;
    state.stored = range->size();
    state.range = std::move(*range);
    state.head = std::move(*head);
    return state;
  }
  Status begin(LogId, std::string_view) override { return ok(); }
  void store(LogId, VerifiedBundle bundle, std::function<void(Status)> done) override {
    done(append(bundle));
  }
  // The head lock moves first: it must never know less than the public.
  Status complete(LogId, std::string_view note) override {
    auto head = open_checkpoint(note, origin_, keys_);
    if (!head) return head.error();
    const auto locked = head_lock_.head();
    if (!locked) return locked.error();
    if (is_ahead(*head, *locked)) {
      if (auto moved = head_lock_.replace_head(*locked, note); !moved) return moved;
    }
    return log_.publish_head(*head);
  }

 private:
  Status append(const VerifiedBundle& bundle) {
    std::vector<NewEntry> entries;
    for (std::size_t i = 0; i < bundle.entries.size(); ++i) {
      const bool erased = eraser_.is_erased(origin_, bundle.first + i);
      auto entry = entry_of(bundle.entries[i], erased, absent_);
      if (!entry) return entry.error();
      entries.push_back(std::move(*entry));
    }
    return log_.append(bundle.first, entries);
  }

  bool is_ahead(const SignedCheckpoint& head, const std::optional<std::string>& locked) const {
    if (!locked) return true;
    const auto known = open_checkpoint(*locked, origin_, keys_);
    return known && head.checkpoint.size > known->checkpoint.size;
  }

  const std::string origin_;
  OwnLog& log_;
  HeadLock& head_lock_;
  const Eraser& eraser_;
  const std::vector<VerifierKey> keys_;
  AbsentBodies absent_;
};

}  // namespace

Result<Healed> heal_own_log(const OwnLogParts& own, const std::vector<PeerEntry>& peers,
                            AbsentBodies absent) {
  OwnLogAsMirror mirror(own, absent);
  PullJob job;
  job.log = {own.id, own.origin, /*own=*/true};
  job.keys = own.keys;
  for (const auto& peer : peers) job.locations.push_back(mirror_location(peer.url, own.origin));
  // Whoever answers first may be behind the others, so all are asked for their newest head.
  Healed healed;
  std::optional<Error> failure;
  bool one_went_well = false;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    const auto report = pull_log(job, own.open, mirror, *own.reader, own.pull, own.stop);
    // Somebody's history under our key that does not go on from ours is not healed but proven.
    own.forks->pulled(job, report);
    healed.entries += report.entries;
    healed.absent += report.absent;
    one_went_well = one_went_well || !report.error;
    if (report.error && report.error->code == ErrorCode::kInconsistent) return *report.error;
    if (report.error && !failure) failure = report.error;
    std::rotate(job.locations.begin(), job.locations.begin() + 1, job.locations.end());
  }
  if (failure && !one_went_well) return *failure;
  return healed;
}

}  // namespace dure::node
