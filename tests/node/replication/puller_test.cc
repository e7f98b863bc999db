// SPDX-License-Identifier: Apache-2.0
// Pulling from honest, failing and forking logs.
#include "replication/puller.h"

#include <gtest/gtest.h>

#include <thread>

#include "node/replication/names.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

constexpr const char* kMirror = "http://mirror";

class PullerTest : public testing::Test {
 protected:
  PullerTest() : log_(kOrigin) { id_ = mirrors_.add_log(kOrigin); }

  void serve(std::size_t size, const char* url = kHome) {
    log_.grow_to(size);
    network_[url].log = &log_;
    network_[url].size = size;
  }
  PullJob job() {
    PullJob job{{id_, kOrigin, false}, log_.keys(), {origin_location(kHome)}, {}};
    return job;
  }
  PullJob job_with_mirror() {
    auto both = job();
    both.locations.push_back(mirror_location(kMirror, kOrigin));
    return both;
  }
  PullReport pull() { return pull(job()); }
  PullReport pull(const PullJob& what) {
    return pull_log(what, network_.opener(), mirrors_, mirrors_, options_);
  }

  /// Everything stored is what the publisher wrote.
  void expect_mirrored(std::size_t size, const FakeLog& log) {
    ASSERT_EQ(mirrors_.mirror(id_)->stored, size);
    for (std::size_t i = 0; i < size; ++i) {
      const auto entry = mirrors_.entry(id_, i);
      ASSERT_EQ(entry->leaf, log.leaves()[i]);
      ASSERT_EQ(entry->body, log.bodies()[i]);
    }
  }

  FakeLog log_;
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  LogId id_ = 0;
  PullOptions options_;
};

TEST_F(PullerTest, MirrorsALogOfAnySize) {
  for (const std::size_t size : {1U, 2U, 3U, 255U, 256U, 257U, 511U, 512U, 513U, 600U}) {
    id_ = mirrors_.add_log(kOrigin);
    serve(size);
    const auto report = pull();
    ASSERT_FALSE(report.error) << size << ": " << report.error->detail;
    EXPECT_EQ(report.entries, size);
    EXPECT_EQ(report.to, size);
    EXPECT_EQ(*mirrors_.head(id_), log_.note(size));
    expect_mirrored(size, log_);
  }
}

TEST_F(PullerTest, GrowsFromEverySizeToLargerOnes) {
  const std::vector<std::size_t> steps[] = {
      {1, 2, 3, 4, 5, 8, 13, 100, 255, 256, 258, 300, 511, 512, 600},
      {255, 257, 513, 514},
      {256, 512},
      {100, 600},
      {300, 310, 512, 513}};
  for (const auto& sizes : steps) {
    id_ = mirrors_.add_log(kOrigin);
    for (const std::size_t size : sizes) {
      serve(size);
      const auto report = pull();
      ASSERT_FALSE(report.error) << size << ": " << report.error->detail;
    }
    expect_mirrored(sizes.back(), log_);
  }
}

TEST_F(PullerTest, GrowsFromEverySizeWhenTheServerKnowsNoRange) {
  network_[kHome].honours_range = false;
  for (const std::size_t size : {100U, 200U, 300U, 513U, 600U}) {
    serve(size);
    ASSERT_FALSE(pull().error);
  }
  expect_mirrored(600, log_);
}

TEST_F(PullerTest, AsksForNothingWhenNothingIsNew) {
  serve(300);
  ASSERT_FALSE(pull().error);
  network_.forget();
  const auto report = pull();
  EXPECT_FALSE(report.error);
  EXPECT_EQ(network_.paths(), std::vector<std::string>{"http://home/log/checkpoint"});
}

TEST_F(PullerTest, NeverFetchesLevelZeroTiles) {
  serve(600);
  ASSERT_FALSE(pull().error);
  for (const auto& path : network_.paths())
    EXPECT_EQ(path.find("/tile/0/"), std::string::npos) << path;
}

TEST_F(PullerTest, FetchesOnlyTheRestOfAPartialBundle) {
  serve(200);
  ASSERT_FALSE(pull().error);
  serve(203);
  const auto report = pull();
  ASSERT_FALSE(report.error);
  const auto new_bytes = log_.serve("tile/entries/000.p/203", 203)->size() -
                         log_.serve("tile/entries/000.p/200", 203)->size() +
                         log_.serve("bodies/000.p/203?from=200", 203)->size() +
                         log_.note(203).size();
  EXPECT_EQ(report.wire_bytes, new_bytes);
}

TEST_F(PullerTest, GoesOnWhereTheServerStoppedEarly) {
  network_[kHome].soft_limit = 700;
  serve(300);
  ASSERT_FALSE(pull().error);
  expect_mirrored(300, log_);
}

