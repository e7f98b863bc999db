// SPDX-License-Identifier: Apache-2.0
#include "erasing/eraser.h"

#include <algorithm>
#include <utility>

#include "catalogue/projection.h"
#include "dure/checkpoint.h"
#include "dure/entry.h"

namespace dure::node {

bool may_erase(std::string_view leaf) {
  return leaf.find("\"target\":") != std::string_view::npos ||
         leaf.find("\"type\":\"erase-sealed\"") != std::string_view::npos;
}

std::optional<Erasure> erasure_in(std::string_view origin, std::uint64_t index,
                                  std::string_view leaf_bytes, std::string_view body) {
  if (!may_erase(leaf_bytes)) return std::nullopt;
  const auto leaf = parse_leaf(leaf_bytes);
  if (!leaf) return std::nullopt;
  Erasure erasure;
  erasure.origin = origin;
  erasure.erase_index = index;
  if (is_binding_erasure(*leaf, index)) {
    erasure.target = *leaf->target;
  } else if (const auto sealed = sealed_entry_of(*leaf, origin)) {
    erasure.target_origin = origin_of_generation(origin, sealed->generation);
    erasure.target = sealed->index;
    erasure.stage = ErasureStage::kPlanned;
  } else {
    return std::nullopt;
  }
  if (auto reason = parse_erasure_body(body)) erasure.reason = *std::move(reason);
  return erasure;
}

/// With mutex_, or while nobody else can be here.
void Eraser::remember(const Erasure& erasure) {
  origins_.emplace(origin_hash(erasure.origin), erasure.origin);
  logs_[erasure.origin].by_entry.insert_or_assign(erasure.erase_index, erasure);
  if (erasure.stage == ErasureStage::kPlanned) return;
  logs_[erasure.target_log()].by_target.emplace(erasure.target,
                                                EntryKey{erasure.origin, erasure.erase_index});
}

/// Whether the planned entry was appended before the process ended.
Result<bool> Eraser::stands_in_log(const Erasure& erasure) {
  const auto log = ports_.logs->log_by_origin(erasure.origin);
  if (!log) return false;
  const auto entry = ports_.logs->entry(log->id, erasure.erase_index);
  if (!entry) {
    if (entry.error().code == ErrorCode::kNotFound) return false;
    return entry.error();
  }
  const auto found = erasure_in(erasure.origin, erasure.erase_index, entry->leaf, entry->body);
  return found && found->target == erasure.target && found->target_origin == erasure.target_origin;
}

/// Zeros if the target is not here.
Result<Hash> Eraser::commitment_of(const Erasure& erasure) const {
  const auto log = ports_.logs->log_by_origin(erasure.target_log());
  const auto entry =
      log ? ports_.logs->entry(log->id, erasure.target) : Result<MirroredEntry>(log.error());
  if (!entry && entry.error().code == ErrorCode::kNotFound) return Hash{};
  if (!entry) return entry.error();
  const auto leaf = parse_leaf(entry->leaf);
  if (!leaf) return leaf.error();
  return leaf->commitment;
}

/// What the catalogue shows of entries whose bodies are gone.
Status Eraser::add_tombstones(const KnownLog& log, const std::vector<std::uint64_t>& indexes,
                              std::vector<CatalogueChange>& tombstones) {
  for (const std::uint64_t index : indexes) {
    const auto entry = ports_.logs->entry(log.id, index);
    if (!entry && entry.error().code == ErrorCode::kNotFound) continue;
    if (!entry) return entry.error();
    auto projection = project(log.origin, index, entry->leaf, std::nullopt);
    if (projection.outcome == Folded::kChange) tombstones.push_back(std::move(projection.change));
  }
  return ok();
}

Status Eraser::erase_attachments(std::string_view origin,
                                 std::span<const std::uint64_t> targets) const {
  return ports_.erase_attachments ? ports_.erase_attachments(origin, targets) : ok();
}

/// Takes files, bodies and search texts away from every reader.
Status Eraser::withhold(const std::vector<Erasure>& erasures) {
  std::map<std::string_view, std::vector<std::uint64_t>> targets;
  for (const auto& erasure : erasures) targets[erasure.target_log()].push_back(erasure.target);
  std::vector<CatalogueChange> tombstones;
  for (const auto& [origin, indexes] : targets) {
    if (auto taken = erase_attachments(origin, indexes); !taken) return taken;
    const auto log = ports_.logs->log_by_origin(origin);
    if (!log) continue;  // nothing of it is here any more
    if (auto erased = ports_.bodies->erase(log->id, indexes); !erased) return erased;
    if (auto added = add_tombstones(*log, indexes, tombstones); !added) return added;
  }
  return tombstones.empty() ? ok() : ports_.catalogue->erase(tombstones);
}

Status Eraser::put(const std::vector<Erasure>& erasures) {
  if (erasures.empty()) return ok();
  if (auto kept = ports_.journal->put(erasures); !kept) return kept;
  const std::lock_guard lock(mutex_);
  for (const auto& erasure : erasures) {
    const auto& known = logs_[erasure.origin].by_entry;
    const auto before = known.find(erasure.erase_index);
    if (before != known.end() && (before->second.target != erasure.target ||
                                  before->second.target_origin != erasure.target_origin)) {
      auto& targets = logs_[before->second.target_log()].by_target;
      const auto stale = targets.find(before->second.target);
      if (stale != targets.end() && stale->second == EntryKey{erasure.origin, erasure.erase_index})
        targets.erase(stale);
    }
    remember(erasure);
  }
  return ok();
}

/// What binds already, from before an own log was restored, is never a mere plan again.
void Eraser::drop_known(std::vector<Erasure>& erasures, ErasureStage from) const {
  const std::lock_guard lock(mutex_);
  std::erase_if(erasures, [&](const Erasure& erasure) {
    const auto log = logs_.find(erasure.origin);
    if (log == logs_.end()) return false;
    const auto known = log->second.by_entry.find(erasure.erase_index);
    return known != log->second.by_entry.end() && known->second.stage >= from;
  });
}

Status Eraser::plan(std::vector<Erasure> erasures) {
  const std::lock_guard working(work_mutex_);
  drop_known(erasures, ErasureStage::kBinding);
  for (auto& erasure : erasures) {
    erasure.stage = ErasureStage::kPlanned;
    erasure.time = static_cast<std::uint64_t>(std::max<std::int64_t>(ports_.now(), 1));
  }
  return put(erasures);
}

Status Eraser::bind(std::span<const Erasure> erasures) {
  const std::lock_guard working(work_mutex_);
  std::vector<Erasure> bound(erasures.begin(), erasures.end());
  drop_known(bound, ErasureStage::kBinding);
  for (auto& erasure : bound) {
    if (!erasure.of_sealed()) erasure.stage = ErasureStage::kBinding;
    if (erasure.time == 0)
      erasure.time = static_cast<std::uint64_t>(std::max<std::int64_t>(ports_.now(), 1));
  }
  return put(bound);
}

Status Eraser::follow(std::vector<Erasure> erasures) {
  const std::lock_guard working(work_mutex_);
  // One that was not finished is taken up again: only writing it down may have gone well.
  // Of a forked log, what was written down before a crash may be the other history's erase entry.
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(erasures, [&](const Erasure& erasure) {
      const auto& known = logs_[erasure.origin].by_entry;
      const auto same = known.find(erasure.erase_index);
      return same != known.end() && same->second.target == erasure.target &&
             same->second.stage == ErasureStage::kErased;
    });
  }
  for (auto& erasure : erasures) {
    erasure.stage = ErasureStage::kBinding;
    erasure.time = static_cast<std::uint64_t>(std::max<std::int64_t>(ports_.now(), 1));
  }
  if (auto kept = put(erasures); !kept) return kept;
  return withhold(erasures);
}

