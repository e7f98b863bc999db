// SPDX-License-Identifier: Apache-2.0
// What happens before anything is served: the journal is read, checked against the logs, and
// applied.
#include <algorithm>
#include <utility>

#include "dure/entry.h"
#include "erasing/eraser.h"

namespace dure::node {

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
  for (const auto& erasure : *known) remember(erasure);
  return ok();
}

Status Eraser::settle_plans() {
  for (const auto& planned : with_stage(ErasureStage::kPlanned)) {
    const auto stands = stands_in_log(planned);
    if (!stands) return stands.error();
    if (*stands && planned.of_sealed()) continue;  // waits for the charter
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

/// A journal that was just made knows nothing of what stands in the logs already, and one of an
/// earlier program not all of it.
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
  drop_known(found, ErasureStage::kPlanned);
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
    const auto commitment = commitment_of(found[i]);
    if (!commitment) return commitment.error();
    found[i].commitment = *commitment;
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
  const auto pending = unfinished_ones();
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

}  // namespace dure::node
