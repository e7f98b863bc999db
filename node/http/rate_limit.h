// SPDX-License-Identifier: Apache-2.0
// A token bucket per client network, in a table of bounded size.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/address.h"

namespace dure::node::http {

/// Threads: any.
class RateLimiter {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  struct Verdict {
    bool allowed = true;
    unsigned remaining = 0;               // requests that would be allowed at once after this one
    std::chrono::seconds retry_after{0};  // until the next one is allowed, rounded up; 0 if allowed
  };

  /// `per_second` > 0; `burst` is at least 1. With `capacity` clients known, the one unseen for
  /// longest is forgotten.
  RateLimiter(double per_second, double burst, std::size_t capacity, Clock clock);

  Verdict take(const Address& client);
  std::size_t size() const;
  unsigned burst() const { return static_cast<unsigned>(burst_); }
  double per_second() const { return per_second_; }

 private:
  struct Bucket {
    Address client;
    double tokens = 0;
    std::chrono::steady_clock::time_point at;
  };
  Bucket& bucket(const Address& client, std::chrono::steady_clock::time_point now);

  const double per_second_;
  const double burst_;
  const std::size_t capacity_;
  const Clock clock_;
  mutable std::mutex mutex_;  // guards the two below
  std::list<Bucket> by_use_;  // most recent first
  std::unordered_map<Address, std::list<Bucket>::iterator, AddressHash> by_client_;
};

using RateHeaders = std::vector<std::pair<std::string, std::string>>;

/// What is left to a client after `verdict`, in both customs. Shape: RateLimit, RateLimit-Policy,
/// X-RateLimit-Limit, -Remaining, -Reset; times in seconds from now.
RateHeaders rate_headers(const RateLimiter& limiter, const RateLimiter::Verdict& verdict);

/// Counts connections per client network. Threads: any.
class ConnectionCounter {
 public:
  /// False, and nothing counted, if `client` has `most` already.
  bool enter(const Address& client, std::size_t most);
  void leave(const Address& client);

 private:
  std::mutex mutex_;  // guards counts_
  std::unordered_map<Address, std::size_t, AddressHash> counts_;
};

}  // namespace dure::node::http
