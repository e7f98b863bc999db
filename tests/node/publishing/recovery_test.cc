// SPDX-License-Identifier: Apache-2.0
// Every way in which head lock, leaves, published head and peers can agree or not.
#include "publishing/recovery.h"

#include <gtest/gtest.h>

#include "support/memory_head_lock.h"
#include "support/memory_own_log.h"
#include "support/sample_entries.h"

namespace dure::node {
namespace {

class RecoveryTest : public testing::Test {
 protected:
  void fill(std::uint64_t count) {
    std::vector<NewEntry> entries;
    for (std::uint64_t i = 0; i < count; ++i) entries.push_back(test_entry(log_.size() + i));
    ASSERT_TRUE(log_.append(log_.size(), entries));
  }
  /// The head of the first `size` leaves.
  SignedCheckpoint head_at(std::uint64_t size) {
    CompactRange range;
    for (std::uint64_t i = 0; i < size; ++i) range.append(hash_leaf(test_entry(i).leaf));
    return test_head(range, *signer_);
  }
  /// A head of `size` other leaves.
  SignedCheckpoint fork_at(std::uint64_t size) {
    CompactRange range;
    for (std::uint64_t i = 0; i < size; ++i) range.append(hash_leaf(test_entry(i + 1000).leaf));
    return test_head(range, *signer_);
  }
  void lock(const SignedCheckpoint& head) {
    ASSERT_TRUE(lock_.replace_head(*lock_.head(), format_note(head.note)));
  }
  Recovered run() {
    const std::vector<VerifierKey> keys{signer_->verifier()};
    auto recovered = recover({kTestOrigin, keys, peers_}, log_, lock_, log_.nodes());
    EXPECT_TRUE(recovered);
    return std::move(*recovered);
  }
  std::string quarantined() {
    const auto before = *log_.published_head();
    const auto recovered = run();
    EXPECT_EQ(*log_.published_head(), before);  // in doubt nothing new is shown to the public
    if (!recovered.quarantine) return "";
    EXPECT_EQ(recovered.quarantine->code, ErrorCode::kQuarantined);
    EXPECT_FALSE(recovered.quarantine->detail.empty());
    return recovered.quarantine->text;
  }

