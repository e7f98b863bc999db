// SPDX-License-Identifier: Apache-2.0
// One exchange with one independent witness, and what is concluded from its answer.
#include <algorithm>
#include <utility>

#include "witnessing/independent_seat.h"
#include "witnessing/independent_witnesses.h"

namespace dure::node {
namespace {

/// What the operator of this node can do about it, where that is not what the charter's need.
Error explained(Error error) {
  if (error.code == ErrorCode::kNotFound) error.text = "independent.not-listed";
  if (error.text == "finality.other-key") error.text = "independent.other-key";
  if (error.text == "finality.went-back") error.text = "independent.went-back";
  return error;
}

}  // namespace

void IndependentWitnesses::ask(std::size_t which) {
  Seat& seat = *seats_[which];
  if (const auto job = begin(seat)) {
    const auto cosignature = cosignature_of(*job);
    if (cosignature) {
      note_granted(*job, *cosignature);
    } else {
      note_failure(*job, explained(cosignature.error()));
    }
  }
  const std::lock_guard lock(mutex_);
  seat.busy = false;
  changed();
}

std::optional<IndependentWitnesses::Job> IndependentWitnesses::begin(Seat& seat) {
  const std::lock_guard lock(mutex_);
  if (!asked_) return std::nullopt;
  return Job{seat, asked_->head(), std::min(seat.known, asked_->size())};
}

Result<Cosignature> IndependentWitnesses::cosignature_of(const Job& job) {
  if (!job.seat.source) {
    auto source = ports_.open(job.seat.witness.url);
    if (!source) return std::move(source).error();
    job.seat.source = std::move(*source);
  }
  auto cosignature = obtain_cosignature(
      *job.seat.source,
      {job.head, job.known, ports_.node, job.seat.witness.key, ports_.now(), /*prefix=*/""},
      [&](std::uint64_t asked, std::uint64_t told) { return judge_size(job, asked, told); });
  if (!cosignature && cosignature.error().code == ErrorCode::kRefused) show_evidence(job);
  if (!cosignature) return cosignature;
  if (auto sound = check_time(job, *cosignature); !sound) return std::move(sound).error();
  return cosignature;
}

/// SPEC: §11.4: the times of a witness never decrease.
Status IndependentWitnesses::check_time(const Job& job, const Cosignature& cosignature) const {
  const std::lock_guard lock(mutex_);
  if (cosignature.time >= job.seat.cosigned_time) return ok();
  return contradiction("finality.went-back", "its cosignature is older than the one before");
}

/// What it means that the witness is not at the size that we thought.
std::optional<Error> IndependentWitnesses::judge_size(const Job& job, std::uint64_t asked,
                                                      std::uint64_t told) {
  if (told == asked)
    return Error{ErrorCode::kMalformed, "it names the size that it was asked with"};
  const bool never_signed = told > ports_.newest_size();
  {
    const std::lock_guard lock(mutex_);
    // SPEC: §11.6: a witness that lost what it cosigned must take another key.
    if (told < job.seat.cosigned_size)
      return contradiction("finality.went-back", "it cosigned a larger head before");
    if (told <= job.head.checkpoint.size) return std::nullopt;
    // Somebody else showed it a newer head of ours: then that one is asked about.
    if (!never_signed) least_ = std::max(least_, told);
  }
  if (!never_signed) return Error{ErrorCode::kConflict, "it knows a newer head already"};
  show_evidence(job);
  return contradiction("finality.ahead", "it says that it cosigned " + std::to_string(told) +
                                             " entries, which this node never signed");
}

/// A number proves nothing, or any witness could stop us. What it cosigned carries our signature.
void IndependentWitnesses::show_evidence(const Job& job) {
  if (!ports_.on_shown) return;
  const auto note = ask_witnessed_head(*job.seat.source, ports_.origin, /*prefix=*/"");
  if (note) ports_.on_shown(job.seat.witness.url, *note);
}

void IndependentWitnesses::note_granted(const Job& job, const Cosignature& cosignature) {
  // Stored first, then shown. What could not be stored is asked for again.
  if (auto kept = keep(job, &cosignature); !kept) return note_failure(job, kept.error());
  const std::lock_guard lock(mutex_);
  Seat& seat = job.seat;
  seat.known = seat.cosigned_size = job.head.checkpoint.size;
  seat.cosigned_text = job.head.note.text;
  seat.cosigned_time = cosignature.time;
  // Not all at the same second.
  const auto spread = static_cast<std::uint64_t>(options_.refresh.count()) / 16 + 1;
  seat.refresh_at = ports_.clock() + options_.refresh -
                    std::chrono::milliseconds(static_cast<std::int64_t>(ports_.random() % spread));
  seat.backoff.succeeded();
  seat.error.reset();
}

void IndependentWitnesses::note_failure(const Job& job, const Error& error) {
  Seat& seat = job.seat;
  bool told = false;
  {
    const std::lock_guard lock(mutex_);
    told = seat.backoff.failures() == 0 && error.code != ErrorCode::kConflict;
    seat.backoff.failed(error, ports_.clock(), options_.backoff, ports_.random());
    seat.error = error;
  }
  seat.source.reset();
  if (told && ports_.on_failure) ports_.on_failure(seat.witness.name, error);
  // It may have been the last one that the others' cosignatures waited for.
  if (error.code != ErrorCode::kStorage) (void)keep(job, nullptr);
}

/// The head that is asked about, once it has as many cosignatures as the one that is shown, or has
/// all that it will get soon.
std::optional<std::string> IndependentWitnesses::note_to_keep() const {
  const std::size_t count = asked_->cosignatures();
  if (count == 0) return std::nullopt;
  const bool better = asked_->text() == kept_text_ || count >= kept_count_ || all_settled();
  return better ? std::optional(asked_->note()) : std::nullopt;
}

Status IndependentWitnesses::keep(const Job& job, const Cosignature* cosignature) {
  const std::lock_guard one_at_a_time(storing_);
  std::optional<std::string> next;
  std::string text, plain;
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!asked_ || asked_->text() != job.head.note.text) return ok();
    if (cosignature != nullptr) {
      asked_->add(job.seat.key(), *cosignature);
      job.seat.cosigned_text = asked_->text();
    }
    next = note_to_keep();
    text = asked_->text();
    plain = format_note(asked_->head().note);
    count = asked_->cosignatures();
  }
  if (!next) return ok();
  std::string note = merge_lines(ports_.with_cosignatures(std::move(plain)), *next);
  if (cosignature == nullptr) {
    const std::lock_guard lock(mutex_);
    if (kept_ == note) return ok();
  }
  auto kept = ports_.heads->keep_independent_head(note);
  const std::lock_guard lock(mutex_);
  if (!kept) {
    job.seat.cosigned_text.clear();
    return kept;
  }
  kept_ = std::move(note);
  kept_text_ = std::move(text);
  kept_count_ = count;
  return ok();
}

}  // namespace dure::node
