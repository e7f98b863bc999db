// SPDX-License-Identifier: Apache-2.0
// Who is asked, when, and what makes a head final. The exchanges are in cosigning_exchange.cc.
#include "witnessing/cosigning.h"

#include <algorithm>
#include <utility>

#include "witnessing/cosigning_seat.h"

namespace dure::node {
namespace {

constexpr std::size_t kMostMirrors = 9;

bool is_own(const CharterMember& member, std::string_view origin) {
  return member.id == origin.substr(0, origin.rfind('/'));
}

const CharterMember* find_member(const Charter& charter, std::string_view id) {
  const auto found = std::find_if(charter.members.begin(), charter.members.end(),
                                  [&](const CharterMember& member) { return member.id == id; });
  return found == charter.members.end() ? nullptr : &*found;
}

/// Those who mirror among the witnesses: they hear of each head at once. If none of them does, some
/// of the other members.
std::vector<const CharterMember*> choose_mirrors(const Charter& charter, std::string_view origin,
                                                 const std::vector<WitnessSeat>& witnesses) {
  std::vector<const CharterMember*> mirrors;
  for (const WitnessSeat& seat : witnesses) {
    const CharterMember* member = find_member(charter, seat.member);
    if (member != nullptr && member->mirror) mirrors.push_back(member);
  }
  if (!mirrors.empty()) return mirrors;
  for (const CharterMember& member : charter.members) {
    if (mirrors.size() == kMostMirrors) break;
    if (member.mirror && !is_own(member, origin)) mirrors.push_back(&member);
  }
  return mirrors;
}

bool same_key(const std::optional<VerifierKey>& a, const std::optional<VerifierKey>& b) {
  return a.has_value() == b.has_value() && (!a || a->format() == b->format());
}

}  // namespace

Cosigning::Cosigning(CosigningPorts ports, CosigningOptions options)
    : ports_(std::move(ports)), options_(options) {}
Cosigning::~Cosigning() = default;

Result<std::unique_ptr<Cosigning>> Cosigning::open(CosigningPorts ports, CosigningOptions options) {
  std::unique_ptr<Cosigning> cosigning(new Cosigning(std::move(ports), options));
  if (auto loaded = cosigning->load(); !loaded) return std::move(loaded).error();
  return cosigning;
}

Status Cosigning::load() {
  auto stored = ports_.heads->final_head();
  if (!stored) return std::move(stored).error();
  if (!stored->has_value()) return ok();
  // A head that our key did not sign says nothing here; the next final one takes its place.
  auto head = open_checkpoint((*stored)->note, ports_.origin, ports_.keys);
  if (!head) return ok();
  final_ = *std::move(head);
  final_note_ = std::move((*stored)->note);
  return ok();
}

void Cosigning::follow(const Charter& charter) {
  auto witnesses = assign_witnesses(charter, ports_.origin);
  std::vector<SeatPointer> seats;
  const auto seat_of = [&](const std::string& member, const std::string& url) -> Seat& {
    const auto there = std::find_if(seats.begin(), seats.end(), [&](const SeatPointer& seat) {
      return seat->member == member;
    });
    if (there != seats.end()) return **there;
    seats.push_back(std::make_shared<Seat>());
    seats.back()->member = member;
    seats.back()->url = url;
    return *seats.back();
  };
  for (const WitnessSeat& seat : witnesses) seat_of(seat.member, seat.url).witness = seat.key;
  const auto mirrors = choose_mirrors(charter, ports_.origin, witnesses);
  for (const CharterMember* mirror : mirrors)
    seat_of(mirror->id, mirror->url).mirror = mirror->mirror;

  const std::lock_guard lock(mutex_);
  for (SeatPointer& seat : seats) {
    const SeatPointer before = find(seat->member);
    if (before && before->url == seat->url && same_key(before->witness, seat->witness) &&
        same_key(before->mirror, seat->mirror))
      seat = before;
  }
  seats_ = std::move(seats);
  witnesses_ = std::move(witnesses);
  mirrors_ = mirrors.size();
  changed();
}

void Cosigning::head_signed(const SignedCheckpoint& head) {
  if (head.checkpoint.size == 0) return;  // nothing is published yet
  const std::lock_guard lock(mutex_);
  if (newest_ && newest_->checkpoint.size > head.checkpoint.size) return;
  const bool one_waits = newest_ && candidate_ && candidate_->text() != newest_->note.text;
  if (!newest_ || newest_is_final()) behind_since_ = ports_.clock();
  newest_ = head;
  const bool began = choose_candidate(ports_.clock());
  // A busy log signs heads far more often than there is anything new to do about them.
  if (!seats_.empty() && (began || !one_waits)) changed();
}

void Cosigning::changed() {
  ++epoch_;
  changed_.notify_all();
}

Cosigning::SeatPointer Cosigning::find(const std::string& member) const {
  for (const SeatPointer& seat : seats_) {
    if (seat->member == member) return seat;
  }
  return nullptr;
}

bool Cosigning::candidate_is_final() const {
  return candidate_ && final_ && final_->note.text == candidate_->text();
}

bool Cosigning::newest_is_final() const {
  return newest_ && final_ && final_->note.text == newest_->note.text;
}

bool Cosigning::mirror_wanted() const {
  return candidate_ && !candidate_is_final() && (!candidate_->has_mirror() || store_error_);
}

/// Takes the newest head, unless an older one has a chance to become final soon.
bool Cosigning::choose_candidate(Time now) {
  if (!newest_) return false;
  if (candidate_ && candidate_->text() == newest_->note.text) {
    candidate_->sign_anew(*newest_);
    return false;
  }
  const bool settled = !candidate_ || candidate_is_final();
  if (!settled && now - candidate_since_ < options_.patience) return false;
  begin_candidate(now);
  return true;
}

void Cosigning::begin_candidate(Time now) {
  HeadTally next(*newest_);
  if (candidate_) next.take_mirror_from(*candidate_);
  candidate_ = std::move(next);
  candidate_since_ = now;
  for (const SeatPointer& seat : seats_) {
    seat->looks = 0;
    seat->look_at = now + 3 * options_.first_look;  // sooner once it has cosigned as a witness
  }
}

bool Cosigning::witness_due(const Seat& seat, Time now) const {
  if (!seat.witness || seat.url.empty() || !candidate_ || !seat.witness_backoff.ready(now))
    return false;
  return seat.cosigned_text != candidate_->text() || now >= seat.refresh_at;
}

bool Cosigning::mirror_due(const Seat& seat, Time now) const {
  return seat.mirror && !seat.url.empty() && mirror_wanted() && now >= seat.look_at &&
         seat.mirror_backoff.ready(now);
}

std::optional<Cosigning::SeatPointer> Cosigning::due_seat(Time now) {
  if (ports_.stopped && ports_.stopped()) return std::nullopt;
  choose_candidate(now);
  for (const SeatPointer& seat : seats_) {
    if (!seat->busy && (witness_due(*seat, now) || mirror_due(*seat, now))) return seat;
  }
  return std::nullopt;
}

std::optional<std::string> Cosigning::take() {
  const std::lock_guard lock(mutex_);
  const auto seat = due_seat(ports_.clock());
  if (!seat) return std::nullopt;
  (*seat)->busy = true;
  return (*seat)->member;
}

std::optional<Cosigning::Time> Cosigning::earliest(const Seat& seat, Time now) const {
  std::optional<Time> soonest;
  const auto consider = [&](Time at, const Backoff& backoff) {
    at = std::max(at, now + backoff.remaining(now));
    if (!soonest || at < *soonest) soonest = at;
  };
  if (seat.busy || seat.url.empty()) return soonest;
  if (seat.witness)
    consider(seat.cosigned_text != candidate_->text() ? now : seat.refresh_at,
             seat.witness_backoff);
  if (seat.mirror && mirror_wanted()) consider(seat.look_at, seat.mirror_backoff);
  return soonest;
}

std::optional<Cosigning::Time> Cosigning::next_due_locked(Time now) const {
  if (!candidate_) return std::nullopt;
  if (ports_.stopped && ports_.stopped()) return now + kWhileStopped;
  std::optional<Time> soonest;
  if (newest_ && newest_->note.text != candidate_->text() && !candidate_is_final())
    soonest = candidate_since_ + options_.patience;
  for (const SeatPointer& seat : seats_) {
    const auto at = earliest(*seat, now);
    if (at && (!soonest || *at < *soonest)) soonest = at;
  }
  return soonest;
}

std::optional<Cosigning::Time> Cosigning::next_due() const {
  const std::lock_guard lock(mutex_);
  return next_due_locked(ports_.clock());
}

void Cosigning::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto seat = due_seat(ports_.clock());
    if (!seat) {
      work_once(stop, lock);
      continue;
    }
    (*seat)->busy = true;
    lock.unlock();
    ask_seat(*seat);
    lock.lock();
  }
}

