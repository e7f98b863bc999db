// SPDX-License-Identifier: Apache-2.0
#include "replication/encoding_choice.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

using std::chrono::microseconds;

constexpr unsigned kManyBundles = 10'000;

/// Follows the choice over many bundles; answers how many of the last ones asked for gzip.
unsigned asked_for_gzip(EncodingChoice& choice, microseconds identity, microseconds gzip,
                        unsigned bundles = kManyBundles, std::uint64_t bytes = 300'000) {
  unsigned asked = 0;
  for (unsigned i = 0; i < bundles; ++i) {
    const bool compressed = choice.next();
    asked += compressed ? 1U : 0U;
    choice.took(compressed, bytes, compressed ? gzip : identity);
  }
  return asked;
}

TEST(EncodingChoiceTest, ShortPullsAskForGzipWithoutMeasuring) {
  EncodingChoice choice(/*measure=*/false);
  EXPECT_EQ(asked_for_gzip(choice, microseconds{1}, microseconds{1'000'000}), kManyBundles);
}

TEST(EncodingChoiceTest, LongPullsTryBothBeforeTheyDecide) {
  EncodingChoice choice(/*measure=*/true);
  unsigned compressed = 0;
  for (int i = 0; i < 4; ++i) {
    const bool gzip = choice.next();
    compressed += gzip ? 1U : 0U;
    choice.took(gzip, 300'000, gzip ? microseconds{10} : microseconds{1'000'000});
  }
  EXPECT_EQ(compressed, 2U);
}

TEST(EncodingChoiceTest, TakesTheFasterAndLooksAtTheOtherNowAndThen) {
  EncodingChoice fast_line(/*measure=*/true);
  const auto on_fast = asked_for_gzip(fast_line, microseconds{100}, microseconds{900});
  EXPECT_GT(on_fast, 4U) << "the other kind is never tried again";
  EXPECT_LT(on_fast, kManyBundles / 100);
  EncodingChoice slow_line(/*measure=*/true);
  const auto on_slow = asked_for_gzip(slow_line, microseconds{900}, microseconds{100});
  EXPECT_LT(on_slow, kManyBundles - 4);
  EXPECT_GT(on_slow, kManyBundles - kManyBundles / 100);
}

TEST(EncodingChoiceTest, CountsTimePerByteNotPerBundle) {
  // gzip happened to get the small bundles: less time each, but more for every byte.
  EncodingChoice choice(/*measure=*/true);
  for (int i = 0; i < 4; ++i) {
    choice.took(/*compressed=*/true, 1'000, microseconds{50});
    choice.took(/*compressed=*/false, 1'000'000, microseconds{5'000});
  }
  unsigned compressed = 0;
  for (int i = 0; i < 100; ++i) compressed += choice.next() ? 1U : 0U;
  EXPECT_EQ(compressed, 0U);
}

TEST(EncodingChoiceTest, ChangesItsMindWhenTheLineDoes) {
  EncodingChoice choice(/*measure=*/true);
  asked_for_gzip(choice, microseconds{100}, microseconds{200}, 1'000);
  // The line became slow: plain bundles now take long, compressed ones hardly longer.
  const auto later = asked_for_gzip(choice, microseconds{100'000}, microseconds{300}, 2'000);
  EXPECT_GT(later, 1'900U);
}

}  // namespace
}  // namespace dure::node
