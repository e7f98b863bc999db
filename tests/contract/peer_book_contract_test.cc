// SPDX-License-Identifier: Apache-2.0
// What every PeerBook must do.
#include <gtest/gtest.h>

#include <functional>

#include "simulation/node_file.h"
#include "storage/node_store.h"
#include "support/memory_peer_book.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual PeerBook& book() = 0;
};

struct MemorySubject final : Subject {
  PeerBook& book() override { return store; }
  MemoryPeerBook store{kTestOrigin};
};

struct SimulatedSubject final : Subject {
  PeerBook& book() override { return peers; }
  simulation::NodeDb db{kTestOrigin};
  simulation::Power power;
  simulation::LogsFile logs{db, power};
  simulation::PeersFile peers{db, logs, power};
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(NodeStore::create(folder.file("node.db"), kTestOrigin));
    store = std::move(*NodeStore::open(folder.file("node.db")));
  }
  PeerBook& book() override { return store->peer_book(); }
  TempFolder folder;
  std::unique_ptr<NodeStore> store;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};

PeerEntry peer(const std::string& origin, const std::string& url, std::uint8_t seed = 1) {
  return {
      0,
      {origin, "용인시", "41460", Role::kTown, url, test_signer(origin, seed)->verifier().format()},
      url};
}

class PeerBookContractTest : public testing::TestWithParam<Kind> {
 protected:
  PeerBookContractTest() : subject_(GetParam().make()) {}
  PeerBook& book() { return subject_->book(); }
  std::unique_ptr<Subject> subject_;
};

TEST_P(PeerBookContractTest, ListsWhatWasAdded) {
  EXPECT_TRUE(book().peers()->empty());
  ASSERT_TRUE(book().add(peer("a.example/1", "http://a")));
  ASSERT_TRUE(book().add(peer("b.example/1", "http://b")));
  const auto peers = *book().peers();
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(peers[0].card.origin, "a.example/1");
  EXPECT_EQ(peers[0].card.name, "용인시");
  EXPECT_EQ(peers[1].url, "http://b");
  EXPECT_NE(peers[0].log, peers[1].log);
}

TEST_P(PeerBookContractTest, AddingAgainUpdatesTheUrl) {
  ASSERT_TRUE(book().add(peer("a.example/1", "http://a")));
  const LogId log = (*book().peers())[0].log;
  ASSERT_TRUE(book().add(peer("a.example/1", "http://moved")));
  const auto peers = *book().peers();
  ASSERT_EQ(peers.size(), 1U);
  EXPECT_EQ(peers[0].url, "http://moved");
  EXPECT_EQ(peers[0].log, log);
}

TEST_P(PeerBookContractTest, RefusesAnotherKeyAndTheOwnOrigin) {
  ASSERT_TRUE(book().add(peer("a.example/1", "http://a")));
  EXPECT_EQ(book().add(peer("a.example/1", "http://a", 2)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(book().add(peer(kTestOrigin, "http://me")).error().code, ErrorCode::kConflict);
  EXPECT_EQ(book().peers()->size(), 1U);
}

TEST_P(PeerBookContractTest, RemovesByUrlOrOriginAndRemembersTheKey) {
  ASSERT_TRUE(book().add(peer("a.example/1", "http://a")));
  ASSERT_TRUE(book().add(peer("b.example/1", "http://b")));
  const LogId log = (*book().peers())[0].log;
  ASSERT_TRUE(book().remove("http://a"));
  ASSERT_TRUE(book().remove("b.example/1"));
  EXPECT_TRUE(book().peers()->empty());
  EXPECT_EQ(book().remove("http://a").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(book().add(peer("a.example/1", "http://a", 2)).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(book().add(peer("a.example/1", "http://a")));
  EXPECT_EQ((*book().peers())[0].log, log);
}

// A person who adds a peer may be lied to; the charter may not.
TEST_P(PeerBookContractTest, AnotherKeyIsTakenFromTheCharterOnly) {
  ASSERT_TRUE(book().add(peer("a.example/1", "http://a", 1)));
  const LogId log = (*book().peers())[0].log;
  const auto rotated = peer("a.example/1", "http://b", 2);
  EXPECT_EQ(book().add(rotated).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(book().put(rotated));
  ASSERT_EQ(book().peers()->size(), 1U);
  EXPECT_EQ((*book().peers())[0].log, log) << "it is the same log";
  EXPECT_EQ((*book().peers())[0].url, "http://b");
  EXPECT_EQ((*book().peers())[0].card.log_vkey, rotated.card.log_vkey);
  EXPECT_EQ(book().put(peer(kTestOrigin, "http://me")).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(book().remove("a.example/1"));
  ASSERT_TRUE(book().put(rotated));
  EXPECT_EQ((*book().peers())[0].log, log);
}

INSTANTIATE_TEST_SUITE_P(
    Stores, PeerBookContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Simulated", [] { return std::make_unique<SimulatedSubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace dure::node
