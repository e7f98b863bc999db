// SPDX-License-Identifier: Apache-2.0
// Pulling a log whose key was exchanged: what is stored was signed by one that does not count any
// more.
#include <gtest/gtest.h>

#include "node/replication/names.h"
#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

class RotatedPullTest : public testing::Test {
 protected:
  RotatedPullTest() : before_(kOrigin, 1), after_(kOrigin, 2) {
    id_ = mirrors_.add_log(kOrigin);
    before_.grow_to(60);
    serve(before_, 60);
    EXPECT_FALSE(pull(before_).error);
    for (std::size_t i = 0; i < 60; ++i)
      after_.append_raw(before_.leaves()[i], before_.salts()[i], before_.bodies()[i]);
  }
  void serve(FakeLog& log, std::size_t size) {
    log.grow_to(size);
    network_[kHome].log = &log;
    network_[kHome].size = size;
  }
  PullReport pull(const FakeLog& log) {
    const PullJob job{{id_, kOrigin, false}, log.keys(), {origin_location(kHome)}, {}};
    return pull_log(job, network_.opener(), mirrors_, mirrors_);
  }

  FakeLog before_, after_;  // one history, two keys
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  LogId id_ = 0;
};

TEST_F(RotatedPullTest, TheSameHistoryGoesOnUnderTheNewKey) {
  serve(after_, 300);
  const auto report = pull(after_);
  EXPECT_FALSE(report.error) << report.error->detail;
  EXPECT_FALSE(report.contradiction);
  EXPECT_EQ(report.entries, 240U);
  EXPECT_EQ(*mirrors_.head(id_), after_.note(300));
}

TEST_F(RotatedPullTest, AHeadOfTheSameSizeIsServedUnderTheNewKey) {
  serve(after_, 60);
  EXPECT_FALSE(pull(after_).error);
  EXPECT_EQ(*mirrors_.head(id_), after_.note(60));
}

TEST_F(RotatedPullTest, AnotherHistoryUnderTheNewKeyIsAContradiction) {
  FakeLog other(kOrigin, 2);
  for (const std::size_t size : {std::size_t{60}, std::size_t{61}}) {
    serve(other, size);
    const auto report = pull(other);
    ASSERT_TRUE(report.error);
    EXPECT_EQ(report.error->code, ErrorCode::kInconsistent) << size;
    EXPECT_EQ(*mirrors_.head(id_), before_.note(60)) << "what was stored stays";
  }
}

}  // namespace
}  // namespace dure::node
