// SPDX-License-Identifier: Apache-2.0
#include "replication/location_pool.h"

#include <algorithm>

namespace dure::node {
namespace {

constexpr unsigned kPatience = 3;

}  // namespace

bool is_peer_fault(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
    case ErrorCode::kTooLarge:
    case ErrorCode::kUnsupported:
    case ErrorCode::kBadSignature:
    case ErrorCode::kUnknownKey:
    case ErrorCode::kBadProof:
    case ErrorCode::kBadCommitment:
    case ErrorCode::kInvalid:
      return true;
    case ErrorCode::kInconsistent:
    case ErrorCode::kNotFound:
    case ErrorCode::kGone:
    case ErrorCode::kConflict:
    case ErrorCode::kRefused:
    case ErrorCode::kUnavailable:
    case ErrorCode::kStorage:
    case ErrorCode::kQuarantined:
    case ErrorCode::kInternal:
      return false;
  }
  return false;
}

LocationPool::LocationPool(std::vector<LogLocation> locations, OpenSource open, std::size_t workers)
    : locations_(std::move(locations)),
      open_(std::move(open)),
      sources_(workers),
      health_(locations_.size()) {
  for (auto& own : sources_) own.resize(locations_.size());
}

std::vector<std::size_t> LocationPool::usable(std::size_t worker) const {
  std::vector<std::size_t> good;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < health_.size(); ++i) {
      if (!health_[i].banned) good.push_back(i);
    }
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < good.size(); ++i) order.push_back(good[(worker + i) % good.size()]);
  return order;
}

Result<Source*> LocationPool::source(std::size_t worker, std::size_t location) {
  auto& own = sources_[worker][location];
  if (!own) {
    auto opened = open_(locations_[location].url);
    if (!opened) return std::move(opened).error();
    own = std::move(*opened);
  }
  return own.get();
}

void LocationPool::succeeded(std::size_t location) {
  const std::lock_guard lock(mutex_);
  health_[location].failures = 0;
}

void LocationPool::failed(std::size_t location, const Error& error) {
  const std::lock_guard lock(mutex_);
  auto& health = health_[location];
  const auto others = std::count_if(health_.begin(), health_.end(),
                                    [&](const Health& h) { return &h != &health && !h.banned; });
  if (is_peer_fault(error.code) || others > 0 || ++health.failures >= kPatience)
    health.banned = true;
  last_error_ = error;
  last_error_->detail =
      locations_[location].url + locations_[location].prefix + ": " + error.detail;
}

Error LocationPool::last_error() const {
  const std::lock_guard lock(mutex_);
  return last_error_.value_or(Error{ErrorCode::kUnavailable, "no peer serves this log"});
}

}  // namespace dure::node
