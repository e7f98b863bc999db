// SPDX-License-Identifier: Apache-2.0
// Pulling a log that the charter has sealed.
#include <gtest/gtest.h>

#include "node/replication/names.h"
#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

class SealedPullTest : public testing::Test {
 protected:
  SealedPullTest() : log_(kOrigin) { id_ = mirrors_.add_log(kOrigin); }

  void serve(std::size_t size) {
    log_.grow_to(size);
    network_[kHome].log = &log_;
    network_[kHome].size = size;
  }
  PullJob job() { return {{id_, kOrigin, false}, log_.keys(), {origin_location(kHome)}, {}}; }
  PullReport pull() { return pull(job()); }
  PullReport pull(const PullJob& what) {
    return pull_log(what, network_.opener(), mirrors_, mirrors_);
  }
  void expect_mirrored(std::size_t size) {
    ASSERT_EQ(mirrors_.mirror(id_)->stored, size);
    for (std::size_t i = 0; i < size; ++i)
      ASSERT_EQ(mirrors_.entry(id_, i)->leaf, log_.leaves()[i]);
  }

  FakeLog log_;
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  LogId id_ = 0;
};

// Of a log that the charter has sealed only the sealed head is pulled, whoever shows what.
TEST_F(SealedPullTest, PullsASealedLogToItsEndAndNoFurther) {
  serve(100);
  auto sealed = job();
  const auto head = parse_checkpoint(parse_note(log_.note(60))->text);
  sealed.end = LogEnd{head->size, head->root};
  EXPECT_EQ(pull(sealed).to, 0U) << "the newest head is not the one that counts";
  sealed.heads = {{log_.note(100), kHome}, {log_.note(60), kHome}};
  const auto report = pull(sealed);
  EXPECT_FALSE(report.error);
  EXPECT_EQ(report.head_size, 60U);
  expect_mirrored(60);
  EXPECT_EQ(*mirrors_.head(id_), log_.note(60));
  EXPECT_EQ(pull(sealed).entries, 0U);
}

TEST_F(SealedPullTest, SaysThatWhatItHoldsOfASealedLogIsAnotherHistory) {
  FakeLog other(kOrigin);
  other.grow_to(37);
  other.append("another history");
  other.grow_to(200);
  for (const std::size_t size : {50U, 150U}) {  // less and more than the sealed size
    id_ = mirrors_.add_log(kOrigin);
    network_[kHome].log = &other;
    network_[kHome].size = size;
    ASSERT_FALSE(pull().error);
    serve(100);
    auto sealed = job();
    const auto head = parse_checkpoint(parse_note(log_.note(100))->text);
    sealed.end = LogEnd{head->size, head->root};
    sealed.heads = {{other.note(200), kHome}, {log_.note(100), kHome}};
    const auto report = pull(sealed);
    ASSERT_TRUE(report.contradiction) << size;
    EXPECT_EQ(report.contradiction->offered, log_.note(100));
    EXPECT_EQ(report.to, size) << "nothing is stored over it";
  }
}

}  // namespace
}  // namespace dure::node
