// SPDX-License-Identifier: Apache-2.0
// Every write of a pull fails in two ways: not kept, and kept but unanswered. The next pull goes on
// from there, and at no time is a head served of which something is missing.
#include <gtest/gtest.h>

#include "node/replication/names.h"
#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

constexpr int kMoreWritesThanAPullHas = 20;

class PullerFailureTest : public testing::TestWithParam<Failure> {
 protected:
  PullerFailureTest() : log_(kOrigin) { log_.grow_to(1'300); }

  PullReport pull(std::size_t size) {
    network_[kHome].log = &log_;
    network_[kHome].size = size;
    const PullJob job{{id_, kOrigin, false}, log_.keys(), {origin_location(kHome)}, {}};
    return pull_log(job, network_.opener(), mirrors_, mirrors_, {});
  }
  /// A mirror that holds the first `held` entries.
  void hold(std::size_t held) {
    id_ = mirrors_.add_log(kOrigin);
    if (held > 0) {
      ASSERT_FALSE(pull(held).error);
    }
  }
  void expect_sound(std::size_t at_least) {
    const auto stored = mirrors_.mirror(id_)->stored;
    ASSERT_GE(stored, at_least);
    for (std::size_t i = 0; i < stored; ++i) {
      const auto entry = mirrors_.entry(id_, i);
      ASSERT_EQ(entry->leaf, log_.leaves()[i]);
      ASSERT_EQ(entry->body, log_.bodies()[i]);
    }
    const auto head = mirrors_.head(id_);
    if (!head) return;
    const auto checkpoint = open_checkpoint(*head, kOrigin, log_.keys());
    ASSERT_TRUE(checkpoint);
    EXPECT_LE(checkpoint->checkpoint.size, stored) << "a head whose data are not here is served";
  }
  void expect_whole(std::size_t size) {
    expect_sound(size);
    EXPECT_EQ(mirrors_.mirror(id_)->stored, size);
    EXPECT_EQ(*mirrors_.head(id_), log_.note(size));
  }

  /// Fails the n-th write to `port` of a pull from `held` to 1300, for every n there is. Answers
  /// how many there are.
  int fail_each(FailNext& port, std::size_t held) {
    for (int nth = 0; nth < kMoreWritesThanAPullHas; ++nth) {
      hold(held);
      port.arm(GetParam(), nth);
      const auto first = pull(1'300);
      if (port.armed()) {
        port.arm(Failure::kNone);
        EXPECT_FALSE(first.error);
        return nth;
      }
      EXPECT_TRUE(first.error) << "write " << nth << " failed and nobody noticed";
      if (first.error) {
        EXPECT_EQ(first.error->code, ErrorCode::kStorage) << first.error->detail;
      }
      EXPECT_EQ(first.to, mirrors_.mirror(id_)->stored);
      expect_sound(held);
      const auto second = pull(1'300);
      EXPECT_FALSE(second.error) << second.error->detail;
      expect_whole(1'300);
    }
    return kMoreWritesThanAPullHas;
  }

  FakeLog log_;
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  LogId id_ = 0;
};

TEST_P(PullerFailureTest, ResumesAfterAFailureOfEveryStore) {
  EXPECT_EQ(fail_each(mirrors_.fail_store, 0), 6);
  EXPECT_EQ(fail_each(mirrors_.fail_store, 100), 6);
  EXPECT_EQ(fail_each(mirrors_.fail_store, 256), 5);
}

TEST_P(PullerFailureTest, ResumesAfterAFailureToNoteTheNewHead) {
  EXPECT_EQ(fail_each(mirrors_.fail_begin, 0), 1);
  EXPECT_EQ(fail_each(mirrors_.fail_begin, 100), 1);
}

TEST_P(PullerFailureTest, ResumesAfterAFailureToServeTheNewHead) {
  EXPECT_EQ(fail_each(mirrors_.fail_complete, 0), 1);
  EXPECT_EQ(fail_each(mirrors_.fail_complete, 256), 1);
}

TEST_P(PullerFailureTest, ServesTheHeadEvenIfOnlyThatWasMissing) {
  hold(0);
  mirrors_.fail_complete.arm(GetParam());
  ASSERT_TRUE(pull(1'300).error);
  network_.forget();
  ASSERT_FALSE(pull(1'300).error);
  expect_whole(1'300);
  EXPECT_EQ(network_.paths(), std::vector<std::string>{"http://home/log/checkpoint"});
}

INSTANTIATE_TEST_SUITE_P(Writes, PullerFailureTest,
                         testing::Values(Failure::kBeforeWrite, Failure::kAfterWrite),
                         [](const auto& failure) {
                           return failure.param == Failure::kBeforeWrite ? "NotKept"
                                                                         : "KeptButUnanswered";
                         });

}  // namespace
}  // namespace dure::node
