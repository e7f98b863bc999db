// SPDX-License-Identifier: Apache-2.0
// Who is asked, when, and about what. The exchanges are in independent_exchange.cc.
#include "witnessing/independent_witnesses.h"

#include <algorithm>
#include <utility>

#include "witnessing/independent_seat.h"

namespace dure::node {
IndependentWitnesses::IndependentWitnesses(std::vector<IndependentWitness> witnesses,
                                           IndependentPorts ports, IndependentOptions options)
    : ports_(std::move(ports)), options_(options) {
  for (IndependentWitness& witness : witnesses)
    seats_.push_back(std::make_unique<Seat>(std::move(witness)));
}
IndependentWitnesses::~IndependentWitnesses() = default;

Result<std::unique_ptr<IndependentWitnesses>> IndependentWitnesses::open(
    std::vector<IndependentWitness> witnesses, IndependentPorts ports, IndependentOptions options) {
  std::unique_ptr<IndependentWitnesses> made(
      new IndependentWitnesses(std::move(witnesses), std::move(ports), options));
  if (auto loaded = made->load(); !loaded) return std::move(loaded).error();
  return made;
}

Status IndependentWitnesses::load() {
  auto stored = ports_.heads->independent_head();
  if (!stored) return std::move(stored).error();
  if (!stored->has_value()) return ok();
  // A head that our key did not sign says nothing here; the next one takes its place.
  auto head = open_checkpoint(**stored, ports_.origin, ports_.keys);
  if (!head) return ok();
  kept_ = std::move(*stored);
  kept_text_ = head->note.text;
  least_ = head->checkpoint.size;
  remember(*head);
  return ok();
}

/// What is known from the stored head about those who are still asked.
void IndependentWitnesses::remember(const SignedCheckpoint& head) {
  HeadTally tally(only_log_lines(head));
  for (const auto& seat : seats_) {
    const auto line =
        find_cosignature(head.note.text, head.note.signatures, seat->witness.key, ports_.now());
    if (!line) continue;
    seat->known = seat->cosigned_size = head.checkpoint.size;
    seat->cosigned_time = line->time;
    seat->cosigned_text = head.note.text;
    tally.add(seat->key(), *line);
  }
  kept_count_ = tally.cosignatures();
  asked_ = std::move(tally);
}

void IndependentWitnesses::wake() {
  const std::lock_guard lock(mutex_);
  if (!seats_.empty()) changed();
}

void IndependentWitnesses::changed() {
  ++epoch_;
  changed_.notify_all();
}

bool IndependentWitnesses::is_due(const Seat& seat, Time now) const {
  if (seat.busy || !asked_ || !seat.backoff.ready(now)) return false;
  return seat.cosigned_text != asked_->text() || now >= seat.refresh_at;
}

/// Everybody has cosigned the head that is asked about, or does not answer.
bool IndependentWitnesses::all_settled() const {
  return std::all_of(seats_.begin(), seats_.end(), [&](const auto& seat) {
    return seat->cosigned_text == asked_->text() || seat->backoff.failures() > 0;
  });
}

void IndependentWitnesses::choose_head(Time now) {
  const bool has_time = asked_ && asked_->size() >= least_ && !all_settled() &&
                        now - asked_since_ < options_.patience;
  if (has_time) return;
  auto head = ports_.head(std::max(least_, asked_ ? asked_->size() : 0));
  if (!head || (asked_ && asked_->text() == head->note.text)) return;
  asked_ = HeadTally(*std::move(head));
  asked_since_ = now;
}

std::optional<std::size_t> IndependentWitnesses::due_seat(Time now) {
  if (ports_.stopped && ports_.stopped()) return std::nullopt;
  choose_head(now);
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    if (is_due(*seats_[i], now)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> IndependentWitnesses::take() {
  const std::lock_guard lock(mutex_);
  const auto which = due_seat(ports_.clock());
  if (which) seats_[*which]->busy = true;
  return which;
}

std::optional<IndependentWitnesses::Time> IndependentWitnesses::next_due_locked(Time now) const {
  if (ports_.stopped && ports_.stopped()) return now + kWhileStopped;
  std::optional<Time> soonest;
  const auto consider = [&](Time at) {
    if (!soonest || at < *soonest) soonest = at;
  };
  // Whether that may be asked about changes by time alone.
  if (ports_.newest_size() > (asked_ ? asked_->size() : 0)) consider(now + options_.look);
  for (const auto& seat : seats_) {
    if (seat->busy || !asked_) continue;
    const Time wanted = seat->cosigned_text != asked_->text() ? now : seat->refresh_at;
    consider(std::max(wanted, now + seat->backoff.remaining(now)));
  }
  return soonest;
}

std::optional<IndependentWitnesses::Time> IndependentWitnesses::next_due() const {
  const std::lock_guard lock(mutex_);
  return next_due_locked(ports_.clock());
}

void IndependentWitnesses::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto which = due_seat(ports_.clock());
    if (!which) {
      wait_for_news(stop, lock);
      continue;
    }
    seats_[*which]->busy = true;
    lock.unlock();
    ask(*which);
    lock.lock();
  }
}

void IndependentWitnesses::wait_for_news(const std::stop_token& stop,
                                         std::unique_lock<std::mutex>& lock) {
  const std::uint64_t seen = epoch_;
  const auto other = [&] { return epoch_ != seen; };
  if (const auto due = next_due_locked(ports_.clock())) {
    changed_.wait_until(lock, stop, *due, other);
  } else {
    changed_.wait(lock, stop, other);
  }
}

std::vector<IndependentStatus> IndependentWitnesses::report() const {
  const std::lock_guard lock(mutex_);
  std::vector<IndependentStatus> report;
  for (const auto& seat : seats_) {
    report.push_back({seat->witness.name, seat->witness.url, seat->cosigned_size,
                      seat->cosigned_time, seat->error});
  }
  return report;
}

std::optional<std::string> IndependentWitnesses::note() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

std::string IndependentWitnesses::with_cosignatures(std::string note) const {
  const std::lock_guard lock(mutex_);
  if (!kept_ || !note.starts_with(kept_text_ + "\n")) return note;
  return merge_lines(std::move(note), *kept_);
}

}  // namespace dure::node
