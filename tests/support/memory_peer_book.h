// SPDX-License-Identifier: Apache-2.0
// A peer book without a disk.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "membership/ports.h"

namespace dure::node {

class MemoryPeerBook final : public PeerBook {
 public:
  explicit MemoryPeerBook(std::string own_origin) : own_origin_(std::move(own_origin)) {}

  Result<std::vector<PeerEntry>> peers() override {
    const std::lock_guard lock(mutex_);
    std::vector<PeerEntry> active;
    for (const auto& known : known_) {
      if (known.active) active.push_back(known.entry);
    }
    return active;
  }
  Status add(const PeerEntry& peer) override { return write(peer, /*other_key=*/false); }
  Status put(const PeerEntry& peer) override { return write(peer, /*other_key=*/true); }
  Status remove(std::string_view what) override {
    const std::lock_guard lock(mutex_);
    bool found = false;
    for (auto& known : known_) {
      if (!known.active || (known.entry.url != what && known.entry.card.origin != what)) continue;
      known.active = false;
      found = true;
    }
    if (!found) return Error{ErrorCode::kNotFound, "no such peer"};
    return ok();
  }

 private:
  Status write(const PeerEntry& peer, bool other_key) {
    const std::lock_guard lock(mutex_);
    if (peer.card.origin == own_origin_) return Error{ErrorCode::kConflict, "own origin"};
    for (auto& known : known_) {
      if (known.entry.card.origin != peer.card.origin) continue;
      if (known.entry.card.log_vkey != peer.card.log_vkey && !other_key)
        return Error{ErrorCode::kConflict, "another key"};
      const LogId log = known.entry.log;
      known = {peer, true};
      known.entry.log = log;
      return ok();
    }
    known_.push_back({peer, true});
    known_.back().entry.log = static_cast<LogId>(known_.size()) + 1;
    return ok();
  }
  struct Known {
    PeerEntry entry;
    bool active = true;
  };
  const std::string own_origin_;
  std::mutex mutex_;
  std::vector<Known> known_;
};

}  // namespace dure::node
