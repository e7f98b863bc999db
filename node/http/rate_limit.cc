// SPDX-License-Identifier: Apache-2.0
#include "http/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace dure::node::http {

RateLimiter::RateLimiter(double per_second, double burst, std::size_t capacity, Clock clock)
    : per_second_(per_second),
      burst_(std::max(1.0, std::floor(burst))),
      capacity_(std::max<std::size_t>(1, capacity)),
      clock_(std::move(clock)) {}

RateLimiter::Verdict RateLimiter::take(const Address& client) {
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  Bucket& bucket = this->bucket(client.network(), now);
  const std::chrono::duration<double> passed = now - bucket.at;
  bucket.tokens = std::min(burst_, bucket.tokens + std::max(0.0, passed.count()) * per_second_);
  bucket.at = now;
  if (bucket.tokens < 1) {
    const double wait = std::ceil((1 - bucket.tokens) / per_second_);
    const double bounded = std::clamp(wait, 1.0, 86'400.0);
    return {false, 0, std::chrono::seconds(static_cast<std::int64_t>(bounded))};
  }
  bucket.tokens -= 1;
  return {true, static_cast<unsigned>(bucket.tokens), std::chrono::seconds(0)};
}

RateLimiter::Bucket& RateLimiter::bucket(const Address& client,
                                         std::chrono::steady_clock::time_point now) {
  if (const auto found = by_client_.find(client); found != by_client_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return by_use_.front();
  }
  if (by_client_.size() >= capacity_) {
    by_client_.erase(by_use_.back().client);
    by_use_.pop_back();
  }
  by_use_.push_front({client, burst_, now});
  by_client_.emplace(client, by_use_.begin());
  return by_use_.front();
}

std::size_t RateLimiter::size() const {
  const std::lock_guard lock(mutex_);
  return by_client_.size();
}

RateHeaders rate_headers(const RateLimiter& limiter, const RateLimiter::Verdict& verdict) {
  const double missing = limiter.burst() - verdict.remaining;
  const auto full = static_cast<std::uint64_t>(std::ceil(missing / limiter.per_second()));
  const auto window =
      static_cast<std::uint64_t>(std::max(1.0, limiter.burst() / limiter.per_second()));
  const auto wait = static_cast<std::uint64_t>(verdict.retry_after.count());
  const std::string left = std::to_string(verdict.remaining);
  const std::string reset = std::to_string(verdict.allowed ? full : wait);
  const std::string most = std::to_string(limiter.burst());
  return {{"RateLimit", "\"client\";r=" + left + ";t=" + reset},
          {"RateLimit-Policy", "\"client\";q=" + most + ";w=" + std::to_string(window)},
          {"X-RateLimit-Limit", most},
          {"X-RateLimit-Remaining", left},
          {"X-RateLimit-Reset", reset}};
}

bool ConnectionCounter::enter(const Address& client, std::size_t most) {
  const std::lock_guard lock(mutex_);
  auto& count = counts_[client.network()];
  if (count >= most) {
    if (count == 0) counts_.erase(client.network());
    return false;
  }
  ++count;
  return true;
}

void ConnectionCounter::leave(const Address& client) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(client.network());
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

}  // namespace dure::node::http
