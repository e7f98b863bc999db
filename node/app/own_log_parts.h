// SPDX-License-Identifier: Apache-2.0
// What the recovery of the own log works on: ports only, so that it runs on any disk and network.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "erasing/eraser.h"
#include "publishing/ports.h"
#include "replication/fork_watch.h"
#include "replication/puller.h"

namespace dure::node {

struct Healed {
  std::uint64_t entries = 0;  // came back
  std::uint64_t absent = 0;   // of those, without a body
};

/// Everything pointed to must outlive it. What is told may be empty.
struct OwnLogParts {
  std::string origin;
  std::vector<VerifierKey> keys;         // of the own log
  std::vector<VerifierKey> stored_keys;  // and earlier ones; empty: the same
  LogId id = 0;
  OwnLog* log = nullptr;
  HeadLock* head_lock = nullptr;
  LogReader* reader = nullptr;
  Eraser* eraser = nullptr;
  ForkWatch* forks = nullptr;

  OpenSource open;                // for pulling
  OpenSource quick;               // for questions that nobody should wait for long
  PullOptions pull;               // of healing
  std::size_t asked_at_once = 1;  // peers
  std::stop_token stop;
  SteadyClock clock = [] { return std::chrono::steady_clock::now(); };

  std::function<std::vector<std::string>()> evidence;  // notes of ours that a twin signed
  /// Whether a backup was put back and no peer has answered since; and that one has.
  std::function<bool()> restored;
  std::function<void()> confirmed;

  std::function<void(const Healed&, std::chrono::milliseconds took)> on_healed;
  std::function<void(const Error&)> on_not_healed;
  std::function<void(std::size_t peers)> on_silence;  // not one of them answered
};

}  // namespace dure::node
