// SPDX-License-Identifier: Apache-2.0
// A log that tells two histories is noticed, proven to the entry, and not believed any further.
#include "replication/fork_watch.h"

#include "node/replication/fork_watch_fixture.h"
#include "replication/replicator.h"

namespace dure::node {
namespace {

TEST_F(ForkWatchTest, AnHonestLogLeavesHeadsAndNoSuspicion) {
  for (const std::size_t size : {10U, 50U, 300U}) follow(size);
  expect_innocent();
  const auto heads = *evidence_->heads(kOrigin);
  ASSERT_EQ(heads.size(), 3U);
  for (const auto& head : heads) EXPECT_EQ(head.standing, Standing::kFits);
  EXPECT_EQ(heads[1].note, log_.note(50));
  EXPECT_EQ(heads[1].shown_by, kHome);
}

TEST_F(ForkWatchTest, ALargerHeadOfAnotherHistoryIsProvenToTheEntry) {
  follow(200);
  serve(other_, 400);
  EXPECT_EQ(pull().error->code, ErrorCode::kInconsistent);
  expect_convicted();
  EXPECT_EQ(proven_.size(), 1U);
}

TEST_F(ForkWatchTest, ASmallerHeadIsProvenFromTheTilesOfWhoShowedIt) {
  follow(200);
  serve(other_, 100, kPeer);
  pull({{other_.note(100), kPeer}});
  expect_convicted();
}

TEST_F(ForkWatchTest, AnotherHistoryShownBetweenTwoPullsIsFoundWhenTheDataAreHere) {
  follow(100);
  serve(log_, 300);
  serve(other_, 250, kPeer);
  EXPECT_EQ(pull({{log_.note(300), kHome}, {other_.note(250), kPeer}}).to, 300U);
  expect_convicted();
}

TEST_F(ForkWatchTest, OneSizeNeedsNoTilesAndTheEntryIsFoundLater) {
  follow(200);
  network_[kPeer];  // answers nothing
  pull({{other_.note(200), kPeer}});
  expect_convicted(0);
  serve(other_, 200, kPeer);
  watch_->search({kPeer});
  EXPECT_EQ(watch_->shown_until(kOrigin), 0U) << "not before the pause is over";
  now_ += std::chrono::seconds{30};
  watch_->search({kPeer});
  expect_convicted(37);
  EXPECT_EQ(watch_->list().size(), 1U) << "the better proof replaces the bare one";
}

TEST_F(ForkWatchTest, WithoutTheOtherTilesTwoHeadsStayASuspicion) {
  follow(200);
  network_[kPeer];
  pull({{other_.note(100), kPeer}});
  EXPECT_TRUE(watch_->frozen(kOrigin));
  EXPECT_EQ(watch_->shown_until(kOrigin), kShowAll);
  const auto forked = watch_->forked();
  ASSERT_EQ(forked.size(), 1U);
  EXPECT_FALSE(forked[0].fork);
  ASSERT_TRUE(forked[0].suspicion);
  EXPECT_EQ(forked[0].suspicion->known, log_.note(200));
  EXPECT_EQ(forked[0].suspicion->offered, other_.note(100));
  // Some other peer has them, long after and over a restart.
  start();
  EXPECT_TRUE(watch_->frozen(kOrigin));
  serve(other_, 150, "http://third");
  watch_->search({"http://third"});
  expect_convicted();
}

TEST_F(ForkWatchTest, ARetryWaitsLongerEachTime) {
  follow(200);
  network_[kPeer];
  pull({{other_.note(100), kPeer}});
  network_.forget();
  int tries = 0;
  for (int minute = 0; minute < 60; ++minute) {
    now_ += std::chrono::minutes{1};
    const auto before = network_.fetches();
    watch_->search({kPeer});
    tries += network_.fetches() > before ? 1 : 0;
  }
  EXPECT_GE(tries, 3);
  EXPECT_LE(tries, 8);
}

TEST_F(ForkWatchTest, AHeadThatCouldNotBeComparedIsComparedLater) {
  follow(100);
  network_[kPeer];
  pull({{other_.note(250), kPeer}}, {mirror_location(kPeer, kOrigin)});  // its data cannot be had
  expect_innocent();
  EXPECT_EQ(evidence_->heads(kOrigin)->back().standing, Standing::kOpen);
  start();
  serve(log_, 300);
  pull();
  ASSERT_TRUE(watch_->frozen(kOrigin));
  EXPECT_EQ(watch_->forked()[0].suspicion->offered, other_.note(250));
}

TEST_F(ForkWatchTest, WhatTheWitnessWasShownCounts) {
  follow(200);
  watch_->saw(log_.note(150), kOrigin, "");
  expect_innocent();
  std::string forged = other_.note(200);
  forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
  watch_->saw(forged, kOrigin, "");
  watch_->saw(FakeLog(kOrigin, 9).note(0), kOrigin, "");
  watch_->saw(other_.note(200), "unknown.go.kr/dure/1", "");
  expect_innocent();
  watch_->saw(other_.note(200), kOrigin, "");
  EXPECT_TRUE(watch_->frozen(kOrigin));
  watch_->search({});
  expect_convicted(0);
}

TEST_F(ForkWatchTest, TwoHeadsOfALogThatIsNotMirroredContradictByTheirSize) {
  MemoryMirrors nothing;
  watch_ = std::move(*ForkWatch::open(*evidence_, nothing, network_.opener(), options_));
  watch_->saw(log_.note(200), kOrigin, "");
  watch_->saw(other_.note(201), kOrigin, "");
  expect_innocent();
  watch_->saw(other_.note(200), kOrigin, "");
  watch_->search({});
  expect_convicted(0);
  watch_.reset();  // before what it reads
}

TEST_F(ForkWatchTest, ASuspicionThatCouldNotBeKeptIsRaisedAgain) {
  follow(200);
  network_[kPeer];
  evidence_->fail_suspect.arm(Failure::kBeforeWrite);
  pull({{other_.note(100), kPeer}});
  EXPECT_FALSE(watch_->frozen(kOrigin));
  watch_->saw(other_.note(100), kOrigin, kPeer);
  EXPECT_TRUE(watch_->frozen(kOrigin));
}

TEST_F(ForkWatchTest, DroppingThePeerLetsTheLogBeFollowedButShowsNothingMore) {
  follow(200);
  offer({proof_of(100, 150)});
  ASSERT_TRUE(exchange());
  ASSERT_TRUE(watch_->dismiss(kOrigin));
  EXPECT_FALSE(watch_->frozen(kOrigin));
  EXPECT_EQ(watch_->shown_until(kOrigin), 37U);
  offer({proof_of(101, 150)});  // the same parting, told by other heads
  ASSERT_TRUE(exchange());
  EXPECT_FALSE(watch_->frozen(kOrigin));
}

TEST_F(ForkWatchTest, ADecisionShowsTheEntriesAgainAndHoldsForTheSameParting) {
  offer({proof_of(100, 150)});
  ASSERT_TRUE(exchange());
  ASSERT_TRUE(watch_->decide(kOrigin, "charter 7"));
  EXPECT_EQ(watch_->shown_until(kOrigin), kShowAll);
  EXPECT_EQ(watch_->forked()[0].decision, "charter 7");
  offer({proof_of(101, 150)});
  ASSERT_TRUE(exchange());
  EXPECT_EQ(watch_->shown_until(kOrigin), kShowAll);
  start();
  EXPECT_EQ(watch_->shown_until(kOrigin), kShowAll);
}

// A charter that seals the log says where its history ends: nothing behind it is shown, and whoever
// shows the other history raises no suspicion any more.
TEST_F(ForkWatchTest, ASealedLogEndsThereAndIsFollowedTowardsIt) {
  std::optional<LogEnd> end;
  options_.end_of = [&](std::string_view origin) { return origin == kOrigin ? end : std::nullopt; };
  start();
  follow(100);
  serve(other_, 150);
  EXPECT_TRUE(pull().contradiction);
  EXPECT_TRUE(watch_->frozen(kOrigin));
  EXPECT_EQ(watch_->shown_until(kOrigin), 37U);
  const auto head = parse_checkpoint(parse_note(log_.note(80))->text);
  end = LogEnd{head->size, head->root};
  EXPECT_FALSE(watch_->frozen(kOrigin));
  EXPECT_EQ(watch_->shown_until(kOrigin), 37U) << "until what is stored was compared with the seal";
  ASSERT_TRUE(watch_->decide(kOrigin, "charter 7"));
  ASSERT_TRUE(watch_->dismiss(kOrigin));
  EXPECT_EQ(watch_->shown_until(kOrigin), 80U);
  watch_->saw(other_.note(160), kOrigin, kPeer);
  end.reset();
  EXPECT_FALSE(watch_->frozen(kOrigin)) << "no suspicion came up meanwhile";
}

class TwinTest : public ForkWatchTest {
 protected:
  TwinTest() {
    own_id_ = mirrors_.add_log(kOwn);  // as far as reading goes
    VerifiedBundle bundle;
    for (std::size_t i = 0; i < own_.size(); ++i)
      bundle.entries.push_back({own_.leaves()[i], own_.salts()[i], own_.bodies()[i]});
    mirrors_.store(own_id_, bundle, [](const Status& status) { EXPECT_TRUE(status); });
  }
  LogId own_id_ = 0;
};

TEST_F(TwinTest, OurOwnHeadsAreNoNews) {
  for (const std::size_t size : {0U, 1U, 20U}) watch_->saw(own_.note(size), kOwn, kPeer);
  EXPECT_TRUE(twins_.empty());
  EXPECT_TRUE(evidence_->heads(kOwn)->empty());
}

TEST_F(TwinTest, AHeadAheadOfUsIsATwin) {
  own_.grow_to(21);
  watch_->saw(own_.note(21), kOwn, kPeer);
  EXPECT_EQ(twins_, std::vector{Twin::kAhead});
  EXPECT_FALSE(watch_->frozen(kOwn));
}

TEST_F(TwinTest, AnotherHistoryUnderOurKeyIsATwinForGood) {
  FakeLog twin(kOwn, 7);
  twin.grow_to(5);
  twin.append("by the twin");
  twin.grow_to(20);
  watch_->saw(twin.note(9), kOwn, kPeer);
  EXPECT_EQ(twins_, std::vector{Twin::kDiffers});
  EXPECT_TRUE(watch_->frozen(kOwn));
  start();
  EXPECT_TRUE(watch_->frozen(kOwn));
  serve(twin, 9, kPeer);
  ASSERT_TRUE(mirrors_.complete(own_id_, own_.note(20)));
  watch_->search({});
  EXPECT_EQ(watch_->shown_until(kOwn), 5U);
}

TEST_F(TwinTest, AProofAgainstUsTellsOfTheTwinWhicheverHeadIsLarger) {
  for (const std::size_t twins_size : {9U, 30U}) {
    FakeLog twin(kOwn, 7);
    twin.grow_to(5);
    twin.append("by twin " + std::to_string(twins_size));
    twin.grow_to(twins_size);
    const auto tree = [](const FakeLog& log) {
      return [&log](unsigned level, std::uint64_t index) -> Result<Hash> {
        std::vector<Hash> leaves;
        for (const auto& leaf : log.leaves()) leaves.push_back(hash_leaf(leaf));
        return tree_root(std::span<const Hash>(leaves).subspan(index << level, 1U << level));
      };
    };
    offer({format_fork_proof(*prove_fork(kOwn, {own_.note(20), tree(own_)},
                                         {twin.note(twins_size), tree(twin)}, own_.keys()))},
          kOwn);
    twins_.clear();
    twin_notes_.clear();
    ASSERT_TRUE(exchange());
    EXPECT_EQ(twins_, std::vector{Twin::kDiffers});
    EXPECT_EQ(twin_notes_, std::vector{twin.note(twins_size)});
  }
}

TEST_F(TwinTest, SomebodyElsesKeyIsNoTwin) {
  watch_->saw(FakeLog(kOwn, 8).note(0), kOwn, kPeer);
  EXPECT_TRUE(twins_.empty());
}

TEST_F(ForkWatchTest, TheReplicatorFollowsNeitherBranchAndExchangesInTheSameRound) {
  ReplicatorOptions options;
  options.own_origin = kOwn;
  options.clock = options_.clock;
  options.frozen = [this](std::string_view origin) { return watch_->frozen(origin); };
  options.on_head = [this](const std::string& note, const std::string& origin,
                           const std::string& url) { watch_->saw(note, origin, url); };
  options.on_judged = [this](const PullJob& job, const PullReport& report) {
    watch_->pulled(job, report);
  };
  options.exchange = [this](const std::string& url, Source& source) {
    return watch_->exchange(url, source);
  };
  const auto announce = [&](const FakeLog& log, std::size_t size, const char* url) {
    serve(log, size, url);
    network_[url].extra["/federation/heads"] =
        format_heads({{log.origin(), log.note(size)}, {kOwn, own_.note(21)}});
  };
  own_.grow_to(21);
  announce(log_, 200, kHome);
  Replicator replica(
      [this] {
        return std::vector{ReplicationPeer{id_, kOrigin, kHome, log_.keys()}};
      },
      network_.opener(), mirrors_, mirrors_, options);
  replica.pull_once();
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 200U);
  EXPECT_EQ(twins_, std::vector{Twin::kAhead}) << "told once for each head";
  const std::string file = proof_of(100, 150);
  network_[kHome].extra["/federation/forks"] = format_fork_list({{fork_name(file), kOrigin}});
  network_[kHome].extra["/federation/forks/" + fork_name(file)] = file;
  announce(log_, 300, kHome);
  replica.pull_once();
  expect_convicted();
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 200U);
  EXPECT_EQ(evidence_->heads(kOrigin)->back().note, log_.note(300)) << "evidence all the same";
}

}  // namespace
}  // namespace dure::node
