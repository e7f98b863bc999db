// SPDX-License-Identifier: Apache-2.0
// What webhooks need: changes to tell, somebody who carries them, and a place to remember how far
// they got.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "dure/key.h"
#include "dure/result.h"

namespace dure::node {

/// One change as it is told.
struct HookChange {
  std::uint64_t number = 0;
  std::string time;  // RFC 3339, of the entry
  std::string json;  // as an item of /api/v1/changes, without a line break
};

struct HookChanges {
  std::vector<HookChange> changes;
  bool more = false;
  std::uint64_t epoch = 0, newest = 0;  // as in ListedChanges
};

/// What is carried: the fields are those of Standard Webhooks.
struct HookPost {
  std::string id, timestamp, signature, body;
};

struct HookAnswer {
  int status = 0;
  std::chrono::seconds retry_after{0};  // zero: it did not say
};

/// A way to one receiver. Threads: one at a time.
class HookCarrier {
 public:
  virtual ~HookCarrier() = default;
  /// Follows no redirect, and ends soon after a stop. Errors: kUnavailable (no connection,
  /// time-out), kMalformed, kTooLarge (the answer): what was sent may have arrived.
  virtual Result<HookAnswer> post(const HookPost& post) = 0;
};
using OpenHookCarrier = std::function<Result<std::unique_ptr<HookCarrier>>(const std::string& url)>;

struct WebhookPorts {
  std::string origin;  // of the own log: says who tells
  /// Changes numbered above `after`. Errors: kStorage. Threads: any.
  std::function<Result<HookChanges>(std::uint64_t after, std::size_t limit)> changes;
  OpenHookCarrier open;
  const Signer* signer = nullptr;  // Ed25519, of webhooks alone
  /// The text that was kept last; empty if there is none. Errors: kStorage.
  std::function<Result<std::string>()> load;
  /// Durable when it returns. Errors: kStorage (state unknown). Threads: one at a time.
  std::function<Status(const std::string& text)> keep;
  std::function<std::int64_t()> now;                             // POSIX seconds
  std::function<std::chrono::steady_clock::time_point()> clock;  // of waiting
  std::function<std::uint64_t()> random;
  std::function<bool()> stopping;  // the node ends, which is nobody's fault; may be empty
  /// Told when a hook fails after it had worked, and when it stops; may be empty.
  std::function<void(const std::string& url, const Error&)> on_failure;
};

}  // namespace dure::node