TEST_F(PullerTest, ResumesAfterAFailureAtEveryFetch) {
  serve(600);
  options_.connections = 1;
  ASSERT_FALSE(pull().error);
  const auto fetches = static_cast<std::int64_t>(network_.fetches());
  for (std::int64_t nth = 0; nth < fetches; ++nth) {
    id_ = mirrors_.add_log(kOrigin);
    network_.fail_fetch(nth);
    const auto first = pull();
    if (!first.error) continue;  // the last, single location was tried again
    EXPECT_EQ(first.error->code, ErrorCode::kUnavailable);
    EXPECT_EQ(mirrors_.mirror(id_)->stored, first.entries);
    ASSERT_FALSE(pull().error);
    expect_mirrored(600, log_);
  }
}

TEST_F(PullerTest, DoesEverythingInTheCallersThreadIfItShall) {
  serve(600);
  options_.connections = 0;
  const auto caller = std::this_thread::get_id();
  const OpenSource open = [&](const std::string& url) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    return network_.opener()(url);
  };
  ASSERT_FALSE(pull_log(job(), open, mirrors_, mirrors_, options_).error);
  expect_mirrored(600, log_);
}

TEST_F(PullerTest, FallsBackToAMirrorWhenTheOriginIsGone) {
  serve(600, kMirror);
  auto both = job_with_mirror();
  both.locations.front().url = "http://gone";
  const auto report = pull(both);
  ASSERT_FALSE(report.error) << report.error->detail;
  EXPECT_EQ(report.source, kMirror);
  expect_mirrored(600, log_);
}

TEST_F(PullerTest, TakesTheNewestHeadThatAnybodyOffersAndCanServe) {
  serve(600, kMirror);
  serve(300);
  auto both = job_with_mirror();
  both.heads = {{log_.note(300), kHome}, {log_.note(600), kMirror}};
  ASSERT_FALSE(pull(both).error);
  expect_mirrored(600, log_);
}

TEST_F(PullerTest, MakesDoWithASmallerHeadWhenNobodyServesTheNewest) {
  serve(600, kMirror);
  serve(300);
  auto both = job();
  both.heads = {{log_.note(300), kHome}, {log_.note(600), "http://gone"}};
  const auto report = pull(both);
  EXPECT_EQ(report.head_size, 600U);
  expect_mirrored(300, log_);
}

TEST_F(PullerTest, AcceptsAnOlderHeadOfTheSameHistoryWithoutGoingBack) {
  serve(600);
  ASSERT_FALSE(pull().error);
  serve(300);
  const auto report = pull();
  EXPECT_FALSE(report.error) << report.error->detail;
  EXPECT_EQ(*mirrors_.head(id_), log_.note(600));
}

/// Another history under the same key, alike up to `fork_at`.
FakeLog forked(const FakeLog& log, std::size_t fork_at, std::size_t size) {
  FakeLog other(kOrigin);
  other.grow_to(fork_at);
  other.append("another history");
  other.grow_to(size);
  EXPECT_EQ(other.keys()[0].format(), log.keys()[0].format());
  return other;
}

TEST_F(PullerTest, NeverIgnoresAHeadThatContradictsWhatIsStored) {
  serve(600);
  ASSERT_FALSE(pull().error);
  const std::string held = *mirrors_.head(id_);
  for (const std::size_t fork_at : {0U, 100U, 256U, 511U, 599U}) {
    const auto other = forked(log_, fork_at, 700);
    for (const std::size_t size :
         {fork_at + 1, std::size_t{600}, std::size_t{601}, std::size_t{700}}) {
      network_[kHome].log = &other;
      network_[kHome].size = size;
      const auto report = pull();
      ASSERT_TRUE(report.error) << fork_at << " " << size;
      EXPECT_EQ(report.error->code, ErrorCode::kInconsistent) << report.error->detail;
      ASSERT_TRUE(report.contradiction);
      EXPECT_EQ(report.contradiction->known, held);
      EXPECT_EQ(report.contradiction->offered, other.note(size));
      EXPECT_EQ(report.contradiction->url, kHome);
      expect_mirrored(600, log_);
      EXPECT_EQ(*mirrors_.head(id_), held);
    }
  }
}

TEST_F(PullerTest, FindsTwoOfferedHeadsThatContradictEachOther) {
  serve(300);
  const auto other = forked(log_, 100, 300);
  auto two = job();
  two.heads = {{log_.note(300), kHome}, {other.note(300), kMirror}};
  const auto report = pull(two);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kInconsistent);
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 0U);
}

TEST_F(PullerTest, FindsASmallerOfferedHeadThatTheNewDataContradict) {
  serve(600);
  const auto other = forked(log_, 100, 300);
  auto two = job();
  two.heads = {{log_.note(600), kHome}, {other.note(300), kMirror}};
  const auto report = pull(two);
  ASSERT_TRUE(report.contradiction);
  EXPECT_EQ(report.contradiction->offered, other.note(300));
}

TEST_F(PullerTest, RefusesAHeadByAnotherKeyOrOfAnotherLog) {
  FakeLog stranger(kOrigin, 2);
  stranger.grow_to(10);
  network_[kHome].log = &stranger;
  network_[kHome].size = 10;
  auto report = pull();
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kUnknownKey);
  FakeLog other("other.go.kr/dure/1");
  other.grow_to(10);
  network_[kHome].log = &other;
  report = pull();
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kInvalid);
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 0U);
}

