// SPDX-License-Identifier: Apache-2.0
// Every write of publishing fails in two ways: not kept, and kept but unanswered.
#include "node/publishing/publisher_fixture.h"

namespace dure::node {
namespace {

class PublisherFailureTest : public PublisherFixture {
 protected:
  void SetUp() override {
    start();
    ASSERT_TRUE(publisher().publish(service("before", "s:before")));
  }
  void TearDown() override {
    publisher_.reset();
    if (!twin_signed_) expect_one_history();
  }
  bool twin_signed_ = false;
};

TEST_F(PublisherFailureTest, AnAppendThatKeptNothingCanBeTriedAgain) {
  log_.fail_append.arm(Failure::kBeforeWrite);
  EXPECT_EQ(publisher().publish(service("x", "s:x")).error().code, ErrorCode::kStorage);
  EXPECT_EQ(log_.size(), 1U);
  const auto receipt = publisher().publish(service("x", "s:x"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->index, 1U);
  EXPECT_EQ(receipt->size, 2U);
}

TEST_F(PublisherFailureTest, AnAppendThatKeptEverythingIsFoundWhenTriedAgain) {
  log_.fail_append.arm(Failure::kAfterWrite);
  EXPECT_EQ(publisher().publish(service("x", "s:x")).error().code, ErrorCode::kStorage);
  EXPECT_EQ(log_.size(), 2U);
  EXPECT_EQ(locked_size(), 1U);
  // Until something else is known to be on disk, nobody is told that this entry is.
  EXPECT_EQ(publisher().publish(service("x", "s:x")).error().code, ErrorCode::kStorage);
  EXPECT_EQ(locked_size(), 1U);
  ASSERT_EQ(publisher().publish(service("y"))->size, 3U);
  const auto receipt = publisher().publish(service("x", "s:x"));
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->unchanged);
  EXPECT_EQ(receipt->index, 1U);
}

TEST_F(PublisherFailureTest, AHeadLockThatKeptNothingStopsSigning) {
  const auto locked = lock_.history();
  lock_.fail_next.arm(Failure::kBeforeWrite);
  const auto refused = publisher().publish(service("x"));
  EXPECT_EQ(refused.error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(refused.error().text, "publishing.head-lock-failed");
  EXPECT_EQ(publisher().publish(service("y")).error().code, ErrorCode::kQuarantined);
  ASSERT_TRUE(publisher().quarantine());
  EXPECT_EQ(lock_.history(), locked);
  // Starting again reads the truth from the lock.
  start();
  EXPECT_FALSE(publisher().quarantine());
  EXPECT_EQ(publisher().publish(service("z"))->size, 3U);
}

TEST_F(PublisherFailureTest, AHeadLockThatKeptTheHeadStopsSigningToo) {
  lock_.fail_next.arm(Failure::kAfterWrite);
  EXPECT_EQ(publisher().publish(service("x", "s:x")).error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(locked_size(), 2U);
  EXPECT_NE(*lock_.head(), *log_.published_head());
  start();
  EXPECT_EQ(*lock_.head(), *log_.published_head());
  EXPECT_TRUE(publisher().publish(service("x", "s:x"))->unchanged);
}

TEST_F(PublisherFailureTest, ATwinsHeadStopsSigning) {
  twin_signed_ = true;
  CompactRange twin = *log_.range();
  twin.append(hash_leaf("the twin's entry"));
  const std::string note = format_note(test_head(twin, *signer_).note);
  ASSERT_TRUE(lock_.replace_head(*lock_.head(), note));
  const auto refused = publisher().publish(service("x"));
  EXPECT_EQ(refused.error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(refused.error().text, "publishing.head-lock-conflict");
  EXPECT_EQ(**lock_.head(), note);
}

TEST_F(PublisherFailureTest, ATwinThatAPeerShowsStopsSigning) {
  const auto locked = lock_.history();
  publisher().stop_signing("forks.twin-ahead", "a peer has more", {{"url", "http://x"}});
  const auto refused = publisher().publish(service("x"));
  EXPECT_EQ(refused.error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(refused.error().text, "forks.twin-ahead");
  EXPECT_EQ(refused.error().args.front().second, "http://x");
  EXPECT_EQ(log_.size(), 1U);
  EXPECT_EQ(lock_.history(), locked);
  publisher().stop_signing("forks.twin-differs", "another", {});
  EXPECT_EQ(publisher().quarantine()->text, "forks.twin-ahead") << "the first reason stays";
}

TEST_F(PublisherFailureTest, AnUnpublishedHeadIsPublishedWithTheNext) {
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    log_.fail_publish_head.arm(failure);
    const auto receipt = publisher().publish(service("x"));
    ASSERT_TRUE(receipt);  // signed and durable all the same
    ASSERT_TRUE(publisher().publish(service("before", "s:before"))->unchanged);
    EXPECT_EQ(*lock_.head(), *log_.published_head());
  }
}

TEST_F(PublisherFailureTest, EntriesOfSomebodyElseStopSigning) {
  ASSERT_TRUE(log_.append(1, {{test_entry(9)}}));
  EXPECT_EQ(publisher().publish(service("x")).error().code, ErrorCode::kStorage);
  EXPECT_EQ(publisher().publish(service("x")).error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(publisher().quarantine()->text, "publishing.log-changed");
}

}  // namespace
}  // namespace dure::node
