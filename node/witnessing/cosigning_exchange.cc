// SPDX-License-Identifier: Apache-2.0
// One exchange with one witness or mirror, and what is concluded from its answer.
#include <algorithm>
#include <utility>

#include "witnessing/cosigning.h"
#include "witnessing/cosigning_seat.h"
#include "witnessing/root_at.h"

namespace dure::node {
void Cosigning::ask(const std::string& member) {
  SeatPointer seat;
  {
    const std::lock_guard lock(mutex_);
    seat = find(member);
  }
  if (seat) ask_seat(seat);
}

/// The caller has made the seat busy. The charter may have put another in its place by now.
void Cosigning::ask_seat(const SeatPointer& seat) {
  const auto job = begin(seat);
  if (!job) return;
  if (job->witness) note_witness(*job, cosignature_of(*job));
  if (job->mirror) note_mirror(*job, mirror_of(*job));
  settle();
  const std::lock_guard lock(mutex_);
  job->seat->busy = false;
  changed();
}

std::optional<Cosigning::Job> Cosigning::begin(const SeatPointer& seat) {
  const std::lock_guard lock(mutex_);
  if (!candidate_) {
    seat->busy = false;
    return std::nullopt;
  }
  const auto now = ports_.clock();
  Job job{seat, candidate_->head(), 0, witness_due(*seat, now), mirror_due(*seat, now)};
  if (seat->known && *seat->known <= job.head.checkpoint.size) job.known = *seat->known;
  return job;
}

Source* Cosigning::source_of(Seat& seat, Status& opened) {
  if (!seat.source) {
    auto source = ports_.open(seat.url);
    if (!source) {
      opened = std::move(source).error();
      return nullptr;
    }
    seat.source = std::move(*source);
  }
  return seat.source.get();
}

Result<Cosignature> Cosigning::cosignature_of(const Job& job) {
  Status opened = ok();
  Source* const source = source_of(*job.seat, opened);
  if (source == nullptr) return opened.error();
  auto cosignature = obtain_cosignature(
      *source, {job.head, job.known, ports_.node, *job.seat->witness, ports_.now()},
      [&](std::uint64_t asked, std::uint64_t told) { return judge_size(job, asked, told); });
  if (!cosignature && cosignature.error().code == ErrorCode::kRefused) show_evidence(job);
  if (!cosignature) return cosignature;
  if (auto sound = check_time(job, *cosignature); !sound) return std::move(sound).error();
  return cosignature;
}

/// SPEC: §11.4: the times of a witness never decrease.
Status Cosigning::check_time(const Job& job, const Cosignature& cosignature) const {
  const std::lock_guard lock(mutex_);
  if (cosignature.time >= job.seat->cosigned_time) return ok();
  return contradiction("finality.went-back", "its cosignature is older than the one before");
}

/// What it means that the witness is not at the size that we thought.
std::optional<Error> Cosigning::judge_size(const Job& job, std::uint64_t asked,
                                           std::uint64_t told) {
  if (told == asked)
    return Error{ErrorCode::kMalformed, "it names the size that it was asked with"};
  bool never_signed = false;
  {
    const std::lock_guard lock(mutex_);
    // SPEC: §11.6: a witness that lost what it cosigned must take another key.
    if (told < job.seat->cosigned_size)
      return contradiction("finality.went-back", "it cosigned a larger head before");
    if (told <= job.head.checkpoint.size) return std::nullopt;
    never_signed = !newest_ || told > newest_->checkpoint.size;
    // Somebody else showed it a newer head of ours: then that one is asked about.
    if (!never_signed) begin_candidate(ports_.clock());
  }
  if (!never_signed) return Error{ErrorCode::kConflict, "it knows a newer head already"};
  show_evidence(job);
  return contradiction("finality.ahead", "it says that it cosigned " + std::to_string(told) +
                                             " entries, which this node never signed");
}

/// A number proves nothing, or any witness could stop us. What it cosigned carries our signature.
void Cosigning::show_evidence(const Job& job) {
  Status opened = ok();
  Source* const source = source_of(*job.seat, opened);
  if (source == nullptr || !ports_.on_shown) return;
  const auto note = ask_witnessed_head(*source, ports_.origin);
  if (note) ports_.on_shown(job.seat->url, *note);
}

void Cosigning::tell_failure(const Job& job, const Error& error) const {
  if (ports_.on_failure) ports_.on_failure(job.seat->member, error);
}

void Cosigning::note_witness(const Job& job, Result<Cosignature> answer) {
  Seat& seat = *job.seat;
  bool told = false;
  {
    const std::lock_guard lock(mutex_);
    const auto now = ports_.clock();
    if (answer) {
      seat.known = job.head.checkpoint.size;
      seat.cosigned_text = job.head.note.text;
      seat.cosigned_size = job.head.checkpoint.size;
      seat.cosigned_time = answer->time;
      // Not all at the same second.
      const auto spread = static_cast<std::uint64_t>(options_.refresh.count()) / 16 + 1;
      seat.refresh_at =
          now + options_.refresh -
          std::chrono::milliseconds(static_cast<std::int64_t>(ports_.random() % spread));
      seat.witness_backoff.succeeded();
      seat.witness_error.reset();
      if (seat.looks == 0) seat.look_at = now + options_.first_look;
      const bool asked_for = find(seat.member) == job.seat && candidate_;
      if (asked_for && candidate_->text() == job.head.note.text) {
        candidate_->add(seat.witness->name(), *answer);
        ++changes_;
      }
      return;
    }
    if (answer.error().code == ErrorCode::kConflict) return;  // asked again at once
    told = seat.witness_backoff.failures() == 0;
    seat.witness_backoff.failed(answer.error(), now, options_.backoff, ports_.random());
    seat.witness_error = answer.error();
  }
  seat.source.reset();
  if (told) tell_failure(job, answer.error());
}

Result<MirrorAnswer> Cosigning::mirror_of(const Job& job) {
  Status opened = ok();
  Source* const source = source_of(*job.seat, opened);
  if (source == nullptr) return opened.error();
  auto answer = ask_mirror(*source, ports_.origin, ports_.keys, *job.seat->mirror, ports_.now());
  if (!answer) return answer;
  const Checkpoint& held = answer->head.checkpoint;
  std::uint64_t newest = 0;
  {
    const std::lock_guard lock(mutex_);
    newest = newest_ ? newest_->checkpoint.size : 0;
  }
  auto root = held.size > newest ? Result<Hash>(Hash{}) : root_at(held.size, ports_.node);
  if (!root) return std::move(root).error();
  if (*root == held.root) return answer;
  if (ports_.on_shown) ports_.on_shown(job.seat->url, format_note(answer->head.note));
  return contradiction("finality.mirror-differs",
                       "it holds a head of this log that this node never signed");
}

void Cosigning::note_mirror(const Job& job, Result<MirrorAnswer> answer) {
  Seat& seat = *job.seat;
  bool told = false;
  {
    const std::lock_guard lock(mutex_);
    const auto now = ports_.clock();
    const auto pause = options_.first_look * (1U << std::min(seat.looks, 10U));
    seat.look_at = now + std::min(pause, options_.longest_look);
    ++seat.looks;
    const bool not_yet = !answer && answer.error().code == ErrorCode::kNotFound;
    if (answer || not_yet) {
      seat.mirror_backoff.succeeded();
      seat.mirror_error.reset();
    } else {
      told = seat.mirror_backoff.failures() == 0 && !seat.witness_error;
      seat.mirror_backoff.failed(answer.error(), now, options_.backoff, ports_.random());
      seat.mirror_error = answer.error();
    }
    if (answer) {
      const std::uint64_t size = answer->head.checkpoint.size;
      seat.mirrored_size = std::max(seat.mirrored_size, size);
      seat.mirrored_time = std::max(seat.mirrored_time, answer->cosignature.time);
      if (find(seat.member) == job.seat && candidate_ && size >= candidate_->size())
        candidate_->add_mirror(seat.mirror->name(), *std::move(answer));
      return;
    }
    if (not_yet) return;
  }
  seat.source.reset();
  if (told) tell_failure(job, answer.error());
}

}  // namespace dure::node
