// SPDX-License-Identifier: Apache-2.0
#include "replication/backoff.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Error kDown{ErrorCode::kUnavailable, "down"};

TEST(BackoffTest, DoublesUpToTheLongest) {
  Backoff backoff;
  const Backoff::Time now{};
  const BackoffOptions options{milliseconds{1000}, milliseconds{8000}};
  const std::uint64_t most_jitter =
      500 * 1000 * 1000;  // divisible by each half + 1 minus … only bounds are checked
  std::int64_t waits[6];
  for (auto& wait : waits) {
    backoff.failed(kDown, now, options, most_jitter);
    wait = backoff.remaining(now).count();
  }
  const std::int64_t whole[6] = {1000, 2000, 4000, 8000, 8000, 8000};
  for (int i = 0; i < 6; ++i) {
    EXPECT_GE(waits[i], whole[i] / 2);
    EXPECT_LE(waits[i], whole[i]);
  }
}

TEST(BackoffTest, SpreadsPeersThatFailedTogether) {
  Backoff early, late;
  early.failed(kDown, {}, {}, 0);
  late.failed(kDown, {}, {}, 500);
  EXPECT_EQ(early.remaining({}), milliseconds{500});
  EXPECT_EQ(late.remaining({}), milliseconds{1000});
}

TEST(BackoffTest, HonoursRetryAfter) {
  Backoff backoff;
  backoff.failed(with_retry_after(kDown, seconds{120}), {}, {}, 0);
  EXPECT_FALSE(backoff.ready(Backoff::Time{} + seconds{119}));
  EXPECT_TRUE(backoff.ready(Backoff::Time{} + seconds{120}));
}

TEST(BackoffTest, IsOverAfterASuccess) {
  Backoff backoff;
  backoff.failed(kDown, {}, {}, 0);
  backoff.succeeded();
  EXPECT_TRUE(backoff.ready({}));
  EXPECT_EQ(backoff.remaining({}), milliseconds{0});
}

}  // namespace
}  // namespace dure::node
