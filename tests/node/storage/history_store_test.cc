// SPDX-License-Identifier: Apache-2.0
// A mirrored history that is put aside, and what others see of it: nothing.
#include "storage/history_store.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "storage/node_store.h"
#include "storage/sqlite.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

constexpr const char* kPeer = "yongin.example/dure/1";

class HistoryStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(NodeStore::create(folder_.file("node.db"), kTestOrigin));
    reopen();
    PeerEntry peer;
    peer.url = "http://peer.example";
    peer.card = {kPeer, "용인시", "41460", Role::kTown, peer.url, signer_->verifier().format()};
    ASSERT_TRUE(store_->peer_book().add(peer));
    log_ = current();
    fill(log_, 0, 5);
  }
  void reopen() {
    store_.reset();
    store_ = std::move(*NodeStore::open(folder_.file("node.db")));
  }
  LogId current() { return store_->reader().log_by_origin(kPeer)->id; }
  void fill(LogId log, std::uint64_t first_number, std::size_t count) {
    VerifiedBundle bundle;
    for (std::size_t i = 0; i < count; ++i)
      bundle.entries.push_back(test_mirrored(first_number + i));
    std::promise<Status> done;
    store_->mirrors().store(log, std::move(bundle), [&](Status status) { done.set_value(status); });
    ASSERT_TRUE(done.get_future().get());
  }
  std::string note(LogId log) {
    return format_note(test_head(store_->mirrors().mirror(log)->range, *signer_, kPeer).note);
  }
  std::string leaf(LogId log, std::uint64_t index) {
    return store_->reader().entry(log, index)->leaf;
  }

  TempFolder folder_;
  std::unique_ptr<Signer> signer_ = test_signer(kPeer);
  std::unique_ptr<NodeStore> store_;
  LogId log_ = 0;
};

TEST_F(HistoryStoreTest, TheMirrorBeginsAnewAndNothingIsLost) {
  ASSERT_TRUE(store_->mirrors().complete(log_, note(log_)));
  const auto anew = store_->histories().set_aside(log_);
  ASSERT_TRUE(anew);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(current(), *anew);
    EXPECT_EQ(store_->mirrors().mirror(*anew)->stored, 0U);
    EXPECT_FALSE(store_->mirrors().mirror(*anew)->head);
    EXPECT_EQ((*store_->peer_book().peers())[0].log, *anew) << "the peer is followed into it";
    EXPECT_EQ(*store_->histories().aside(kPeer), std::vector<LogId>{log_});
    EXPECT_EQ(store_->reader().logs()->size(), 2U) << "own and mirror; nobody lists the other";
    EXPECT_EQ(store_->mirrors().mirror(log_)->stored, 5U);
    reopen();
  }
  fill(*anew, 70, 3);
  EXPECT_EQ(leaf(*anew, 0), test_mirrored(70).leaf);
  EXPECT_EQ(leaf(log_, 0), test_mirrored(0).leaf);
  EXPECT_TRUE(store_->mirrors().complete(*anew, note(*anew)));
}

TEST_F(HistoryStoreTest, WhatWasPutAsideCanBeTakenBack) {
  const auto anew = *store_->histories().set_aside(log_);
  fill(anew, 70, 3);
  ASSERT_TRUE(store_->histories().take_back(log_));
  EXPECT_EQ(current(), log_);
  EXPECT_EQ((*store_->peer_book().peers())[0].log, log_);
  EXPECT_EQ(*store_->histories().aside(kPeer), std::vector<LogId>{anew});
  EXPECT_EQ(store_->mirrors().mirror(log_)->stored, 5U);
  EXPECT_EQ(store_->histories().take_back(log_).error().code, ErrorCode::kNotFound) << "it is back";
}

TEST_F(HistoryStoreTest, OnlyAMirrorOfItsNameCanBePutAside) {
  const auto code = [&](LogId log) { return store_->histories().set_aside(log).error().code; };
  EXPECT_EQ(code(store_->own_log_id()), ErrorCode::kNotFound);
  EXPECT_EQ(code(99), ErrorCode::kNotFound);
  ASSERT_TRUE(store_->histories().set_aside(log_));
  EXPECT_EQ(code(log_), ErrorCode::kNotFound);
  EXPECT_TRUE(store_->histories().aside("yongin.example/dure")->empty());
}

