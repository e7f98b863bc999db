// SPDX-License-Identifier: Apache-2.0
#include "replication/backoff.h"

#include <algorithm>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::string_view kRetryAfter = "retry_after_seconds";

}  // namespace

void Backoff::succeeded() { failures_ = 0; }

void Backoff::failed(const Error& error, Time now, const BackoffOptions& options,
                     std::uint64_t random) {
  using std::chrono::milliseconds;
  const unsigned doublings = std::min(failures_, 20U);
  ++failures_;
  const auto exponential =
      std::min(options.longest, milliseconds{options.first.count() << doublings});
  // Between half and the whole of it, so that a federation that lost one peer does not come back in
  // step.
  const auto half = static_cast<std::uint64_t>(exponential.count()) / 2;
  const auto jittered = milliseconds{static_cast<std::int64_t>(half + random % (half + 1))};
  not_before_ = now + std::max<milliseconds>(jittered, retry_after(error));
}

std::chrono::milliseconds Backoff::remaining(Time now) const {
  if (ready(now)) return std::chrono::milliseconds::zero();
  return std::chrono::ceil<std::chrono::milliseconds>(not_before_ - now);
}

Error with_retry_after(Error error, std::chrono::seconds wait) {
  if (wait > std::chrono::seconds::zero())
    error.args.emplace_back(kRetryAfter, std::to_string(wait.count()));
  return error;
}

std::chrono::seconds retry_after(const Error& error) {
  for (const auto& [name, value] : error.args) {
    if (name != kRetryAfter) continue;
    if (const auto seconds = parse_decimal(value))
      return std::chrono::seconds{static_cast<std::int64_t>(*seconds)};
  }
  return std::chrono::seconds::zero();
}

}  // namespace dure::node