namespace {

/// For the charter, or for the leaf of its target.
bool waits(const Erasure& erasure) {
  return erasure.of_sealed() &&
         (erasure.stage == ErasureStage::kPlanned || erasure.commitment == Hash{});
}

}  // namespace

Status Eraser::claim(std::vector<Erasure> claims) { return plan(std::move(claims)); }

Status Eraser::settle_claims(const std::function<bool(const Erasure&)>& may) {
  const std::lock_guard working(work_mutex_);
  std::vector<Erasure> settled;
  for (auto& claim : select(waits)) {
    const bool bound = claim.stage == ErasureStage::kBinding;
    const auto binds = bound || !may(claim) ? Result<bool>(bound) : stands_in_log(claim);
    if (!binds) return binds.error();
    if (!*binds) continue;
    const auto commitment = commitment_of(claim);
    if (!commitment) return commitment.error();
    if (bound && *commitment == Hash{}) continue;  // its leaf is not here yet
    claim.commitment = *commitment;
    claim.stage = ErasureStage::kBinding;
    settled.push_back(std::move(claim));
  }
  if (auto kept = put(settled); !kept) return kept;
  return withhold(settled);
}

Status Eraser::finish() {
  const std::lock_guard working(work_mutex_);
  return finish_locked();
}

Status Eraser::finish_locked() {
  auto pending = unfinished_ones();
  if (pending.empty() && !sweep_again_) return ok();
  if (auto withheld = withhold(pending); !withheld) return withheld;
  if (auto swept = ports_.bodies->sweep(rewrite_ ? Sweep::kRewrite : Sweep::kSearch); !swept)
    return swept;
  if (auto swept = ports_.catalogue->sweep(); !swept) return swept;
  const auto mark = ports_.catalogue->mark();
  if (!mark) return mark.error();
  if (auto marked = ports_.journal->set_catalogue_mark(*mark); !marked) return marked;
  for (auto& erasure : pending) {
    const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(ports_.now(), 1));
    auto receipt = sign_receipt({erasure.origin, erasure.target_origin, erasure.target,
                                 erasure.erase_index, erasure.commitment, time},
                                *ports_.signer);
    if (!receipt) return std::move(receipt).error();
    erasure.receipt = *std::move(receipt);
    erasure.stage = ErasureStage::kErased;
  }
  if (auto kept = put(pending); !kept) return kept;
  sweep_again_ = false;
  rewrite_ = false;
  return ok();
}

