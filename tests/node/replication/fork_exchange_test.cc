// SPDX-License-Identifier: Apache-2.0
// Proofs from peers: verified, bounded, kept, passed on.
#include "node/replication/fork_watch_fixture.h"

namespace dure::node {
namespace {

TEST_F(ForkWatchTest, TakesVerifiedProofsFromPeersAndPassesThemOn) {
  follow(200);
  offer({proof_of(100, 150)});
  ASSERT_TRUE(exchange());
  expect_convicted();
  EXPECT_EQ(watch_->list(), *parse_fork_list(network_[kPeer].extra["/federation/forks"]));
  network_.forget();
  ASSERT_TRUE(exchange());
  EXPECT_EQ(network_.fetches(), 1U) << "a known proof is not fetched again";
  start();
  expect_convicted();
}

TEST_F(ForkWatchTest, EveryFlippedByteOfAProofFromAPeerIsRefused) {
  const std::string genuine = proof_of(100, 150);
  for (std::size_t i = 0; i < genuine.size(); ++i) {
    std::string changed = genuine;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    offer({changed});
    ASSERT_TRUE(exchange());
  }
  expect_innocent();
  EXPECT_TRUE(evidence_->suspicions()->empty());
}

TEST_F(ForkWatchTest, RubbishFromAPeerIsFetchedOnceAndInPortions) {
  std::vector<std::string> rubbish;
  for (int i = 0; i < 40; ++i) rubbish.push_back("rubbish " + std::to_string(i));
  offer(rubbish);
  for (const std::size_t expected : {kMaxForkFetches, kMaxForkFetches, std::size_t{8}}) {
    network_.forget();
    ASSERT_TRUE(exchange());
    EXPECT_EQ(network_.fetches(), 1 + expected);
  }
  network_.forget();
  ASSERT_TRUE(exchange());
  EXPECT_EQ(network_.fetches(), 1U);
  offer({std::string(kMaxForkProofBytes + 1, 'x')});
  ASSERT_TRUE(exchange());
  network_[kPeer].extra["/federation/forks"] = "{\"forks\":7}";
  EXPECT_EQ(exchange().error().code, ErrorCode::kMalformed);
  expect_innocent();
}

TEST_F(ForkWatchTest, AFileUnderAnothersNameIsNotTaken) {
  const std::string genuine = proof_of(100, 150), another = proof_of(101, 150);
  offer({genuine});
  network_[kPeer].extra["/federation/forks/" + fork_name(genuine)] = another;
  ASSERT_TRUE(exchange());
  expect_innocent();
}

TEST_F(ForkWatchTest, AProofAgainstAnUnknownLogIsIgnored) {
  options_.keys = [](std::string_view) { return std::vector<VerifierKey>{}; };
  start();
  offer({proof_of(100, 150)});
  ASSERT_TRUE(exchange());
  EXPECT_EQ(network_.fetches(), 1U);
  expect_innocent();
}

TEST_F(ForkWatchTest, KeepsAFewProofsOfOneLogAndTheEarliestParting) {
  std::vector<std::string> files;
  for (std::size_t size = 100; size < 100 + 2 * kMaxForksPerLog; ++size)
    files.push_back(proof_of(size, 150));
  offer(files);
  ASSERT_TRUE(exchange());
  EXPECT_EQ(watch_->list().size(), kMaxForksPerLog);
  FakeLog third(kOrigin);
  third.append("parted at once");
  third.grow_to(150);
  const auto bare = prove_fork(kOrigin, {log_.note(150), {}}, {third.note(150), {}}, log_.keys());
  offer({format_fork_proof(*bare)});
  ASSERT_TRUE(exchange());
  EXPECT_EQ(watch_->list().size(), kMaxForksPerLog);
  EXPECT_EQ(watch_->shown_until(kOrigin), 0U);
}

TEST_F(ForkWatchTest, AWriteThatFailsLosesNothing) {
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    for (const auto write :
         {&MemoryEvidence::fail_keep, &MemoryEvidence::fail_suspect, &MemoryEvidence::fail_fork}) {
      SCOPED_TRACE(static_cast<int>(failure));
      evidence_ = std::make_unique<MemoryEvidence>();
      start();
      errors_ = 0;
      ((*evidence_).*write).arm(failure);
      offer({proof_of(100, 150)});
      const auto first = exchange();
      EXPECT_EQ(errors_, 1);
      EXPECT_FALSE(((*evidence_).*write).armed());
      EXPECT_TRUE(first || first.error().code == ErrorCode::kStorage);
      const bool kept = failure == Failure::kAfterWrite || write != &MemoryEvidence::fail_fork;
      EXPECT_EQ(watch_->shown_until(kOrigin), kept ? 37U : kShowAll) << "what is kept counts";
      ASSERT_TRUE(exchange());
      EXPECT_EQ(watch_->shown_until(kOrigin), 37U);
      EXPECT_EQ(evidence_->forks()->size(), 1U);
    }
  }
}

}  // namespace
}  // namespace dure::node
