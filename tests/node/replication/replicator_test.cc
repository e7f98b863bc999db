// SPDX-License-Identifier: Apache-2.0
// Rounds over a small federation, with a clock and dice of our own.
#include "replication/replicator.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <utility>

#include "replication/heads.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

class ReplicatorTest : public testing::Test {
 protected:
  ReplicatorTest() {
    for (const char* name : {"a", "b", "c"}) {
      const std::string origin = std::string(name) + ".go.kr/dure/1";
      logs_.push_back(std::make_unique<FakeLog>(origin));
      peers_.push_back({mirrors_.add_log(origin), origin, url(name), logs_.back()->keys()});
    }
    options_.clock = [this] { return now_; };
    options_.random = [this] { return dice_(); };
    options_.unix_seconds = [] { return 1'800'000'000; };
    options_.parallel_logs = 1;
  }
  static std::string url(const std::string& name) { return "http://" + name; }

  /// The node `name` publishes `size` entries and announces its own head and those it mirrors.
  void serve(std::size_t which, std::size_t size, std::vector<AnnouncedHead> also = {}) {
    auto& log = *logs_[which];
    log.grow_to(size);
    auto& node = network_[peers_[which].url];
    node.log = &log;
    node.size = size;
    also.push_back({log.origin(), log.note(size)});
    node.extra["/federation/heads"] = format_heads(std::move(also));
  }
  std::unique_ptr<Replicator> replicator() {
    return std::make_unique<Replicator>([this] { return peers_; }, network_.opener(), mirrors_,
                                        mirrors_, options_);
  }

  std::vector<std::unique_ptr<FakeLog>> logs_;
  std::vector<ReplicationPeer> peers_;
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  ReplicatorOptions options_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours{1}};
  std::mt19937_64 dice_{20261122};  // fixed seed
};

