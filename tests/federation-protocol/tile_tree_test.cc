// SPDX-License-Identifier: Apache-2.0
// Nothing that a server changes in a tile or bundle may get through (compare CVE-2026-56865).
#include "dure/tile_tree.h"

#include <gtest/gtest.h>

#include <set>

#include "fixtures.h"

namespace dure {
namespace {

using testing::nodes_of;
using testing::numbered_leaf_hashes;
using testing::outcome;

/// A log in memory that serves tiles, and lies about one of them when told to.
class Server {
 public:
  explicit Server(std::uint64_t size)
      : leaf_hashes_(numbered_leaf_hashes(size)), root_(tree_root(leaf_hashes_)) {}

  Bytes honest_tile(const TilePath& path) const {
    const unsigned level = path.level * kTileHeight;
    Bytes bytes;
    for (std::uint64_t i = 0; i < path.width; ++i) {
      bytes += as_view(*nodes_of(leaf_hashes_)(level, path.index * kTileWidth + i));
    }
    return bytes;
  }
  TileSource source() {
    return [this](const TilePath& path) -> Result<Bytes> {
      asked_.insert(format_tile_path(path));
      return path == lie_about_ ? lie_ : honest_tile(path);
    };
  }
  std::vector<TilePath> tiles() const {
    std::vector<TilePath> all;
    for (unsigned level = 0; level <= kMaxTileLevel; ++level) {
      for (std::uint64_t i = 0; tile_width(size(), level, i) > 0; ++i) {
        all.push_back({TileKind::kHashes, level, i, tile_width(size(), level, i)});
      }
    }
    return all;
  }
  void lie(const TilePath& path, Bytes bytes) {
    lie_about_ = path;
    lie_ = std::move(bytes);
  }
  /// Reads every leaf hash, each in a fresh tree, so that every order of fetching is met. "ok" if
  /// all are right.
  std::string read_all() {
    for (std::uint64_t i = 0; i < size(); i += 1 + size() / 8) {
      auto tree = TileTree::open(size(), root_, source());
      if (!tree) return outcome(tree);
      for (std::uint64_t k = 0; k < size(); ++k) {
        const auto hash = tree->node(0, (i + k) % size());
        if (!hash) return outcome(hash);
        if (*hash != leaf_hashes_[(i + k) % size()]) return "ACCEPTED A LIE";
      }
    }
    return "ok";
  }
  std::uint64_t size() const { return leaf_hashes_.size(); }
  const Hash& root() const { return root_; }
  const std::vector<Hash>& leaf_hashes() const { return leaf_hashes_; }
  const std::set<std::string>& asked() const { return asked_; }

