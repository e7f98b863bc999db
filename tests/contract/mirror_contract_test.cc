// SPDX-License-Identifier: Apache-2.0
// What every MirrorStore with its LogReader must do.
#include <gtest/gtest.h>

#include <functional>
#include <future>

#include "simulation/node_file.h"
#include "storage/node_store.h"
#include "support/memory_mirrors.h"
#include "support/sample_entries.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

constexpr const char* kPeerOrigin = "yongin.example/dure/1";

struct Subject {
  virtual ~Subject() = default;
  virtual MirrorStore& mirrors() = 0;
  virtual LogReader& reader() = 0;
  LogId log = 0;
};

struct MemorySubject final : Subject {
  MemorySubject() {
    store.add_log(kTestOrigin, /*own=*/true);
    log = store.add_log(kPeerOrigin);
  }
  MirrorStore& mirrors() override { return store; }
  LogReader& reader() override { return store; }
  MemoryMirrors store;
};

struct SimulatedSubject final : Subject {
  SimulatedSubject() { log = file.add_mirror(kPeerOrigin); }
  MirrorStore& mirrors() override { return file; }
  LogReader& reader() override { return file; }
  simulation::NodeDb db{kTestOrigin};
  simulation::Power power;
  simulation::LogsFile file{db, power};
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(NodeStore::create(folder.file("node.db"), kTestOrigin));
    store = std::move(*NodeStore::open(folder.file("node.db")));
    PeerEntry peer;
    peer.url = "http://peer.example";
    peer.card = {kPeerOrigin, "용인시", "41460",
                 Role::kTown, peer.url, test_signer(kPeerOrigin)->verifier().format()};
    EXPECT_TRUE(store->peer_book().add(peer));
    log = store->reader().log_by_origin(kPeerOrigin)->id;
  }
  MirrorStore& mirrors() override { return store->mirrors(); }
  LogReader& reader() override { return store->reader(); }
  TempFolder folder;
  std::unique_ptr<NodeStore> store;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};

class MirrorContractTest : public testing::TestWithParam<Kind> {
 protected:
  MirrorContractTest() : subject_(GetParam().make()) {}
  MirrorStore& mirrors() { return subject_->mirrors(); }
  LogReader& reader() { return subject_->reader(); }
  LogId log() const { return subject_->log; }