TEST_F(ReplicatorTest, PullsEveryPeersLog) {
  for (std::size_t i = 0; i < 3; ++i) serve(i, 10 + i);
  const auto replica = replicator();
  const auto reports = replica->pull_once();
  ASSERT_EQ(reports.size(), 3U);
  for (const auto& report : reports) EXPECT_FALSE(report.error) << report.error->detail;
  for (const auto& status : replica->status()) {
    EXPECT_EQ(status.lag, 0U);
    EXPECT_EQ(status.last_success, 1'800'000'000);
    EXPECT_GE(status.size, 10U);
  }
}

TEST_F(ReplicatorTest, PullsNothingTwice) {
  for (std::size_t i = 0; i < 3; ++i) serve(i, 10);
  const auto replica = replicator();
  replica->round();
  network_.forget();
  EXPECT_TRUE(replica->round().empty());
  EXPECT_EQ(network_.fetches(), 3U);  // the heads, once from each
}

TEST_F(ReplicatorTest, AsksAFewPeersPerRoundAndAllInTime) {
  options_.peers_per_round = 1;
  for (std::size_t i = 0; i < 3; ++i) serve(i, 10);
  const auto replica = replicator();
  for (int round = 0; round < 30; ++round) {
    network_.forget();
    replica->round();
    std::size_t asked = 0;
    for (const auto& path : network_.paths())
      asked += path.ends_with("/federation/heads") ? 1U : 0U;
    EXPECT_EQ(asked, 1U);
  }
  for (const auto& status : replica->status()) EXPECT_EQ(status.size, 10U) << status.origin;
}

TEST_F(ReplicatorTest, LearnsOfADeadOriginsNewsFromAMirror) {
  logs_[0]->grow_to(20);
  auto& mirror = network_[peers_[1].url];
  mirror.log = logs_[0].get();
  mirror.size = 20;
  mirror.extra["/federation/heads"] = format_heads({{logs_[0]->origin(), logs_[0]->note(20)}});
  peers_.pop_back();
  const auto replica = replicator();
  replica->pull_once();
  const auto status = replica->status();
  EXPECT_EQ(status[0].size, 20U);
  EXPECT_TRUE(status[0].last_error) << "the origin did not answer";
  EXPECT_EQ(mirrors_.mirror(peers_[0].log)->stored, 20U);
}

TEST_F(ReplicatorTest, BacksOffFromAPeerThatFails) {
  peers_.resize(1);
  const auto replica = replicator();
  replica->round();
  EXPECT_GT(replica->status()[0].retry_in_seconds, 0);
  serve(0, 5);
  EXPECT_TRUE(replica->round().empty()) << "still backing off";
  now_ += std::chrono::seconds{1};
  EXPECT_EQ(replica->round().size(), 1U);
  EXPECT_EQ(replica->status()[0].retry_in_seconds, 0);
}

TEST_F(ReplicatorTest, HonoursRetryAfter) {
  peers_.resize(1);
  serve(0, 5);
  network_[peers_[0].url].tamper = [](const std::string&, Result<FetchResponse>& response) {
    response =
        with_retry_after(Error{ErrorCode::kUnavailable, "HTTP 429"}, std::chrono::seconds{600});
  };
  const auto replica = replicator();
  replica->round();
  network_[peers_[0].url].tamper = nullptr;
  now_ += std::chrono::seconds{599};
  EXPECT_TRUE(replica->round().empty());
  now_ += std::chrono::seconds{1};
  EXPECT_EQ(replica->round().size(), 1U);
}

TEST_F(ReplicatorTest, ShowsAContradictionUntilItIsDealtWith) {
  peers_.resize(1);
  serve(0, 50);
  const auto replica = replicator();
  replica->pull_once();
  FakeLog other(peers_[0].origin);
  other.append("another history");
  other.grow_to(60);
  network_[peers_[0].url].log = &other;
  network_[peers_[0].url].size = 60;
  network_[peers_[0].url].extra["/federation/heads"] =
      format_heads({{other.origin(), other.note(60)}});
  replica->pull_once();
  auto status = replica->status();
  ASSERT_TRUE(status[0].contradiction);
  EXPECT_EQ(status[0].contradiction->offered, other.note(60));
  EXPECT_EQ(status[0].last_error->code, ErrorCode::kInconsistent);
  EXPECT_EQ(status[0].size, 50U);
  serve(0, 51);
  replica->pull_once();
  EXPECT_TRUE(replica->status()[0].contradiction);
  EXPECT_EQ(replica->status()[0].size, 50U);  // neither branch is followed further
  const auto forked = std::exchange(peers_, {});
  replica->pull_once();
  peers_ = forked;
  replica->pull_once();
  EXPECT_FALSE(replica->status()[0].contradiction);
  EXPECT_EQ(replica->status()[0].size, 51U);
}

TEST_F(ReplicatorTest, FollowsAPlainTileServer) {
  peers_.resize(1);
  serve(0, 30);
  network_[peers_[0].url].extra.clear();
  const auto replica = replicator();
  ASSERT_FALSE(replica->pull_once()[0].error);
  EXPECT_EQ(replica->status()[0].size, 30U);
}

TEST_F(ReplicatorTest, FollowsAPeerThatWasAddedLater) {
  serve(0, 10, {{logs_[1]->origin(), [this] {
                   logs_[1]->grow_to(7);
                   return logs_[1]->note(7);
                 }()}});
  const auto late = peers_[1];
  peers_.resize(1);
  const auto replica = replicator();
  replica->round();
  peers_.push_back(late);
  serve(1, 7);
  replica->pull_once();
  EXPECT_EQ(mirrors_.mirror(late.log)->stored, 7U);
}

TEST_F(ReplicatorTest, RunsUntilStoppedAndWakesAtOnce) {
  peers_.resize(1);
  serve(0, 10);
  options_.interval = std::chrono::hours{1};
  const auto replica = replicator();
  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable rounds_changed;
  int rounds = 0;
  Replicator counted(
      [&]() -> Result<std::vector<ReplicationPeer>> {
        const std::lock_guard lock(mutex);
        ++rounds;
        rounds_changed.notify_all();
        return peers_;
      },
      network_.opener(), mirrors_, mirrors_, options_);
  std::jthread runner([&] { counted.run(stop.get_token()); });
  const auto wait_for_round = [&](int which) {
    std::unique_lock lock(mutex);
    return rounds_changed.wait_for(lock, std::chrono::seconds{20}, [&] { return rounds >= which; });
  };
  EXPECT_TRUE(wait_for_round(1));
  counted.wake();
  EXPECT_TRUE(wait_for_round(2));
  stop.request_stop();
}

TEST_F(ReplicatorTest, WhatIsAnnouncedIsPulledWithoutARound) {
  for (std::size_t i = 0; i < 3; ++i) serve(i, 10);
  const auto replica = replicator();
  replica->pull_once();
  serve(1, 14);
  replica->announce(peers_[1].origin, logs_[1]->note(14));
  const auto reports = replica->pull_announced();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].origin, peers_[1].origin);
  EXPECT_EQ(mirrors_.mirror(peers_[1].log)->stored, 14U);
  EXPECT_TRUE(replica->pull_announced().empty()) << "once";
  replica->announce(peers_[1].origin, logs_[1]->note(14));
  EXPECT_TRUE(replica->pull_announced().empty()) << "that head was judged";
}