 private:
  std::vector<Hash> leaf_hashes_;
  Hash root_;
  TilePath lie_about_{TileKind::kBodies, 0, 0, 1};
  Bytes lie_;
  std::set<std::string> asked_;
};

TEST(TileTreeTest, ReadsEveryNodeOfEverySizeTo600) {
  for (std::uint64_t size = 0; size <= 600; size += size < 10 ? 1 : 7) {
    Server server(size);
    auto tree = TileTree::open(size, server.root(), server.source());
    ASSERT_TRUE(tree) << size;
    for (unsigned level = 0; size >> level > 0; ++level) {
      for (std::uint64_t i = 0; i < size >> level; ++i) {
        ASSERT_EQ(*tree->node(level, i), *nodes_of(server.leaf_hashes())(level, i)) << size;
      }
      EXPECT_EQ(outcome(tree->node(level, size >> level)), "invalid");
    }
  }
}

TEST(TileTreeTest, ProvesInclusionFromTiles) {
  Server server(600);
  auto tree = TileTree::open(600, server.root(), server.source());
  ASSERT_TRUE(tree);
  const auto path =
      prove_inclusion(13, 600, [&](unsigned l, std::uint64_t i) { return tree->node(l, i); });
  ASSERT_TRUE(path);
  EXPECT_EQ(outcome(verify_inclusion(13, 600, server.leaf_hashes()[13], *path, server.root())),
            "ok");
}

TEST(TileTreeTest, OpeningFetchesTheRightEdgeOnly) {
  Server server(70000);
  ASSERT_TRUE(TileTree::open(70000, server.root(), server.source()));
  EXPECT_EQ(server.asked(),
            (std::set<std::string>{"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}));
}

TEST(TileTreeTest, RejectsAnotherRoot) {
  Server server(300);
  EXPECT_EQ(outcome(TileTree::open(300, Hash{}, server.source())), "bad-proof");
  EXPECT_EQ(outcome(TileTree::open(299, server.root(), server.source())), "bad-proof");
  EXPECT_EQ(outcome(TileTree::open(std::uint64_t{1} << 63, server.root(), server.source())),
            "invalid");
}

TEST(TileTreeTest, PassesOnTheSourcesError) {
  Server server(300);
  const TileSource down = [](const TilePath&) -> Result<Bytes> {
    return Error{ErrorCode::kUnavailable, "x"};
  };
  EXPECT_EQ(outcome(TileTree::open(300, server.root(), down)), "unavailable");
}

TEST(TileTreeTamperTest, EveryZeroedHashOfEveryTileIsNoticed) {
  for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 511U, 512U, 600U}) {
    Server server(size);
    for (const TilePath& path : server.tiles()) {
      const Bytes honest = server.honest_tile(path);
      for (std::size_t i = 0; i < path.width; ++i) {
        server.lie(path, Bytes(honest).replace(i * 32, 32, 32, '\0'));
        ASSERT_EQ(server.read_all(), "bad-proof")
            << size << " " << format_tile_path(path) << " hash " << i;
      }
    }
  }
}

TEST(TileTreeTamperTest, EveryFlippedByteOfATileIsNoticed) {
  Server server(259);
  for (const TilePath& path : server.tiles()) {
    const Bytes honest = server.honest_tile(path);
    for (std::size_t i = 0; i < honest.size(); ++i) {
      Bytes changed = honest;
      changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
      server.lie(path, changed);
      auto tree = TileTree::open(server.size(), server.root(), server.source());
      ASSERT_EQ(tree ? outcome(tree->node(0, 0)) : outcome(tree), "bad-proof")
          << format_tile_path(path) << " byte " << i;
    }
  }
}

TEST(TileTreeTamperTest, SwappedCutAndWidenedTilesAreNoticed) {
  Server server(600);
  const auto tiles = server.tiles();
  for (const TilePath& path : tiles) {
    const Bytes honest = server.honest_tile(path);
    server.lie(path, honest.substr(32));
    EXPECT_EQ(server.read_all(), "malformed");
    server.lie(path, honest + honest.substr(0, 32));
    EXPECT_EQ(server.read_all(), "malformed");
    for (const TilePath& other : tiles) {
      if (other == path) continue;
      server.lie(path, server.honest_tile(other));
      EXPECT_NE(server.read_all(), "ok") << format_tile_path(path);
    }
  }
}

TEST(TileTreeTamperTest, EveryFlippedBitOfAnEntryBundleIsNoticed) {
  Server server(259);
  Bytes bundle;
  for (int i = 256; i < 259; ++i) append_to_entry_bundle(bundle, "entry " + std::to_string(i));
  auto tree = TileTree::open(server.size(), server.root(), server.source());
  ASSERT_TRUE(tree);
  ASSERT_EQ(outcome(tree->open_entry_bundle(1, bundle, 1024)), "ok");
  for (char& c : bundle) {
    for (int bit = 0; bit < 8; ++bit) {
      c = static_cast<char>(c ^ (1 << bit));
      EXPECT_FALSE(tree->open_entry_bundle(1, bundle, 1024));
      c = static_cast<char>(c ^ (1 << bit));
    }
  }
  EXPECT_EQ(outcome(tree->open_entry_bundle(0, bundle, 1024)), "malformed");
  EXPECT_EQ(outcome(tree->open_entry_bundle(2, bundle, 1024)), "invalid");
}

}  // namespace
}  // namespace dure
