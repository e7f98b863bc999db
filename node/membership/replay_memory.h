// SPDX-License-Identifier: Apache-2.0
// Nonces of signed requests, each good for one. Kept in memory only: after a restart requests made
// before it are refused (request_gate.h).
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace dure::node {

struct ReplayLimits {
  std::chrono::seconds keep{600};  // longer than any request is taken
  std::size_t per_key = 10'000;    // nonces remembered of one key
};

/// Threads: any.
class ReplayMemory {
 public:
  /// Never goes back: a wall clock that is set could make it forget too early.
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  explicit ReplayMemory(
      ReplayLimits limits = {}, Clock clock = [] { return std::chrono::steady_clock::now(); })
      : limits_(limits), clock_(std::move(clock)) {}

  enum class Verdict {
    kNew,       // and remembered from now on
    kReplayed,  // was there
    kFull       // this key has used too many lately; nothing is remembered
  };
  /// To be asked only about requests whose signature verified: nobody else may fill it.
  Verdict take(const std::string& key, const std::string& nonce);
  std::size_t remembered() const;

 private:
  struct Nonces {
    std::unordered_set<std::string> seen;
    std::deque<std::pair<std::chrono::steady_clock::time_point, std::string>> by_time;
  };
  void forget_old(std::chrono::steady_clock::time_point now);

  const ReplayLimits limits_;
  const Clock clock_;
  mutable std::mutex mutex_;  // guards keys_
  std::unordered_map<std::string, Nonces> keys_;
};

}  // namespace dure::node
