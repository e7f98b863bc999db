// SPDX-License-Identifier: Apache-2.0
#include "membership/replay_memory.h"

namespace dure::node {

ReplayMemory::Verdict ReplayMemory::take(const std::string& key, const std::string& nonce) {
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  forget_old(now);
  Nonces& nonces = keys_[key];
  if (nonces.seen.contains(nonce)) return Verdict::kReplayed;
  if (nonces.seen.size() >= limits_.per_key) return Verdict::kFull;
  nonces.seen.insert(nonce);
  nonces.by_time.emplace_back(now, nonce);
  return Verdict::kNew;
}

/// Must hold mutex_. As many keys as the charter has members: looking at each costs little.
void ReplayMemory::forget_old(std::chrono::steady_clock::time_point now) {
  for (auto key = keys_.begin(); key != keys_.end();) {
    auto& [seen, by_time] = key->second;
    while (!by_time.empty() && now - by_time.front().first >= limits_.keep) {
      seen.erase(by_time.front().second);
      by_time.pop_front();
    }
    key = seen.empty() ? keys_.erase(key) : std::next(key);
  }
}

std::size_t ReplayMemory::remembered() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [key, nonces] : keys_) count += nonces.seen.size();
  return count;
}

}  // namespace dure::node