  MemoryOwnLog log_;
  MemoryHeadLock lock_;
  std::unique_ptr<Signer> signer_ = test_signer();
  std::vector<std::string> peers_;
};

TEST_F(RecoveryTest, ANewNodeMaySign) {
  const auto recovered = run();
  EXPECT_FALSE(recovered.quarantine);
  EXPECT_FALSE(recovered.head);
  EXPECT_EQ(recovered.leaves.size(), 0U);
}

TEST_F(RecoveryTest, AgreementNeedsNothing) {
  fill(5);
  lock(head_at(5));
  ASSERT_TRUE(log_.publish_head(head_at(5)));
  const auto recovered = run();
  EXPECT_FALSE(recovered.quarantine);
  EXPECT_FALSE(recovered.republished);
  EXPECT_EQ(recovered.head->checkpoint.size, 5U);
}

TEST_F(RecoveryTest, ALockedHeadThatWasNotPublishedIsRepublished) {
  fill(5);
  lock(head_at(5));
  for (const bool older_is_public : {false, true}) {
    log_.set_published(older_is_public ? std::optional(format_note(head_at(3).note))
                                       : std::nullopt);
    const auto recovered = run();
    EXPECT_FALSE(recovered.quarantine);
    EXPECT_TRUE(recovered.republished);
    EXPECT_EQ(**log_.published_head(), format_note(head_at(5).note));
  }
}

TEST_F(RecoveryTest, LeavesBeyondTheHeadWaitForTheNextOne) {
  fill(9);
  lock(head_at(5));
  ASSERT_TRUE(log_.publish_head(head_at(5)));
  const auto recovered = run();
  EXPECT_FALSE(recovered.quarantine);
  EXPECT_EQ(recovered.head->checkpoint.size, 5U);
  EXPECT_EQ(recovered.leaves.size(), 9U);
}

TEST_F(RecoveryTest, LeavesThatWereNeverSignedWaitForTheFirstHead) {
  fill(2);
  const auto recovered = run();
  EXPECT_FALSE(recovered.quarantine);
  EXPECT_FALSE(recovered.head);
  EXPECT_EQ(recovered.leaves.size(), 2U);
}

TEST_F(RecoveryTest, FewerLeavesThanSignedQuarantine) {
  fill(5);
  lock(head_at(5));
  log_.truncate(4);
  EXPECT_EQ(quarantined(), "recovery.leaves-missing");
}

TEST_F(RecoveryTest, OtherLeavesThanSignedQuarantine) {
  fill(5);
  lock(fork_at(5));
  EXPECT_EQ(quarantined(), "recovery.root-differs");
  fill(3);
  EXPECT_EQ(quarantined(), "recovery.root-differs");
}

TEST_F(RecoveryTest, AHeadByAnotherKeyOrForAnotherLogQuarantines) {
  fill(5);
  const auto other_key = test_head(*log_.range(), *test_signer(kTestOrigin, 9));
  lock(other_key);
  EXPECT_EQ(quarantined(), "recovery.head-lock-foreign");
  const std::string other_origin = "other.example/dure/1";
  lock(test_head(*log_.range(), *test_signer(other_origin), other_origin));
  EXPECT_EQ(quarantined(), "recovery.head-lock-foreign");
  ASSERT_TRUE(lock_.replace_head(*lock_.head(), "damaged"));
  EXPECT_EQ(quarantined(), "recovery.head-lock-foreign");
}

TEST_F(RecoveryTest, APublishedHeadThatTheLockDoesNotCoverQuarantines) {
  fill(5);
  log_.set_published(format_note(head_at(5).note));
  EXPECT_EQ(quarantined(), "recovery.published-ahead");  // an empty lock: it was made anew
  lock(head_at(3));
  EXPECT_EQ(quarantined(), "recovery.published-ahead");
  lock(head_at(5));
  log_.set_published(format_note(fork_at(5).note));
  EXPECT_EQ(quarantined(), "recovery.published-ahead");
  log_.set_published(format_note(fork_at(4).note));
  EXPECT_EQ(quarantined(), "recovery.root-differs");
  log_.set_published("damaged");
  EXPECT_EQ(quarantined(), "recovery.published-foreign");
}

TEST_F(RecoveryTest, PeersWithOlderHeadsOfTheSameHistoryAreFine) {
  fill(5);
  lock(head_at(5));
  peers_ = {format_note(head_at(3).note), format_note(head_at(5).note),
            format_note(head_at(0).note)};
  EXPECT_FALSE(run().quarantine);
}

TEST_F(RecoveryTest, APeerWithANewerHeadQuarantinesEvenIfTheLeavesAreHere) {
  fill(9);
  lock(head_at(5));
  ASSERT_TRUE(log_.publish_head(head_at(5)));
  for (const std::uint64_t size : {6U, 9U, 20U}) {
    peers_ = {format_note(head_at(size).note)};
    EXPECT_EQ(quarantined(), "recovery.peer-ahead");
  }
}

TEST_F(RecoveryTest, APeerWithAnotherHistoryQuarantines) {
  fill(5);
  lock(head_at(5));
  ASSERT_TRUE(log_.publish_head(head_at(5)));
  for (const std::uint64_t size : {3U, 5U}) {
    peers_ = {format_note(fork_at(size).note)};
    EXPECT_EQ(quarantined(), "recovery.peer-differs");
  }
}

TEST_F(RecoveryTest, PeersCannotQuarantineWithHeadsThatWeDidNotSign) {
  fill(5);
  lock(head_at(5));
  CompactRange range = *log_.range();
  range.append(hash_leaf("made up"));
  peers_ = {"nonsense", format_note(test_head(range, *test_signer(kTestOrigin, 9)).note)};
  EXPECT_FALSE(run().quarantine);
}

class ShownHeadTest : public RecoveryTest {
 protected:
  std::string judged(const std::string& note, std::uint64_t signed_size) {
    const std::vector<VerifierKey> keys{signer_->verifier()};
    const auto error =
        judge_shown_head(note, "http://peer", {kTestOrigin, keys, signed_size}, log_.nodes());
    EXPECT_TRUE(error);
    if (!*error) return "";
    EXPECT_EQ((*error)->code, ErrorCode::kQuarantined);
    return (*error)->text;
  }
};

TEST_F(ShownHeadTest, OurOwnHistoryMeansNothing) {
  fill(9);
  for (const std::uint64_t size : {0U, 1U, 5U, 8U})
    EXPECT_EQ(judged(format_note(head_at(size).note), 8), "") << size;
}

TEST_F(ShownHeadTest, AHeadBeyondWhatWeSignedIsATwins) {
  fill(9);
  EXPECT_EQ(judged(format_note(head_at(9).note), 8), "recovery.twin");
  EXPECT_EQ(judged(format_note(fork_at(20).note), 8), "recovery.twin");
}

TEST_F(ShownHeadTest, AnotherTreeOfASizeThatWeSignedIsAFork) {
  fill(9);
  for (const std::uint64_t size : {1U, 5U, 8U})
    EXPECT_EQ(judged(format_note(fork_at(size).note), 8), "recovery.twin-fork") << size;
}

TEST_F(ShownHeadTest, WhatOurKeyDidNotSignMeansNothing) {
  fill(9);
  EXPECT_EQ(judged("nonsense", 8), "");
  EXPECT_EQ(judged(format_note(test_head(*log_.range(), *test_signer(kTestOrigin, 9)).note), 8),
            "");
  // Every flipped byte of a twin's head: either it is still a head by our key, or it is nothing.
  const std::string twin = format_note(fork_at(5).note);
  for (std::size_t i = 0; i < twin.size(); ++i) {
    std::string changed = twin;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(judged(changed, 8), "") << i;
  }
}

}  // namespace
}  // namespace dure::node
