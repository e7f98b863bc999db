// SPDX-License-Identifier: Apache-2.0
// What the replicator remembers of peers and logs between rounds, and what it shows of that.
#include <algorithm>
#include <utility>

#include "dure/checkpoint.h"
#include "replication/replicator.h"

namespace dure::node {
namespace {

/// The verified head of which everything is stored and which is not served, if there is one.
std::optional<std::string> unserved_head(const MirrorState& state, const ReplicationPeer& peer) {
  const auto covers_all = [&](const std::optional<std::string>& note) {
    if (!note) return false;
    const auto head = open_checkpoint(*note, peer.origin, peer.keys);
    return head && head->checkpoint.size == state.stored;
  };
  if (covers_all(state.head) || !covers_all(state.pending_head)) return std::nullopt;
  return state.pending_head;
}

}  // namespace

/// What a crash, or a write that failed, left of a pull just before its end. Nobody has to announce
/// that head again: whoever did may have lost the entries since, and this mirror has them, but
/// gives them to nobody before the head is served. Read once after a start, and after failures.
std::optional<PullJob> Replicator::make_last_step(const ReplicationPeer& peer) {
  {
    const auto now = options_.clock();
    const std::lock_guard lock(mutex_);
    if (is_frozen(peer.origin)) return std::nullopt;
    auto& log = log_states_[peer.origin];
    if (!log.backoff.ready(now)) return std::nullopt;
    if (std::exchange(log.looked_for_last_step, true) && !log.last_error) return std::nullopt;
  }
  const auto state = store_.mirror(peer.log);
  auto head = state ? unserved_head(*state, peer) : std::nullopt;
  if (!head) return std::nullopt;
  PullJob job{KnownLog{peer.log, peer.origin, false}, peer.keys, {}, {}, end_of(peer.origin)};
  job.heads.push_back({*std::move(head), {}});
  return job;
}

void Replicator::note(const PullJob& job, const PullReport& report) {
  const auto now = options_.clock();
  const std::lock_guard lock(mutex_);
  auto& log = log_states_[job.log.origin];
  log.head_size = job.end ? job.end->size : std::max(log.head_size, report.head_size);
  log.last_error = report.error;
  // Evidence stays until an operator has decided: a later, consistent answer does not unsay it.
  if (job.end) {
    log.contradiction.reset();  // decided
  } else if (report.contradiction && !log.contradiction) {
    log.contradiction = report.contradiction;
  }
  if (report.error) {
    log.backoff.failed(*report.error, now, options_.backoff, random());
    return;
  }
  log.backoff.succeeded();
  for (auto& [origin, peer] : peer_states_) {
    const auto told = peer.heads.find(job.log.origin);
    if (told == peer.heads.end()) continue;
    const auto offered = [&](const OfferedHead& offer) { return offer.note == told->second.note; };
    told->second.judged |= std::any_of(job.heads.begin(), job.heads.end(), offered);
  }
}

void Replicator::forget_removed(const std::vector<ReplicationPeer>& peers) {
  const std::lock_guard lock(mutex_);
  peers_read_ = peers;
  followed_.clear();
  for (const auto& peer : peers) {
    followed_.insert(peer.origin);
    auto& state = peer_states_[peer.origin];
    if (state.url == peer.url) continue;
    state = PeerState{};
    state.url = peer.url;
  }
  std::erase_if(peer_states_,
                [this](const auto& item) { return followed_.count(item.first) == 0; });
  // Removing a peer and adding it again is how an operator decides about a contradiction.
  std::erase_if(log_states_, [this](const auto& item) { return followed_.count(item.first) == 0; });
  // A newly followed log may be in lists that were read before: ask for them whole again.
  if (followed_ != followed_before_) {
    for (auto& [origin, state] : peer_states_) state.etag.clear();
  }
  followed_before_ = followed_;
}

PeerStatus Replicator::status_of(const ReplicationPeer& peer) const {
  PeerStatus status;
  status.origin = peer.origin;
  status.url = peer.url;
  if (const auto mirror = store_.mirror(peer.log)) status.size = mirror->stored;
  const std::lock_guard lock(mutex_);
  if (const auto found = peer_states_.find(peer.origin); found != peer_states_.end()) {
    status.last_success = found->second.last_success;
    status.last_error = found->second.last_error;
    const auto remaining = found->second.backoff.remaining(options_.clock());
    status.retry_in_seconds = std::chrono::ceil<std::chrono::seconds>(remaining).count();
  }
  if (const auto found = log_states_.find(peer.origin); found != log_states_.end()) {
    const auto end = end_of(peer.origin);
    const std::uint64_t head_size = end ? end->size : found->second.head_size;
    if (head_size > status.size) status.lag = head_size - status.size;
    if (found->second.last_error) status.last_error = found->second.last_error;
    if (!end) status.contradiction = found->second.contradiction;
  }
  return status;
}

std::vector<PeerStatus> Replicator::status() const {
  const auto peers = peers_();
  if (!peers) return {};
  std::vector<PeerStatus> out;
  for (const auto& peer : *peers) out.push_back(status_of(peer));
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.origin < b.origin; });
  return out;
}

}  // namespace dure::node
