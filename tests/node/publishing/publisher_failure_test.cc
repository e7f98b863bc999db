// SPDX-License-Identifier: Apache-2.0
// Every write of publishing fails in two ways: not kept, and kept but unanswered.
#include <thread>

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
  publisher().stop_signing(
      Error{ErrorCode::kQuarantined, "a peer has more", "recovery.twin", {{"url", "http://x"}}});
  const auto refused = publisher().publish(service("x"));
  EXPECT_EQ(refused.error().code, ErrorCode::kQuarantined);
  EXPECT_EQ(refused.error().text, "recovery.twin");
  EXPECT_EQ(refused.error().args.front().second, "http://x");
  EXPECT_EQ(log_.size(), 1U);
  EXPECT_EQ(lock_.history(), locked);
  publisher().stop_signing(Error{ErrorCode::kQuarantined, "another", "recovery.twin-fork"});
  EXPECT_EQ(publisher().quarantine()->text, "recovery.twin") << "the first reason stays";
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

TEST_F(PublisherFailureTest, StopsSigningWhenTold) {
  const auto locked = lock_.history();
  publisher().stop_signing({ErrorCode::kQuarantined, "a twin", "recovery.twin"});
  EXPECT_EQ(publisher().publish(service("x")).error().text, "recovery.twin");
  EXPECT_EQ(lock_.history(), locked);
  // Nor does an answer of the peers undo it.
  publisher().resume({});
  EXPECT_EQ(publisher().publish(service("x")).error().text, "recovery.twin");
  EXPECT_EQ(lock_.history(), locked);
}

/// Started without the newest entries, which come back while it runs.
class PublisherHealingTest : public PublisherFixture {
 protected:
  void SetUp() override {
    start();
    for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(publisher().publish(service(name)));
    publisher_.reset();
    whole_ = log_.entries();
    log_.truncate(1);
    start();
    ASSERT_EQ(publisher().quarantine()->text, "recovery.leaves-missing");
  }
  void TearDown() override {
    publisher_.reset();
    expect_one_history();
  }
  Recovered heal() {
    EXPECT_TRUE(log_.append(1, std::span(whole_).subspan(1)));
    const std::vector<VerifierKey> keys{signer_->verifier()};
    return *recover({kTestOrigin, keys, {}}, log_, lock_, log_.nodes());
  }
  void wait_until_it_signs() {
    while (publisher().quarantine()) std::this_thread::yield();
  }
  std::vector<NewEntry> whole_;
};

TEST_F(PublisherHealingTest, GoesOnFromWhereTheHealedLogEnds) {
  publisher().resume(heal());
  wait_until_it_signs();
  const auto receipt = publisher().publish(service("d"));
  ASSERT_TRUE(receipt) << receipt.error().detail;
  EXPECT_EQ(receipt->index, 3U);
  EXPECT_EQ(receipt->size, 4U);
}

TEST_F(PublisherHealingTest, ALogThatIsNotHealedStaysInQuarantine) {
  const std::vector<VerifierKey> keys{signer_->verifier()};
  publisher().resume(*recover({kTestOrigin, keys, {}}, log_, lock_, log_.nodes()));
  EXPECT_EQ(publisher().publish(service("d")).error().text, "recovery.leaves-missing");
  (void)heal();
}

TEST_F(PublisherHealingTest, WhatComesUpMeanwhileOutranksHealing) {
  whole_.push_back(test_entry(99));  // a leaf that no head covers: whoever signs, would sign now
  const auto healed = heal();
  const auto locked = lock_.history();
  publisher().stop_signing({ErrorCode::kQuarantined, "a twin", "recovery.twin"});
  publisher().resume(healed);
  EXPECT_EQ(publisher().publish(service("d")).error().text, "recovery.twin");
  publisher_.reset();
  EXPECT_EQ(lock_.history(), locked);
}

}  // namespace
}  // namespace dure::node
