// SPDX-License-Identifier: Apache-2.0
// When to ask a failing peer again: exponential, with jitter, never earlier than it asked for.
#pragma once

#include <chrono>
#include <cstdint>

#include "dure/error.h"

namespace dure::node {

struct BackoffOptions {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{300'000};
};

/// Units: `random` is uniform over 64 bits. Threads: one at a time.
class Backoff {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void succeeded();
  void failed(const Error& error, Time now, const BackoffOptions& options, std::uint64_t random);
  bool ready(Time now) const { return failures_ == 0 || now >= not_before_; }
  /// Zero if ready.
  std::chrono::milliseconds remaining(Time now) const;
  unsigned failures() const { return failures_; }

 private:
  unsigned failures_ = 0;
  Time not_before_{};
};

/// Puts the seconds a peer asked us to wait (Retry-After) into an error, and reads them back; zero
/// if there are none.
Error with_retry_after(Error error, std::chrono::seconds wait);
std::chrono::seconds retry_after(const Error& error);

}  // namespace dure::node