/// Waits until something changed or somebody is due.
void Cosigning::work_once(const std::stop_token& stop, std::unique_lock<std::mutex>& lock) {
  const std::uint64_t seen = epoch_;
  const auto other = [&] { return epoch_ != seen; };
  if (const auto due = next_due_locked(ports_.clock())) {
    changed_.wait_until(lock, stop, *due, other);
  } else {
    changed_.wait(lock, stop, other);
  }
}

bool Cosigning::wait_final(std::uint64_t size, std::chrono::milliseconds longest,
                           const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto covered = [&] { return final_ && final_->checkpoint.size >= size; };
  return changed_.wait_for(lock, stop, longest, covered);
}

std::uint64_t Cosigning::final_size() const {
  const std::lock_guard lock(mutex_);
  return final_ ? final_->checkpoint.size : 0;
}

FinalityReport Cosigning::report() const {
  const std::lock_guard lock(mutex_);
  FinalityReport report;
  report.quorum = quorum_of(witnesses_);
  report.mirrors = mirrors_;
  report.size = newest_ ? newest_->checkpoint.size : 0;
  report.final_size = final_ ? final_->checkpoint.size : 0;
  report.error = store_error_;
  for (const SeatPointer& seat : seats_) {
    CosignerStatus status{seat->member,
                          seat->url,
                          seat->witness.has_value(),
                          seat->mirror.has_value(),
                          seat->cosigned_size,
                          seat->cosigned_time,
                          seat->mirrored_size,
                          seat->mirrored_time,
                          seat->witness_error ? seat->witness_error : seat->mirror_error};
    report.cosigners.push_back(std::move(status));
  }
  return report;
}

