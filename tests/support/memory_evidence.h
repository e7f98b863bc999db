// SPDX-License-Identifier: Apache-2.0
// Evidence without a disk, with failures on demand.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "replication/evidence.h"
#include "support/failures.h"

namespace dure::node {

class MemoryEvidence final : public EvidenceStore {
 public:
  FailNext fail_keep, fail_suspect, fail_fork;

  Status keep(std::span<const SeenHead> heads) override {
    return fail_keep.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      for (const SeenHead& head : heads) {
        const auto [at, added] = heads_.emplace(key_of(head), head);
        if (!added && at->second.standing != Standing::kContradicts)
          at->second.standing = head.standing;
      }
      for (const SeenHead& head : heads) thin(head.checkpoint.origin);
      return ok();
    });
  }
  Result<std::vector<SeenHead>> heads(std::string_view origin) override {
    const std::lock_guard lock(mutex_);
    std::vector<SeenHead> out;
    for (const auto& [key, head] : heads_) {
      if (head.checkpoint.origin == origin) out.push_back(head);
    }
    return out;
  }
  Status suspect(const Suspicion& suspicion) override {
    return fail_suspect.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      suspicions_.emplace(suspicion.origin, suspicion);
      return ok();
    });
  }
  Status dismiss(std::string_view origin) override {
    const std::lock_guard lock(mutex_);
    suspicions_.erase(std::string(origin));
    return ok();
  }
  Result<std::vector<Suspicion>> suspicions() override {
    const std::lock_guard lock(mutex_);
    std::vector<Suspicion> out;
    for (const auto& [origin, suspicion] : suspicions_) out.push_back(suspicion);
    return out;
  }
  Status keep_fork(const KeptFork& fork, std::string_view instead_of) override {
    return fail_fork.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      forks_.erase(std::string(instead_of));
      forks_.emplace(fork.name, fork);
      return ok();
    });
  }
  Status decide(std::string_view origin, std::string_view decision) override {
    const std::lock_guard lock(mutex_);
    for (auto& [name, fork] : forks_) {
      if (fork.origin == origin) fork.decision = decision;
    }
    return ok();
  }
  Result<std::vector<KeptFork>> forks() override {
    const std::lock_guard lock(mutex_);
    std::vector<KeptFork> out;
    for (const auto& [name, fork] : forks_) out.push_back(fork);
    return out;
  }

 private:
  using Key = std::tuple<std::string, std::uint64_t, Hash>;
  static Key key_of(const SeenHead& head) {
    return {head.checkpoint.origin, head.checkpoint.size, head.checkpoint.root};
  }

  void thin(const std::string& origin) {
    std::vector<SeenHead> fitting, open;
    for (const auto& [key, head] : heads_) {
      if (head.checkpoint.origin != origin) continue;
      if (head.standing == Standing::kFits) fitting.push_back(head);
      if (head.standing == Standing::kOpen) open.push_back(head);
    }
    std::stable_sort(open.begin(), open.end(),
                     [](const auto& a, const auto& b) { return a.first_seen < b.first_seen; });
    for (std::size_t i = 0; i + kMaxFittingHeads < fitting.size(); ++i)
      heads_.erase(key_of(fitting[i]));
    for (std::size_t i = kMaxOpenHeads; i < open.size(); ++i) heads_.erase(key_of(open[i]));
  }

  std::mutex mutex_;
  std::map<Key, SeenHead> heads_;
  std::map<std::string, Suspicion> suspicions_;
  std::map<std::string, KeptFork> forks_;
};

}  // namespace dure::node