bool Eraser::unfinished() const { return !unfinished_ones().empty(); }

bool Eraser::has_claims() const { return !select(waits).empty(); }

std::vector<Erasure> Eraser::with_stage(ErasureStage stage) const {
  return select([stage](const Erasure& erasure) { return erasure.stage == stage; });
}

/// What is not here yet cannot be told of in a receipt; it will not be stored either.
std::vector<Erasure> Eraser::unfinished_ones() const {
  return select([](const Erasure& erasure) {
    return erasure.stage == ErasureStage::kBinding && erasure.commitment != Hash{};
  });
}

std::vector<Erasure> Eraser::select(const std::function<bool(const Erasure&)>& wanted) const {
  std::vector<Erasure> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [origin, log] : logs_) {
    for (const auto& [index, erasure] : log.by_entry) {
      if (wanted(erasure)) found.push_back(erasure);
    }
  }
  return found;
}

std::vector<std::uint64_t> Eraser::targets_of(const std::string& origin) const {
  std::vector<std::uint64_t> targets;
  const std::lock_guard lock(mutex_);
  const auto log = logs_.find(origin);
  if (log == logs_.end()) return targets;
  for (const auto& [target, entry] : log->second.by_target) targets.push_back(target);
  return targets;
}

bool Eraser::is_erased(std::string_view origin, std::uint64_t target) const {
  return !erased_within(origin, target, 1).empty();
}

std::optional<Erasure> Eraser::of_target(std::string_view origin, std::uint64_t target) const {
  const std::lock_guard lock(mutex_);
  const auto log = logs_.find(origin);
  if (log == logs_.end()) return std::nullopt;
  const auto found = log->second.by_target.find(target);
  if (found == log->second.by_target.end()) return std::nullopt;
  const auto& [by, erase_index] = found->second;
  return logs_.find(by)->second.by_entry.at(erase_index);
}

std::vector<std::uint64_t> Eraser::erased_within(std::string_view origin, std::uint64_t first,
                                                 std::uint64_t count) const {
  std::vector<std::uint64_t> found;
  const std::lock_guard lock(mutex_);
  const auto log = logs_.find(origin);
  if (log == logs_.end()) return found;
  const auto& targets = log->second.by_target;
  for (auto at = targets.lower_bound(first); at != targets.end() && at->first - first < count; ++at)
    found.push_back(at->first);
  return found;
}

std::vector<Erasure> Eraser::all(std::string_view only) const {
  return select([only](const Erasure& erasure) {
    return erasure.stage != ErasureStage::kPlanned && (only.empty() || erasure.origin == only);
  });
}

Result<std::string> Eraser::receipt(std::string_view hash, std::uint64_t erase_index) const {
  const Error none{ErrorCode::kNotFound, "no receipt for this erase entry"};
  const std::lock_guard lock(mutex_);
  const auto origin = origins_.find(hash);
  if (origin == origins_.end()) return none;
  const auto& erasures = logs_.find(origin->second)->second.by_entry;
  const auto found = erasures.find(erase_index);
  if (found == erasures.end() || found->second.receipt.empty()) return none;
  return found->second.receipt;
}

}  // namespace dure::node