TEST_F(ReplicatorTest, WhatIsAnnouncedIsPulledAlthoughTheLogWasBackingOff) {
  for (std::size_t i = 0; i < 3; ++i) serve(i, 10);
  const auto replica = replicator();
  network_[peers_[1].url].tamper = [](const std::string& path, Result<FetchResponse>& answer) {
    if (path.find("/tile/") != std::string::npos) answer = Error{ErrorCode::kUnavailable, "503"};
  };
  replica->pull_once();
  EXPECT_EQ(mirrors_.mirror(peers_[1].log)->stored, 0U);
  network_[peers_[1].url].tamper = {};
  replica->round();
  EXPECT_EQ(mirrors_.mirror(peers_[1].log)->stored, 0U) << "backing off";
  replica->announce(peers_[1].origin, logs_[1]->note(10));
  replica->pull_announced();
  EXPECT_EQ(mirrors_.mirror(peers_[1].log)->stored, 10U);
}

TEST_F(ReplicatorTest, StrangersAnnounceNothing) {
  for (std::size_t i = 0; i < 3; ++i) serve(i, 10);
  const auto replica = replicator();
  replica->pull_once();
  FakeLog stranger("stranger.example/dure/1");
  stranger.grow_to(5);
  replica->announce(stranger.origin(), stranger.note(5));
  EXPECT_TRUE(replica->pull_announced().empty());
}

TEST_F(ReplicatorTest, AnnouncementsAreFollowedUntilStopped) {
  for (std::size_t i = 0; i < 3; ++i) serve(i, 10);
  std::mutex mutex;
  std::condition_variable pulled;
  std::uint64_t size = 0;
  options_.on_pull = [&](const PullReport& report) {
    const std::lock_guard lock(mutex);
    if (report.origin == peers_[2].origin) size = report.to;
    pulled.notify_all();
  };
  const auto replica = replicator();
  replica->pull_once();
  std::jthread follower([&](const std::stop_token& stop) { replica->run_announced(stop); });
  serve(2, 12);
  replica->announce(peers_[2].origin, logs_[2]->note(12));
  std::unique_lock lock(mutex);
  EXPECT_TRUE(pulled.wait_for(lock, std::chrono::seconds{20}, [&] { return size == 12; }));
}

