// SPDX-License-Identifier: Apache-2.0
#include "erasing/eraser.h"

#include <algorithm>
#include <utility>

#include "catalogue/projection.h"
#include "dure/checkpoint.h"
#include "dure/entry.h"

namespace dure::node {

bool may_erase(std::string_view leaf) { return leaf.find("\"target\":") != std::string_view::npos; }

std::optional<Erasure> erasure_in(std::string_view origin, std::uint64_t index,
                                  std::string_view leaf_bytes, std::string_view body) {
  if (!may_erase(leaf_bytes)) return std::nullopt;
  const auto leaf = parse_leaf(leaf_bytes);
  if (!leaf || !is_binding_erasure(*leaf, index)) return std::nullopt;
  Erasure erasure;
  erasure.origin = origin;
  erasure.erase_index = index;
  erasure.target = *leaf->target;
  if (auto reason = parse_erasure_body(body)) erasure.reason = *std::move(reason);
  return erasure;
}

Result<std::unique_ptr<Eraser>> Eraser::open(EraserPorts ports) {
  std::unique_ptr<Eraser> eraser(new Eraser(std::move(ports)));
  for (const auto step :
       {&Eraser::load, &Eraser::settle_plans, &Eraser::search_logs, &Eraser::apply}) {
    if (auto done = (eraser.get()->*step)(); !done) return std::move(done).error();
  }
  return eraser;
}

Status Eraser::load() {
  auto known = ports_.journal->erasures();
  if (!known) return std::move(known).error();
  for (auto& erasure : *known) {
    auto& log = logs_[erasure.origin];
    origins_.emplace(origin_hash(erasure.origin), erasure.origin);
    if (erasure.stage != ErasureStage::kPlanned)
      log.by_target.emplace(erasure.target, erasure.erase_index);
    const auto index = erasure.erase_index;
    log.by_entry.emplace(index, std::move(erasure));
  }
  return ok();
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
  return found && found->target == erasure.target;
}

Status Eraser::settle_plans() {
  for (const auto& planned : with_stage(ErasureStage::kPlanned)) {
    const auto stands = stands_in_log(planned);
    if (!stands) return stands.error();
    if (*stands) {
      if (auto bound = bind(std::span(&planned, 1)); !bound) return bound;
      continue;
    }
    auto dropped = ports_.journal->drop_planned(planned.origin, planned.erase_index);
    if (!dropped) return dropped;
    const std::lock_guard lock(mutex_);
    logs_[planned.origin].by_entry.erase(planned.erase_index);
  }
  return ok();
}

/// A journal that was just made knows nothing of what stands in the logs already.
Status Eraser::search_logs() {
  const auto complete = ports_.journal->is_complete();
  if (!complete) return complete.error();
  if (*complete) return ok();
  const auto logs = ports_.logs->logs();
  if (!logs) return logs.error();
  std::vector<Erasure> found;
  for (const KnownLog& log : *logs) {
    if (auto searched = search_log(log, found); !searched) return searched;
  }
  if (auto kept = put(found); !kept) return kept;
  return ports_.journal->set_complete();
}

Status Eraser::search_log(const KnownLog& log, std::vector<Erasure>& found) {
  const auto stored = ports_.logs->stored(log.id);
  if (!stored) return stored.error();
  const std::size_t before = found.size();
  auto scanned = ports_.logs->scan(
      log.id, 0, *stored,
      [&](std::uint64_t index, std::string_view leaf, std::optional<BodyView> body) {
        auto erasure = erasure_in(log.origin, index, leaf, body ? body->body : std::string_view());
        if (erasure) found.push_back(*std::move(erasure));
        return true;
      });
  if (!scanned) return scanned;
  for (std::size_t i = before; i < found.size(); ++i) {
    const auto target = ports_.logs->entry(log.id, found[i].target);
    if (!target) return target.error();
    const auto leaf = parse_leaf(target->leaf);
    if (!leaf) return leaf.error();
    found[i].commitment = leaf->commitment;
    found[i].time = static_cast<std::uint64_t>(std::max<std::int64_t>(ports_.now(), 1));
  }
  return ok();
}

/// Erases attachments that are there again, and tells whether bodies are.
Result<bool> Eraser::find_left() {
  bool present = false;
  for (const auto& [origin, erasures] : logs_) {
    const auto targets = targets_of(origin);
    if (auto taken = erase_attachments(origin, targets); !taken) return std::move(taken).error();
    const auto log = ports_.logs->log_by_origin(origin);
    if (!log) continue;
    const auto there = ports_.bodies->present(log->id, targets);
    if (!there) return there.error();
    present = present || !there->empty();
  }
  return present;
}

/// Restored files may hold what was erased, and a process may have ended half way.
Status Eraser::apply() {
  const auto everything = all();
  if (everything.empty()) return ok();
  const std::lock_guard working(work_mutex_);
  const auto pending = with_stage(ErasureStage::kBinding);
  const auto present = find_left();
  if (!present) return present.error();
  const auto mark = ports_.catalogue->mark();
  if (!mark) return mark.error();
  const auto swept = ports_.journal->catalogue_mark();
  if (!swept) return swept.error();
  const bool same_file = mark->epoch == swept->epoch && mark->version >= swept->version;
  if (!*present && pending.empty() && same_file) return ok();
  sweep_again_ = true;
  rewrite_ = !pending.empty();
  if (auto withheld = withhold(everything); !withheld) return withheld;
  auto finished = finish_locked();
  // Nobody can read it any more; what is left in the files is tried again.
  if (!finished && ports_.on_error) ports_.on_error(finished.error());
  return ok();
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
  for (const auto& erasure : erasures) targets[erasure.origin].push_back(erasure.target);
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
    auto& log = logs_[erasure.origin];
    const auto before = log.by_entry.find(erasure.erase_index);
    if (before != log.by_entry.end() && before->second.target != erasure.target) {
      const auto stale = log.by_target.find(before->second.target);
      if (stale != log.by_target.end() && stale->second == erasure.erase_index)
        log.by_target.erase(stale);
    }
    log.by_entry.insert_or_assign(erasure.erase_index, erasure);
    origins_.emplace(origin_hash(erasure.origin), erasure.origin);
    if (erasure.stage != ErasureStage::kPlanned)
      log.by_target.emplace(erasure.target, erasure.erase_index);
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
    erasure.stage = ErasureStage::kBinding;
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

Status Eraser::finish() {
  const std::lock_guard working(work_mutex_);
  return finish_locked();
}

Status Eraser::finish_locked() {
  auto pending = with_stage(ErasureStage::kBinding);
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
    auto receipt = sign_receipt(
        {erasure.origin, erasure.target, erasure.erase_index, erasure.commitment, time},
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

bool Eraser::unfinished() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(logs_.begin(), logs_.end(), [](const auto& log) {
    const auto& erasures = log.second.by_entry;
    return std::any_of(erasures.begin(), erasures.end(), [](const auto& item) {
      return item.second.stage == ErasureStage::kBinding;
    });
  });
}

std::vector<Erasure> Eraser::with_stage(ErasureStage stage) const {
  std::vector<Erasure> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [origin, log] : logs_) {
    for (const auto& [index, erasure] : log.by_entry) {
      if (erasure.stage == stage) found.push_back(erasure);
    }
  }
  return found;
}

std::vector<std::uint64_t> Eraser::targets_of(const std::string& origin) const {
  std::vector<std::uint64_t> targets;
  const std::lock_guard lock(mutex_);
  const auto log = logs_.find(origin);
  if (log == logs_.end()) return targets;
  for (const auto& [target, index] : log->second.by_target) targets.push_back(target);
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
  return log->second.by_entry.at(found->second);
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
  std::vector<Erasure> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [origin, log] : logs_) {
    if (!only.empty() && origin != only) continue;
    for (const auto& [index, erasure] : log.by_entry) {
      if (erasure.stage != ErasureStage::kPlanned) found.push_back(erasure);
    }
  }
  return found;
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