std::string Cosigning::with_cosignatures(std::string note) const {
  const std::lock_guard lock(mutex_);
  if (candidate_ && note.starts_with(candidate_->text() + "\n")) return candidate_->note();
  // The log may have signed it once more since, with another key.
  if (final_ && note.starts_with(final_->note.text + "\n"))
    return final_note_.starts_with(note) ? final_note_ : with_cosigners(std::move(note));
  return note;
}

/// The caller holds the mutex; the final head has the same text.
std::string Cosigning::with_cosigners(std::string note) const {
  const auto known = parse_note(final_note_);
  if (!known) return note;
  for (const NoteSignature& line : known->signatures) {
    if (line.name != ports_.origin) note += format_signature(line);
  }
  return note;
}

std::optional<std::string> Cosigning::quorum_head() const {
  const std::lock_guard lock(mutex_);
  if (candidate_ && candidate_->has_quorum(witnesses_)) return candidate_->note();
  return final_ ? std::optional(final_note_) : std::nullopt;
}

std::optional<SignedCheckpoint> Cosigning::head_beside(std::uint64_t least) const {
  const std::lock_guard lock(mutex_);
  if (!newest_) return std::nullopt;
  const bool possible = quorum_of(witnesses_).needed > 0 && mirrors_ > 0;
  const bool waits =
      possible && !newest_is_final() && ports_.clock() - behind_since_ < options_.wait_beside;
  const auto& chosen = waits ? final_ : newest_;
  // Somebody else may have shown a witness a head that is not final yet.
  const bool too_small = chosen && chosen->checkpoint.size < least;
  const auto& head = too_small ? newest_ : chosen;
  if (!head || head->checkpoint.size < least) return std::nullopt;
  return only_log_lines(*head);
}

bool Cosigning::has_quorum(std::string_view note) const {
  const auto parsed = parse_note(note);
  const std::lock_guard lock(mutex_);
  return parsed && lines_have_quorum(parsed->signatures, witnesses_);
}

std::uint64_t Cosigning::newest_size() const {
  const std::lock_guard lock(mutex_);
  return newest_ ? newest_->checkpoint.size : 0;
}

std::uint64_t Cosigning::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

/// Makes the candidate final if it has what it needs. Stored first, then told.
void Cosigning::settle() {
  const std::lock_guard one_at_a_time(storing_);
  FinalHead next;
  SignedCheckpoint head;
  {
    const std::lock_guard lock(mutex_);
    if (!candidate_ || !candidate_->has_quorum(witnesses_)) return;
    if (candidate_is_final()) {  // further witnesses, or later times
      final_note_ = candidate_->note();
      return;
    }
    if (!candidate_->has_mirror()) return;
    next = {candidate_->note(), candidate_->mirror_note()};
    head = candidate_->head();
  }
  auto kept = ports_.heads->keep_final_head(next);
  {
    const std::lock_guard lock(mutex_);
    store_error_.reset();
    if (kept) {
      final_ = head;
      final_note_ = std::move(next.note);
      ++changes_;
      behind_since_ = ports_.clock();
      choose_candidate(ports_.clock());
    } else {
      store_error_ = kept.error();
    }
    changed();
  }
  if (kept && ports_.on_final) ports_.on_final(head.checkpoint.size);
}

}  // namespace dure::node