TEST_F(ReplicatorTest, FollowsASealedLogToItsEndAlthoughItTellsTwoHistories) {
  peers_.resize(2);
  FakeLog other(logs_[0]->origin());
  other.append("another history");
  other.grow_to(90);
  const auto end = parse_checkpoint([&] {
    logs_[0]->grow_to(60);
    return parse_note(logs_[0]->note(60))->text;
  }());
  bool sealed = false;
  options_.frozen = [](std::string_view) { return true; };
  options_.end_of = [&](std::string_view origin) {
    const bool here = sealed && origin == logs_[0]->origin();
    return here ? std::optional(LogEnd{end->size, end->root}) : std::nullopt;
  };
  network_[peers_[0].url].log = &other;
  network_[peers_[0].url].size = 90;
  network_[peers_[0].url].extra["/federation/heads"] =
      format_heads({{other.origin(), other.note(90)}});
  network_[peers_[1].url].log = logs_[0].get();
  network_[peers_[1].url].size = 60;
  network_[peers_[1].url].extra["/federation/heads"] =
      format_heads({{logs_[0]->origin(), logs_[0]->note(60)}});
  const auto replica = replicator();
  replica->pull_once();
  EXPECT_EQ(mirrors_.mirror(peers_[0].log)->stored, 0U) << "frozen";
  sealed = true;
  replica->pull_once();
  EXPECT_EQ(mirrors_.mirror(peers_[0].log)->stored, 60U);
  EXPECT_EQ(*mirrors_.head(peers_[0].log), logs_[0]->note(60));
  EXPECT_EQ(replica->status()[0].lag, 0U);
  EXPECT_FALSE(replica->status()[0].contradiction);
  network_.forget();
  EXPECT_TRUE(replica->round().empty()) << "there is nothing more to come";
}

/// The entries of a pull are stored, its head is not served yet, and nobody has that log any more.
class LastStepTest : public ReplicatorTest {
 protected:
  LastStepTest() { peers_.resize(1); }
  LogId log() const { return peers_[0].log; }
  void pull_without_last_step(Replicator& replica) {
    serve(0, 300);
    mirrors_.fail_complete.arm(Failure::kBeforeWrite);
    const auto reports = replica.pull_once();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_TRUE(reports[0].error);
    ASSERT_EQ(mirrors_.mirror(log())->stored, 300U);
    ASSERT_FALSE(mirrors_.head(log()));
    network_[peers_[0].url].extra["/federation/heads"] = format_heads({});
    now_ += std::chrono::hours{2};  // no back-off is longer
  }
};

TEST_F(LastStepTest, IsTakenAfterACrashAlthoughNobodyAnnouncesTheHead) {
  pull_without_last_step(*replicator());
  const auto after_start = replicator();
  const auto reports = after_start->round();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_FALSE(reports[0].error);
  EXPECT_EQ(*mirrors_.head(log()), logs_[0]->note(300));
  EXPECT_TRUE(after_start->round().empty()) << "once is enough";
}

TEST_F(LastStepTest, IsTakenAfterAFailureAlthoughNobodyAnnouncesTheHead) {
  const auto replica = replicator();
  pull_without_last_step(*replica);
  EXPECT_EQ(replica->round().size(), 1U);
  EXPECT_EQ(*mirrors_.head(log()), logs_[0]->note(300));
  EXPECT_TRUE(replica->round().empty());
}

TEST_F(LastStepTest, IsNotTakenInAForkedLog) {
  pull_without_last_step(*replicator());
  options_.frozen = [](std::string_view) { return true; };
  EXPECT_TRUE(replicator()->round().empty());
  EXPECT_FALSE(mirrors_.head(log()));
}

TEST_F(LastStepTest, IsNotTakenWhileEntriesAreMissing) {
  serve(0, 300);
  ASSERT_TRUE(mirrors_.begin(log(), logs_[0]->note(300)));
  network_[peers_[0].url].extra["/federation/heads"] = format_heads({});
  EXPECT_TRUE(replicator()->round().empty());
  EXPECT_FALSE(mirrors_.head(log()));
}

}  // namespace
}  // namespace dure::node
