// SPDX-License-Identifier: Apache-2.0
// Logs that show their new heads themselves are pulled at once, beside the rounds.
#include <algorithm>
#include <utility>

#include "replication/parallel.h"
#include "replication/replicator.h"

namespace dure::node {

void Replicator::announce(const std::string& origin, const std::string& note) {
  const std::lock_guard lock(mutex_);
  if (followed_.count(origin) == 0) return;
  auto& known = peer_states_[origin].heads[origin];
  if (known.note == note && known.judged) return;
  if (known.note != note) known = {note};
  announced_.insert(origin);
  announced_signal_.notify_all();
}

void Replicator::run_announced(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      const auto any_free = [this] {
        return std::any_of(announced_.begin(), announced_.end(),
                           [this](const auto& origin) { return pulling_.count(origin) == 0; });
      };
      if (!announced_signal_.wait(lock, stop, any_free)) return;
    }
    (void)pull_announced(stop);
  }
}

std::vector<PullReport> Replicator::pull_announced(const std::stop_token& stop) {
  std::vector<ReplicationPeer> all;
  std::set<std::string> origins;
  {
    const std::lock_guard lock(mutex_);
    all = peers_read_;
    for (const auto& origin : announced_) {
      if (pulling_.count(origin) == 0) origins.insert(origin);
    }
    for (const auto& origin : origins) announced_.erase(origin);
  }
  std::vector<PullJob> jobs;
  for (const auto& peer : all) {
    if (origins.count(peer.origin) == 0) continue;
    if (auto job = make_job(peer, all, Scope::kAnnounced)) jobs.push_back(std::move(*job));
  }
  std::vector<std::optional<PullReport>> pulled(jobs.size());
  run_parallel(jobs.size(), options_.parallel_logs,
               [&](std::size_t index, std::size_t) { pulled[index] = pull(jobs[index], stop); });
  std::vector<PullReport> reports;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (pulled[i]) {
      reports.push_back(*std::move(pulled[i]));
    } else if (!stop.stop_requested()) {  // a round was quicker: again when it is through
      const std::lock_guard lock(mutex_);
      announced_.insert(jobs[i].log.origin);
    }
  }
  return reports;
}

bool Replicator::claim(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  return pulling_.insert(origin).second;
}

void Replicator::release(const std::string& origin) {
  const std::lock_guard lock(mutex_);
  pulling_.erase(origin);
  announced_signal_.notify_all();
}

}  // namespace dure::node
