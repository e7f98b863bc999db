// SPDX-License-Identifier: Apache-2.0
#include "replication/encoding_choice.h"

namespace dure::node {
namespace {

constexpr unsigned kEnough = 2;  // samples of each kind: compressing one bundle costs as much as
                                 // sending twenty over a fast line
constexpr unsigned kLookAgainEvery =
    256;  // lines change; one bundle in so many tries the other kind

}  // namespace

bool EncodingChoice::next() {
  if (!measure_) return true;
  const std::lock_guard lock(mutex_);
  const bool alternate = asked_++ % 2 == 0;
  const auto& [identity, gzip] = tallies_;
  if (identity.count < kEnough || gzip.count < kEnough) return alternate;
  const bool gzip_is_faster = gzip.nanoseconds * identity.bytes < identity.nanoseconds * gzip.bytes;
  return asked_ % kLookAgainEvery == 0 ? !gzip_is_faster : gzip_is_faster;
}

void EncodingChoice::took(bool compressed, std::uint64_t bytes, std::chrono::nanoseconds time) {
  const std::lock_guard lock(mutex_);
  auto& tally = tallies_[compressed ? 1 : 0];
  ++tally.count;
  tally.bytes += static_cast<double>(bytes);
  tally.nanoseconds += static_cast<double>(time.count());
}

}  // namespace dure::node
