// SPDX-License-Identifier: Apache-2.0
#include "attachments/mirroring.h"

#include <gtest/gtest.h>

#include "attachment_fixture.h"
#include "dure/entry.h"
#include "fake_server.h"

namespace dure::node::testing {
namespace {

/// Logs in memory, of which only what mirroring reads is there.
class FakeLogs final : public LogReader {
 public:
  Result<std::vector<KnownLog>> logs() override { return known_; }
  Result<KnownLog> log_by_origin(std::string_view origin) override {
    for (const auto& log : known_) {
      if (log.origin == origin) return log;
    }
    return Error{ErrorCode::kNotFound, "no such log"};
  }
  Result<std::string> head(LogId) override { return Error{ErrorCode::kNotFound, "none"}; }
  Result<std::uint64_t> stored(LogId log) override { return std::uint64_t{entries[log].size()}; }
  Result<Bytes> tile(LogId, const TilePath&, std::size_t, std::size_t) override {
    return Error{ErrorCode::kNotFound, "none"};
  }
  Result<MirroredEntry> entry(LogId log, std::uint64_t index) override {
    if (index >= entries[log].size()) return Error{ErrorCode::kNotFound, "none"};
    return entries[log][index];
  }
  Status scan(LogId log, std::uint64_t first, std::uint64_t count,
              const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>&
                  each) override {
    for (std::uint64_t i = first; i < first + count; ++i) {
      ++scanned;
      const auto& entry = entries[log][i];
      std::optional<BodyView> body;
      if (entry.salt) body = BodyView{{}, entry.body};
      if (!each(i, entry.leaf, body)) break;
    }
    return ok();
  }
  Result<Hash> node(LogId, unsigned, std::uint64_t) override {
    return Error{ErrorCode::kNotFound, "none"};
  }

  std::map<LogId, std::vector<MirroredEntry>> entries;
  std::size_t scanned = 0;

 private:
  const std::vector<KnownLog> known_ = {{1, kOwn, true}, {2, kOther, false}};
};

class MirroringTest : public AttachmentFolderTest {
 protected:
  MirroringTest() : store_(open()) {
    servers_["origin"];
    servers_["mirror"];
  }

  /// An entry of log `log` that lists `content`; returns the commitment.
  Hash publish(LogId log, const std::string& content,
               EntryClass entry_class = EntryClass::kPublic) {
    const auto list = list_of(content, static_cast<std::uint8_t>(++salts_));
    Leaf leaf;
    leaf.type = "service";
    leaf.id = base32_encode(std::string(16, static_cast<char>(salts_)));
    leaf.entry_class = entry_class;
    leaf.time = "2026-11-28T00:00:" + std::to_string(10 + salts_) + "Z";
    MirroredEntry entry;
    entry.leaf = format_leaf(leaf);
    entry.salt.emplace();
    entry.body = R"({"attachments":[{"name":"a","mediaType":"a/b","size":)" +
                 std::to_string(content.size()) + R"(,"commit":")" +
                 base64_encode(as_view(commit(list))) + "\"}]}";
    logs_.entries[log].push_back(std::move(entry));
    servers_["origin"].hold(content, list);
    return commit(list);
  }

