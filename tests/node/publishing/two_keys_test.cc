// SPDX-License-Identifier: Apache-2.0
// While one log key replaces the other: heads with two signatures, and the newest signed anew.
#include <gtest/gtest.h>

#include "node/publishing/publisher_fixture.h"
#include "publishing/head_signer.h"

namespace dure::node {
namespace {

class TwoKeysTest : public PublisherFixture {
 protected:
  void SetUp() override {
    start();
    for (const char* text : {"하나", "둘", "셋"}) ASSERT_TRUE(publisher().publish(service(text)));
    publisher_.reset();
  }
  PublisherPorts both() {
    auto surroundings = ports();
    surroundings.signer = next_.get();
    surroundings.second = signer_.get();
    return surroundings;
  }
  PublisherPorts new_alone() {
    auto surroundings = ports();
    surroundings.signer = next_.get();
    return surroundings;
  }
  Recovered recovered(const std::vector<VerifierKey>& keys,
                      const std::vector<VerifierKey>& stored = {},
                      const std::vector<std::string>& peers = {}) {
    return *recover({kTestOrigin, keys, peers, stored}, log_, lock_, log_.nodes());
  }
  const VerifierKey& old_key() const { return signer_->verifier(); }
  const VerifierKey& new_key() const { return next_->verifier(); }
  static bool opens(const std::string& note, const VerifierKey& key) {
    return open_checkpoint(note, kTestOrigin, {&key, 1}).has_value();
  }
  std::string locked() { return **lock_.head(); }
  std::string shown() { return **log_.published_head(); }
  std::unique_ptr<Signer> next_ = test_signer(kTestOrigin, 9);
};

TEST_F(TwoKeysTest, TheNewestHeadIsSignedOnceMoreByBoth) {
  auto found = recovered({old_key(), new_key()});
  ASSERT_TRUE(sign_anew(both(), found));
  for (const auto& note : {locked(), shown(), format_note(found.head->note)}) {
    EXPECT_TRUE(opens(note, old_key()));
    EXPECT_TRUE(opens(note, new_key()));
  }
  EXPECT_EQ(found.head->checkpoint.size, 3U);
  const auto count = lock_.history().size();
  ASSERT_TRUE(sign_anew(both(), found));
  EXPECT_EQ(lock_.history().size(), count) << "there is nothing to do twice";
}

TEST_F(TwoKeysTest, EveryFurtherHeadHasBothSignatures) {
  auto found = recovered({old_key(), new_key()});
  publisher_ = Publisher::start(both(), found);
  ASSERT_TRUE(publisher().publish(service("넷")));
  EXPECT_TRUE(opens(locked(), old_key()));
  EXPECT_TRUE(opens(locked(), new_key()));
  EXPECT_EQ(publisher().signed_size(), 4U);
}

TEST_F(TwoKeysTest, AHeadOfTheOldKeyIsTakenOverByTheNewOne) {
  EXPECT_TRUE(recovered({new_key()}).quarantine) << "nobody says that the old key ever counted";
  auto found = recovered({new_key()}, {new_key(), old_key()});
  ASSERT_FALSE(found.quarantine);
  ASSERT_TRUE(sign_anew(new_alone(), found));
  EXPECT_TRUE(opens(locked(), new_key()));
  EXPECT_FALSE(opens(locked(), old_key()));
  EXPECT_FALSE(recovered({new_key()}).quarantine);
}

// The thief of a key that does not count any more stops nobody.
TEST_F(TwoKeysTest, HeadsOfAFormerKeyThatPeersShowMeanNothing) {
  CompactRange other;
  for (std::uint64_t i = 0; i < 9; ++i) other.append(hash_leaf(test_entry(1000 + i).leaf));
  const std::vector<std::string> stolen = {format_note(test_head(other, *signer_).note)};
  EXPECT_FALSE(recovered({new_key()}, {new_key(), old_key()}, stolen).quarantine);
  EXPECT_TRUE(recovered({new_key(), old_key()}, {}, stolen).quarantine) << "while it counts";
  const std::vector<VerifierKey> now = {new_key()}, then = {old_key()};
  const auto judged = [&](const std::vector<VerifierKey>& keys) {
    return judge_shown_head(stolen[0], "x", {kTestOrigin, keys, 3}, log_.nodes())->has_value();
  };
  EXPECT_FALSE(judged(now));
  EXPECT_TRUE(judged(then));
}

TEST_F(TwoKeysTest, NothingIsSignedAnewInAQuarantine) {
  auto found = recovered({old_key(), new_key()});
  const auto before = locked();
  found.quarantine = Error{ErrorCode::kQuarantined, "waits"};
  ASSERT_TRUE(sign_anew(both(), found));
  EXPECT_EQ(locked(), before);
}

TEST_F(TwoKeysTest, ATwinThatMovedTheHeadLockStopsIt) {
  auto found = recovered({old_key(), new_key()});
  ASSERT_TRUE(lock_.replace_head(locked(), "another"));
  EXPECT_EQ(sign_anew(both(), found).error().code, ErrorCode::kConflict);
}

// Not persisted; persisted but unanswered: the next start does it, or finds it done.
TEST_F(TwoKeysTest, AFailedWriteIsDoneByTheNextStart) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    auto found = recovered({old_key(), new_key()});
    lock_.fail_next.arm(failure);
    const auto failed = sign_anew(both(), found);
    auto again = recovered({old_key(), new_key()});
    ASSERT_FALSE(again.quarantine);
    ASSERT_TRUE(sign_anew(both(), again));
    EXPECT_TRUE(opens(locked(), new_key()));
    EXPECT_EQ(failed.has_value(), false);
    auto undone = recovered({old_key(), new_key()});  // by the old key alone again
    ASSERT_TRUE(lock_.replace_head(locked(), format_note(test_head(undone.leaves, *signer_).note)));
  }
}

}  // namespace
}  // namespace dure::node