TEST_F(HistoryStoreTest, AnEarlierHeadCanBeServedAsTheLast) {
  const auto three = [&] {
    CompactRange range;
    for (std::uint64_t i = 0; i < 3; ++i) range.append(hash_leaf(test_mirrored(i).leaf));
    return format_note(test_head(range, *signer_, kPeer).note);
  }();
  ASSERT_TRUE(store_->mirrors().complete(log_, note(log_)));
  ASSERT_TRUE(store_->histories().end_at(log_, three));
  EXPECT_EQ(*store_->reader().head(log_), three);
  EXPECT_EQ(store_->mirrors().mirror(log_)->stored, 5U) << "the rest stays, unseen";
  EXPECT_EQ(store_->histories().end_at(99, three).error().code, ErrorCode::kNotFound);
}

// Nobody is served what was put aside, but a disk can be read.
TEST_F(HistoryStoreTest, ErasingReachesWhatWasPutAside) {
  const auto anew = *store_->histories().set_aside(log_);
  fill(anew, 0, 3);
  const std::array<std::uint64_t, 2> indexes = {1, 4};
  EXPECT_EQ(*store_->bodies().present(anew, indexes), (std::vector<std::uint64_t>{1, 4}));
  ASSERT_TRUE(store_->bodies().erase(anew, indexes));
  EXPECT_TRUE(store_->bodies().present(anew, indexes)->empty());
  EXPECT_FALSE(store_->reader().entry(log_, 1)->salt);
  EXPECT_FALSE(store_->reader().entry(log_, 4)->salt);
  EXPECT_TRUE(store_->reader().entry(log_, 0)->salt);
}

// Each statement of a change fails once: then nothing of it was kept. And one that was kept
// although nobody heard of it does no harm when it is asked for again.
class HistoryFailureTest : public HistoryStoreTest {
 protected:
  void execute(const std::string& sql) {
    store_.reset();
    {
      auto connection = Connection::open(folder_.file("node.db"), OpenMode::kReadWrite);
      ASSERT_TRUE(connection);
      const auto done = (*connection)->execute(sql.c_str());
      ASSERT_TRUE(done) << done.error().detail;
    }
    reopen();
  }
  /// `change` fails at each of `statements`, and the log is as before.
  void fails_at_each(const std::vector<std::string>& statements,
                     const std::function<Status()>& change) {
    const LogId before = current();
    const auto asides = *store_->histories().aside(kPeer);
    const LogId followed = (*store_->peer_book().peers())[0].log;
    for (const auto& statement : statements) {
      execute("CREATE TRIGGER fail BEFORE " + statement + " BEGIN SELECT RAISE(ABORT, 'no'); END;");
      EXPECT_FALSE(change()) << statement;
      execute("DROP TRIGGER fail");
      EXPECT_EQ(current(), before) << statement;
      EXPECT_EQ(*store_->histories().aside(kPeer), asides) << statement;
      EXPECT_EQ((*store_->peer_book().peers())[0].log, followed) << statement;
      EXPECT_EQ(store_->mirrors().mirror(log_)->stored, 5U) << statement;
    }
  }
};

TEST_F(HistoryFailureTest, PuttingAside) {
  const auto put = [&]() -> Status {
    const auto anew = store_->histories().set_aside(log_);
    return anew ? ok() : Status(anew.error());
  };
  fails_at_each({"UPDATE OF origin ON logs", "INSERT ON logs", "UPDATE OF log ON peers"}, put);
  ASSERT_TRUE(put());
  const LogId anew = current();
  EXPECT_EQ(put().error().code, ErrorCode::kNotFound);
  EXPECT_EQ(current(), anew) << "what began in its place stays";
}

TEST_F(HistoryFailureTest, TakingBack) {
  const LogId anew = *store_->histories().set_aside(log_);
  const auto back = [&] { return store_->histories().take_back(log_); };
  fails_at_each({"UPDATE OF origin ON logs", "UPDATE OF log ON peers"}, back);
  ASSERT_TRUE(back());
  EXPECT_EQ(back().error().code, ErrorCode::kNotFound);
  EXPECT_EQ(current(), log_);
  EXPECT_EQ(*store_->histories().aside(kPeer), std::vector<LogId>{anew});
}

TEST_F(HistoryFailureTest, EndingAtAHead) {
  const std::string end = note(log_);
  const auto end_it = [&] { return store_->histories().end_at(log_, end); };
  fails_at_each({"UPDATE OF head ON logs"}, end_it);
  EXPECT_FALSE(store_->mirrors().mirror(log_)->head);
  ASSERT_TRUE(end_it());
  ASSERT_TRUE(end_it()) << "once more";
  EXPECT_EQ(*store_->reader().head(log_), end);
}

}  // namespace
}  // namespace dure::node
