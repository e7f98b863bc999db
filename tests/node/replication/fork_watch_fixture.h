// SPDX-License-Identifier: Apache-2.0
// One log with two histories, a peer, and a fork watch over stores in memory.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "node/replication/names.h"
#include "replication/fork_watch.h"
#include "support/fake_log.h"
#include "support/memory_evidence.h"
#include "support/memory_mirrors.h"

namespace dure::node {

inline constexpr const char* kOwn = "andong.go.kr/dure/1";
inline constexpr const char* kPeer = "http://peer";

class ForkWatchTest : public testing::Test {
 protected:
  ForkWatchTest() : log_(kOrigin), other_(kOrigin), own_(kOwn, 7) {
    id_ = mirrors_.add_log(kOrigin);
    log_.grow_to(300);
    other_.grow_to(37);
    other_.append("another history");
    other_.grow_to(400);
    own_.grow_to(20);
    options_.own_origin = kOwn;
    options_.keys = [this](std::string_view origin) -> std::vector<VerifierKey> {
      if (origin == kOrigin) return log_.keys();
      if (origin == kOwn) return own_.keys();
      return {};
    };
    options_.unix_seconds = [] { return 1'800'000'000; };
    options_.clock = [this] { return now_; };
    options_.on_fork = [this](const KeptFork& kept, const Fork&) { proven_.push_back(kept.name); };
    options_.on_twin = [this](Twin twin, const std::string& note, const std::string&) {
      twins_.push_back(twin);
      twin_notes_.push_back(note);
    };
    options_.on_error = [this](const Error&) { ++errors_; };
    start();
  }
  void start() {
    watch_ = std::move(*ForkWatch::open(*evidence_, mirrors_, network_.opener(), options_));
  }
  void serve(const FakeLog& log, std::size_t size, const char* url = kHome) {
    network_[url].log = &log;
    network_[url].size = size;
  }
  PullReport pull(std::vector<OfferedHead> heads = {}, std::vector<LogLocation> from = {}) {
    if (from.empty()) from = {origin_location(kHome)};
    const PullJob job{{id_, kOrigin, false}, log_.keys(), std::move(from), std::move(heads)};
    const auto report = pull_log(job, network_.opener(), mirrors_, mirrors_);
    watch_->pulled(job, report);
    return report;
  }
  void follow(std::size_t size) {
    serve(log_, size);
    ASSERT_FALSE(pull().error);
  }
  /// The proof file by which two sizes of the two histories accuse the log.
  std::string proof_of(std::size_t one, std::size_t two) {
    const auto tree = [](const FakeLog& log) {
      return [&log](unsigned level, std::uint64_t index) -> Result<Hash> {
        std::vector<Hash> leaves;
        for (const auto& leaf : log.leaves()) leaves.push_back(hash_leaf(leaf));
        return tree_root(std::span<const Hash>(leaves).subspan(index << level, 1U << level));
      };
    };
    return format_fork_proof(*prove_fork(kOrigin, {log_.note(one), tree(log_)},
                                         {other_.note(two), tree(other_)}, log_.keys()));
  }
  void offer(const std::vector<std::string>& files, const std::string& origin = kOrigin) {
    std::vector<ListedFork> list;
    auto& peer = network_[kPeer];
    for (const auto& file : files) {
      list.push_back({fork_name(file), origin});
      peer.extra["/federation/forks/" + fork_name(file)] = file;
    }
    peer.extra["/federation/forks"] = format_fork_list(list);
  }
  Status exchange() {
    auto source = *network_.opener()(kPeer);
    return watch_->exchange(kPeer, *source);
  }
  void expect_convicted(std::uint64_t agreed = 37) {
    const auto forked = watch_->forked();
    ASSERT_EQ(forked.size(), 1U);
    EXPECT_EQ(forked[0].origin, kOrigin);
    ASSERT_TRUE(forked[0].fork);
    EXPECT_EQ(forked[0].fork->agreed, agreed);
    EXPECT_EQ(watch_->shown_until(kOrigin), agreed);
    EXPECT_TRUE(watch_->frozen(kOrigin));
    const auto file = watch_->file(forked[0].proof);
    ASSERT_TRUE(file);
    EXPECT_TRUE(verify_fork(*parse_fork_proof(*file), log_.keys()));
    EXPECT_EQ(fork_name(*file), forked[0].proof);
    bool listed = false;
    for (const auto& fork : watch_->list()) listed |= fork.name == forked[0].proof;
    EXPECT_TRUE(listed);
  }
  void expect_innocent() {
    EXPECT_FALSE(watch_->frozen(kOrigin));
    EXPECT_EQ(watch_->shown_until(kOrigin), kShowAll);
    EXPECT_TRUE(watch_->list().empty());
  }

  FakeLog log_, other_, own_;
  FakeNetwork network_;
  MemoryMirrors mirrors_;
  std::unique_ptr<MemoryEvidence> evidence_ = std::make_unique<MemoryEvidence>();
  LogId id_ = 0;
  ForkWatchOptions options_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours{1}};
  std::vector<std::string> proven_;
  std::vector<Twin> twins_;
  std::vector<std::string> twin_notes_;
  int errors_ = 0;
  std::unique_ptr<ForkWatch> watch_;
};

}  // namespace dure::node