  MirroringPorts ports() {
    MirroringPorts ports;
    ports.store = store_.get();
    ports.logs = &logs_;
    ports.open = opener(servers_);
    ports.peers = [] {
      return std::vector<AttachmentPeer>{{"gunpo.go.kr/dure/1", "mirror"}, {kOther, "origin"}};
    };
    ports.is_superseded = [this](const AttachmentOwner& entry, const std::string&) {
      return superseded_.contains(entry);
    };
    ports.memory = {[this] { return memory_; },
                    [this](const std::string& text) {
                      memory_ = text;
                      return ok();
                    }};
    ports.own_origin = kOwn;
    ports.policy = {1000, 10'000};
    ports.clock = [this] { return clock_; };
    ports.random = [] { return std::uint64_t{0}; };
    return ports;
  }
  void run(Mirroring& mirroring) { ASSERT_TRUE(mirroring.run_once({})); }
  bool has(const Hash& commitment) const {
    const auto held = store_->find(commitment);
    return held && held->whole;
  }

  std::unique_ptr<AttachmentStore> store_;
  FakeLogs logs_;
  std::map<std::string, FakeServer> servers_;
  std::set<AttachmentOwner> superseded_;
  std::string memory_;
  std::chrono::steady_clock::time_point clock_{};
  int salts_ = 0;
};

TEST_F(MirroringTest, FetchesWhatTheOperatorWants) {
  const auto small = publish(2, content_of(500));
  const auto large = publish(2, content_of(1001));
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_TRUE(has(small));
  EXPECT_FALSE(has(large));
  EXPECT_EQ(mirroring.state().waiting, 0U);
  EXPECT_EQ(store_->find(small)->owner, (AttachmentOwner{kOther, 0}));
}

TEST_F(MirroringTest, FetchesNothingUnderNone) {
  publish(2, "abc");
  auto none = ports();
  none.policy.largest = 0;
  Mirroring mirroring(std::move(none));
  run(mirroring);
  EXPECT_TRUE(servers_["origin"].asked.empty());
  EXPECT_EQ(files(), 0U);
}

TEST_F(MirroringTest, BringsOwnOnesBackWhateverThePolicy) {
  const auto own = publish(1, content_of(5000));
  servers_["mirror"] = servers_["origin"];
  auto none = ports();
  none.policy = {0, 0};
  Mirroring mirroring(std::move(none));
  run(mirroring);
  EXPECT_TRUE(has(own));
}

TEST_F(MirroringTest, KeepsWithinTheBudgetTheNewestFirst) {
  auto tight = ports();
  tight.policy = {1000, 1500};
  const auto oldest = publish(2, content_of(800));
  const auto middle = publish(2, content_of(900));
  const auto newest = publish(2, content_of(500));
  Mirroring mirroring(std::move(tight));
  run(mirroring);
  EXPECT_TRUE(has(newest));
  EXPECT_TRUE(has(middle));
  EXPECT_FALSE(has(oldest));
  EXPECT_EQ(mirroring.state().over_budget, 1U);
  EXPECT_EQ(store_->totals().mirrored_bytes, 1400U);
}

TEST_F(MirroringTest, LooksAgainWhenThereIsRoom) {
  auto tight = ports();
  tight.policy = {1000, 1000};
  const auto first = publish(2, content_of(600));
  const auto second = publish(2, content_of(700));
  Mirroring mirroring(std::move(tight));
  run(mirroring);
  EXPECT_FALSE(has(first));
  logs_.entries[2][1].salt.reset();
  logs_.entries[2][1].body.clear();
  const std::array<std::uint64_t, 1> erased = {1};
  ASSERT_TRUE(store_->erase(kOther, erased));
  run(mirroring);
  EXPECT_TRUE(has(first));
  EXPECT_FALSE(has(second));
}

TEST_F(MirroringTest, AsksTheMirrorsWhereThePublisherIsAway) {
  const auto wanted = publish(2, content_of(300));
  std::swap(servers_["mirror"], servers_["origin"]);
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_TRUE(has(wanted));
  EXPECT_EQ(servers_["origin"].asked.size(), 1U);
}

TEST_F(MirroringTest, TriesAgainLaterWhatNobodyHas) {
  const auto wanted = publish(2, content_of(300));
  const auto held = servers_["origin"];
  servers_["origin"].files.clear();
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_EQ(mirroring.state().waiting, 1U);
  servers_["origin"] = held;
  run(mirroring);
  EXPECT_FALSE(has(wanted)) << "asked again without waiting";
  clock_ += std::chrono::hours(1);
  run(mirroring);
  EXPECT_TRUE(has(wanted));
  EXPECT_EQ(mirroring.state().waiting, 0U);
}

TEST_F(MirroringTest, ALogThatListsWhatNobodyHasDoesNotKeepOthersWaiting) {
  for (int i = 0; i < 1100; ++i) {
    salts_ = i % 40;
    publish(2, content_of(static_cast<std::size_t>(i) % 900 + 1));
  }
  servers_["origin"].files.clear();
  salts_ = 45;
  const auto own = publish(1, content_of(77));
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_LT(mirroring.state().waiting, 1100U);
  EXPECT_GT(mirroring.state().waiting, 900U);
  EXPECT_TRUE(has(own));
}

TEST_F(MirroringTest, LooksAtEachEntryOnceAlsoOverARestart) {
  publish(2, content_of(300));
  {
    Mirroring mirroring(ports());
    run(mirroring);
    run(mirroring);
    EXPECT_EQ(logs_.scanned, 1U);
  }
  publish(2, content_of(301));
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_EQ(logs_.scanned, 2U);
}

TEST_F(MirroringTest, FindsWhatWaitedAgainAfterARestart) {
  const auto wanted = publish(2, content_of(300));
  publish(2, content_of(310));
  const auto held = servers_["origin"];
  servers_["origin"].files.erase(attachment_path(wanted));
  {
    Mirroring mirroring(ports());
    run(mirroring);
  }
  servers_["origin"] = held;
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_TRUE(has(wanted));
}

TEST_F(MirroringTest, LooksAtEverythingAgainUnderAnotherPolicy) {
  const auto large = publish(2, content_of(2000));
  {
    Mirroring mirroring(ports());
    run(mirroring);
  }
  EXPECT_FALSE(has(large));
  auto more = ports();
  more.policy.largest = 3000;
  Mirroring mirroring(std::move(more));
  run(mirroring);
  EXPECT_TRUE(has(large));
}

TEST_F(MirroringTest, LeavesAloneWhatIsOutOfDateOrForMembersOnly) {
  publish(2, content_of(300));
  superseded_.insert({kOther, 0});
  publish(2, content_of(310), EntryClass::kMembers);
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_TRUE(servers_["origin"].asked.empty());
  EXPECT_EQ(mirroring.state().waiting, 0U);
}

TEST_F(MirroringTest, DoesNotFetchForAnErasedEntry) {
  const auto wanted = publish(2, content_of(300));
  servers_["origin"].spoil = [this](const FetchRequest&, const std::string& answer) {
    erased_.insert({kOther, 0});  // its erase entry is pulled meanwhile
    return Result<std::string>(answer);
  };
  Mirroring mirroring(ports());
  run(mirroring);
  EXPECT_FALSE(has(wanted));
  EXPECT_EQ(mirroring.state().waiting, 0U);
  EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace dure::node::testing