TEST_F(PullerTest, StoresAnAbsentBodyAsAbsent) {
  log_.grow_to(10);
  log_.erase_body(4);
  serve(10);
  const auto report = pull();
  ASSERT_FALSE(report.error);
  EXPECT_EQ(report.absent, 1U);
  EXPECT_FALSE(mirrors_.entry(id_, 4)->salt);
  EXPECT_TRUE(mirrors_.entry(id_, 5)->salt);
}

TEST_F(PullerTest, AsksTheOriginForBodiesThatAMirrorDoesNotShow) {
  serve(300);
  FakeLog holding_back(kOrigin);
  holding_back.grow_to(300);
  for (std::size_t i = 0; i < 300; ++i) holding_back.erase_body(i);
  network_[kMirror].log = &holding_back;
  network_[kMirror].size = 300;
  auto both = job_with_mirror();
  std::swap(both.locations[0], both.locations[1]);
  options_.connections = 1;
  const auto report = pull(both);
  ASSERT_FALSE(report.error);
  EXPECT_EQ(report.source, kMirror);
  EXPECT_EQ(report.absent, 0U);
  expect_mirrored(300, log_);
}

TEST_F(PullerTest, AsksAllMirrorsForBodiesWhereTheOriginIsNotAmongThem) {
  FakeLog first(kOrigin), second(kOrigin);
  for (FakeLog* log : {&first, &second}) log->grow_to(300);
  log_.grow_to(300);
  for (std::size_t i = 0; i < 300; ++i) {
    if (i != 7) (i % 2 == 0 ? first : second).erase_body(i);
  }
  first.erase_body(7);
  second.erase_body(7);
  network_[kHome].log = &first;
  network_[kMirror].log = &second;
  network_[kHome].size = network_[kMirror].size = 300;
  auto mirrors_only = job_with_mirror();
  mirrors_only.locations[0] = mirror_location(kHome, kOrigin);
  const auto report = pull(mirrors_only);
  ASSERT_FALSE(report.error) << report.error->detail;
  EXPECT_EQ(report.absent, 1U);
  for (std::size_t i = 0; i < 300; ++i)
    EXPECT_EQ(mirrors_.entry(id_, i)->salt.has_value(), i != 7) << i;
}

TEST_F(PullerTest, StopsAtALeafThatBreaksTheRulesOfLeaves) {
  log_.grow_to(3);
  log_.append_raw("{\"not\":\"a leaf\"}", Salt{}, "");
  serve(4);
  const auto report = pull();
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kInvalid);
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 0U);
}

TEST_F(PullerTest, StopsAtALeafOfALaterVersionAndAsksForAnUpgrade) {
  log_.grow_to(300);
  auto leaf = log_.leaves()[0];
  leaf.replace(leaf.find("\"v\":1"), 5, "\"v\":2");
  log_.append_raw(leaf, Salt{}, "");
  serve(301);
  const auto report = pull();
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kUnsupported);
  EXPECT_NE(report.error->detail.find("needs an upgrade"), std::string::npos);
  EXPECT_EQ(report.error->text, "replication.upgrade");
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 256U);  // the bundles before it are kept
}

TEST_F(PullerTest, StopsAtABodyWhoseLeafTellsAnotherSize) {
  log_.grow_to(3);
  const Salt salt{};
  Leaf leaf = *parse_leaf(log_.leaves()[0]);
  leaf.commitment = commit("short", salt);
  leaf.size = 4096;
  log_.append_raw(format_leaf(leaf), salt, "short");
  serve(4);
  const auto report = pull();
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kInvalid);
  EXPECT_NE(report.error->detail.find("body of entry 3"), std::string::npos);
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 0U);
}

TEST_F(PullerTest, TakesTheFullTileWhereThePartialOneIsGone) {
  serve(600, kMirror);
  serve(300);
  network_[kHome].size = 600;
  network_[kHome].tamper = [](const std::string& path, Result<FetchResponse>& response) {
    if (path.find(".p/44") != std::string::npos) response = Error{ErrorCode::kNotFound, "pruned"};
  };
  auto one = job();
  one.heads = {{log_.note(300), kHome}};
  const auto report = pull(one);
  ASSERT_FALSE(report.error) << report.error->detail;
  expect_mirrored(300, log_);
}

TEST_F(PullerTest, EndsAtOnceWhenStopped) {
  serve(600);
  std::stop_source stop;
  stop.request_stop();
  const auto report =
      pull_log(job(), network_.opener(), mirrors_, mirrors_, options_, stop.get_token());
  EXPECT_TRUE(report.error);
  EXPECT_EQ(mirrors_.mirror(id_)->stored, 0U);
}

TEST_F(PullerTest, KeepsOrderThroughASmallWindow) {
  options_.window_bytes = 1;
  serve(3000);
  ASSERT_FALSE(pull().error);
  expect_mirrored(3000, log_);
}

}  // namespace
}  // namespace dure::node