  Status store(VerifiedBundle bundle) {
    std::promise<Status> done;
    mirrors().store(log(), std::move(bundle),
                    [&](Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  /// Fills up to `size` in bundles; odd ones carry their leaf hashes.
  void fill(std::uint64_t size) {
    while (leaves_.size() < size) {
      VerifiedBundle bundle;
      bundle.first = leaves_.size();
      const std::uint64_t end =
          std::min<std::uint64_t>(size, (bundle.first / kTileWidth + 1) * kTileWidth);
      for (std::uint64_t i = bundle.first; i < end; ++i) {
        bundle.entries.push_back(test_mirrored(i));
        leaves_.push_back(hash_leaf(bundle.entries.back().leaf));
        if (bundle.first / kTileWidth % 2 == 1) bundle.leaf_hashes.push_back(leaves_.back());
      }
      ASSERT_TRUE(store(std::move(bundle)));
    }
  }
  /// Every tile of the tree of `size` leaves, and every partial tile of the newest ones.
  void expect_tiles(std::uint64_t size) {
    for (unsigned level = 0; tile_width(size, level, 0) > 0; ++level) {
      for (std::uint64_t index = 0; tile_width(size, level, index) > 0; ++index) {
        const unsigned width = tile_width(size, level, index);
        const auto tile = reader().tile(log(), {TileKind::kHashes, level, index, width});
        ASSERT_TRUE(tile) << tile.error().detail;
        ASSERT_EQ(*tile, naive_tile(leaves_, level, index, width))
            << size << ' ' << level << ' ' << index;
      }
    }
  }
  std::unique_ptr<Subject> subject_;
  std::vector<Hash> leaves_;
};

TEST_P(MirrorContractTest, StartsEmpty) {
  const auto state = mirrors().mirror(log());
  ASSERT_TRUE(state);
  EXPECT_EQ(state->stored, 0U);
  EXPECT_EQ(state->range.root(), empty_root());
  EXPECT_FALSE(state->head);
  EXPECT_FALSE(state->pending_head);
  EXPECT_EQ(reader().head(log()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(mirrors().mirror(99).error().code, ErrorCode::kNotFound);
}

TEST_P(MirrorContractTest, RefusesBundlesOutOfOrder) {
  VerifiedBundle late{1, {test_mirrored(1)}};
  EXPECT_EQ(store(late).error().code, ErrorCode::kConflict);
  fill(1);
  VerifiedBundle again{0, {test_mirrored(0)}};
  EXPECT_EQ(store(again).error().code, ErrorCode::kConflict);
  EXPECT_EQ(mirrors().mirror(log())->stored, 1U);
}

TEST_P(MirrorContractTest, RefusesEntriesForTheOwnLog) {
  const LogId own = reader().log_by_origin(kTestOrigin)->id;
  std::promise<Status> done;
  mirrors().store(own, {0, {test_mirrored(0)}},
                  [&](Status status) { done.set_value(std::move(status)); });
  EXPECT_FALSE(done.get_future().get());
  EXPECT_EQ(*reader().stored(own), 0U);
}

TEST_P(MirrorContractTest, CompletesOnlyTheTreeThatIsStored) {
  const auto signer = test_signer(kPeerOrigin);
  fill(5);
  CompactRange four;
  for (int i = 0; i < 4; ++i) four.append(leaves_[static_cast<std::size_t>(i)]);
  CompactRange other = four;
  other.append(leaves_[0]);
  for (const CompactRange& wrong : {four, other}) {
    const auto head = format_note(test_head(wrong, *signer, kPeerOrigin).note);
    EXPECT_EQ(mirrors().complete(log(), head).error().code, ErrorCode::kInconsistent);
  }
  EXPECT_EQ(reader().head(log()).error().code, ErrorCode::kNotFound);

  const auto head =
      format_note(test_head(mirrors().mirror(log())->range, *signer, kPeerOrigin).note);
  ASSERT_TRUE(mirrors().begin(log(), head));
  EXPECT_EQ(mirrors().mirror(log())->pending_head, head);
  ASSERT_TRUE(mirrors().complete(log(), head));
  EXPECT_EQ(*reader().head(log()), head);
  EXPECT_EQ(mirrors().mirror(log())->head, head);
}

TEST_P(MirrorContractTest, ServesTheTilesOfEverySize) {
  for (std::uint64_t size = 1; size <= 600; ++size) {
    fill(size);
    // The newest tile at each level changes with each size; the others were looked at before.
    for (unsigned level = 0; tile_width(size, level, 0) > 0; ++level) {
      const std::uint64_t index = ((size >> (kTileHeight * level)) - 1) / kTileWidth;
      const unsigned width = tile_width(size, level, index);
      const auto tile = reader().tile(log(), {TileKind::kHashes, level, index, width});
      ASSERT_TRUE(tile) << size << ' ' << level << ' ' << tile.error().detail;
      ASSERT_EQ(*tile, naive_tile(leaves_, level, index, width)) << size << ' ' << level;
    }
  }
  expect_tiles(600);
}

TEST_P(MirrorContractTest, ServesTheTilesOfLargerTrees) {
  for (const std::uint64_t size : {1023U, 1024U, 2600U}) {
    fill(size);
    expect_tiles(size);
    EXPECT_EQ(mirrors().mirror(log())->range.root(), naive_root(leaves_));
  }
}

TEST_P(MirrorContractTest, AFullTilesPrefixIsThePartialTile) {
  fill(300);
  const auto full = *reader().tile(log(), {TileKind::kHashes, 0, 0, 256});
  EXPECT_EQ(*reader().tile(log(), {TileKind::kHashes, 0, 0, 17}), full.substr(0, 17 * 32));
}

TEST_P(MirrorContractTest, HasNoTilesBeyondWhatIsStored) {
  fill(300);
  for (const TileKind kind : {TileKind::kHashes, TileKind::kEntries, TileKind::kBodies}) {
    EXPECT_EQ(reader().tile(log(), {kind, 0, 1, 45}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(reader().tile(log(), {kind, 0, 2, 1}).error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(reader().tile(log(), {kind, 0, 1, 44}));
  }
  EXPECT_EQ(reader().tile(log(), {TileKind::kHashes, 1, 0, 2}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader().tile(log(), {TileKind::kHashes, 7, 0, 1}).error().code, ErrorCode::kNotFound);
}

TEST_P(MirrorContractTest, ServesEntryBundlesFromAnyEntry) {
  fill(300);
  const auto whole = *reader().tile(log(), {TileKind::kEntries, 0, 1, 44});
  const auto entries = split_entry_bundle(whole, 44, kMaxLeafBytes);
  ASSERT_TRUE(entries);
  for (std::size_t i = 0; i < 44; ++i) EXPECT_EQ((*entries)[i], test_entry(256 + i).leaf);
  const auto rest = *reader().tile(log(), {TileKind::kEntries, 0, 1, 44}, 40);
  EXPECT_TRUE(whole.ends_with(rest));
  EXPECT_EQ(split_entry_bundle(rest, 4, kMaxLeafBytes)->size(), 4U);
}

TEST_P(MirrorContractTest, ServesBodiesUpToTheSoftLimit) {
  fill(10);
  const TilePath tile{TileKind::kBodies, 0, 0, 10};
  const auto all = *reader().tile(log(), tile);
  ASSERT_EQ(split_body_bundle(all, 10)->size(), 10U);
  const auto some = *reader().tile(log(), tile, 3, 1);
  const auto split = split_body_bundle(some, 7);
  ASSERT_TRUE(split);
  ASSERT_EQ(split->size(), 1U);
  EXPECT_EQ((*split)[0]->body, test_entry(3).body);
}

TEST_P(MirrorContractTest, LeavesOutAbsentAndMembersOnlyBodies) {
  MirroredEntry erased = test_mirrored(1);
  erased.salt.reset();
  erased.body.clear();
  ASSERT_TRUE(store({0, {test_mirrored(0), erased, test_mirrored(2, EntryClass::kMembers)}}));
  const auto bundle = *reader().tile(log(), {TileKind::kBodies, 0, 0, 3});
  const auto bodies = split_body_bundle(bundle, 3);
  ASSERT_TRUE(bodies);
  EXPECT_TRUE((*bodies)[0]);
  EXPECT_FALSE((*bodies)[1]);
  EXPECT_FALSE((*bodies)[2]);
  EXPECT_FALSE(reader().entry(log(), 1)->salt);
  EXPECT_EQ(reader().entry(log(), 2)->body, test_entry(2).body);
}

TEST_P(MirrorContractTest, ScansInOrderUntilToldToStop) {
  fill(2100);
  std::uint64_t next = 3;
  ASSERT_TRUE(
      reader().scan(log(), 3, 2000, [&](std::uint64_t index, std::string_view leaf, auto body) {
        EXPECT_EQ(index, next++);
        EXPECT_EQ(leaf, test_entry(index).leaf);
        EXPECT_EQ(body->body, test_entry(index).body);
        return true;
      }));
  EXPECT_EQ(next, 2003U);
  int seen = 0;
  ASSERT_TRUE(reader().scan(log(), 2000, 1000, [&](auto, auto, auto) { return ++seen < 5; }));
  EXPECT_EQ(seen, 5);
  seen = 0;
  ASSERT_TRUE(reader().scan(log(), 2000, UINT64_MAX, [&](auto, auto, auto) { return ++seen > 0; }));
  EXPECT_EQ(seen, 100);
}

TEST_P(MirrorContractTest, NodesMakeProofsThatVerify) {
  fill(700);
  const auto node = [&](unsigned level, std::uint64_t index) {
    return reader().node(log(), level, index);
  };
  const Hash root = naive_root(leaves_);
  for (const std::uint64_t index : {0U, 1U, 255U, 256U, 511U, 512U, 699U}) {
    const auto path = prove_inclusion(index, 700, node);
    ASSERT_TRUE(path) << path.error().detail;
    EXPECT_TRUE(verify_inclusion(index, 700, leaves_[index], *path, root));
  }
  for (const std::uint64_t from : {1U, 255U, 256U, 300U, 512U, 699U}) {
    const auto proof = prove_consistency(from, 700, node);
    ASSERT_TRUE(proof);
    EXPECT_TRUE(verify_consistency(
        from, 700, naive_root(std::span<const Hash>(leaves_).first(from)), root, *proof));
  }
  EXPECT_EQ(reader().node(log(), 9, 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(reader().node(log(), 62, 0).error().code, ErrorCode::kNotFound);
}

TEST_P(MirrorContractTest, ListsLogsByOrigin) {
  const auto logs = *reader().logs();
  ASSERT_EQ(logs.size(), 2U);
  EXPECT_EQ(logs[0].origin, kTestOrigin);
  EXPECT_TRUE(logs[0].own);
  EXPECT_EQ(logs[1].origin, kPeerOrigin);
  EXPECT_FALSE(logs[1].own);
  EXPECT_EQ(reader().log_by_origin("nowhere.example/dure/1").error().code, ErrorCode::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(
    Stores, MirrorContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Simulated", [] { return std::make_unique<SimulatedSubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace dure::node
