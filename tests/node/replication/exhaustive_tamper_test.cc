// SPDX-License-Identifier: Apache-2.0
// Every tree of 1 to 600 leaves (and a deeper one): each hash of each tile zeroed, each entry of
// each bundle zeroed, each tile in the place of each other. Nothing may verify. Slow: run on its
// own.
#include <gtest/gtest.h>

#include <map>

#include "dure/tile_tree.h"
#include "replication/puller.h"
#include "support/fake_log.h"
#include "support/memory_mirrors.h"
#include "support/naive_tree.h"

namespace dure::node {
namespace {

constexpr std::uint64_t kLargest = 600;

std::string entry_at(std::uint64_t index) { return "entry " + std::to_string(index); }

/// The tiles of one tree, made once, and one lie about one of them.
class Tiles {
 public:
  explicit Tiles(std::span<const Hash> leaves) : size_(leaves.size()) {
    std::vector<Hash> level(leaves.begin(), leaves.end());
    for (unsigned height = 0; !level.empty(); ++height) {
      for (std::uint64_t i = 0; i * kTileWidth < level.size(); ++i) {
        const unsigned width = tile_width(size_, height, i);
        Bytes bytes;
        for (std::size_t k = 0; k < width; ++k) bytes += as_view(level[i * kTileWidth + k]);
        honest_.emplace(format_tile_path({TileKind::kHashes, height, i, width}), bytes);
        paths_.push_back({TileKind::kHashes, height, i, width});
      }
      std::vector<Hash> above;
      for (std::size_t i = 0; (i + 1) * kTileWidth <= level.size(); ++i)
        above.push_back(
            tree_root(std::span<const Hash>(level).subspan(i * kTileWidth, kTileWidth)));
      level = std::move(above);
    }
    root_ = root_of_edges();
  }
  TileSource source() {
    return [this](const TilePath& path) -> Result<Bytes> {
      const auto key = format_tile_path(path);
      return key == lie_about_ ? lie_ : honest_.at(key);
    };
  }
  const std::vector<TilePath>& paths() const { return paths_; }
  const Bytes& honest(const TilePath& path) const { return honest_.at(format_tile_path(path)); }
  void lie(const TilePath& path, Bytes bytes) {
    lie_about_ = format_tile_path(path);
    lie_ = std::move(bytes);
  }
  /// Whether the hash `i` of `path` can be read from a tree that is opened for it.
  bool readable(const TilePath& path, std::uint64_t i) {
    auto tree = TileTree::open(size_, root_, source());
    return tree && tree->node(path.level * kTileHeight, path.index * kTileWidth + i);
  }
  std::uint64_t size() const { return size_; }
  const Hash& root() const { return root_; }

 private:
  /// The root from the right edges of all levels, the largest subtree first.
  Hash root_of_edges() const {
    CompactRange range;
    for (unsigned height = kMaxTileLevel + 1; height-- > 0;) {
      const std::uint64_t count = height * kTileHeight < 64 ? size_ >> (height * kTileHeight) : 0;
      const std::uint64_t edge = count / kTileWidth;
      const unsigned width = tile_width(size_, height, edge);
      if (width == 0 || width == kTileWidth) continue;
      const auto& bytes = honest_.at(format_tile_path({TileKind::kHashes, height, edge, width}));
      const auto hashes = *parse_hash_tile(bytes);
      for (const Hash& hash : hashes) range.append_subtree(hash, height * kTileHeight);
    }
    return range.root();
  }

  std::uint64_t size_;
  Hash root_{};
  std::vector<TilePath> paths_;
  std::map<std::string, Bytes> honest_;
  std::string lie_about_;
  Bytes lie_;
};

class ExhaustiveTamperTest : public testing::Test {
 protected:
  static std::vector<Hash> leaves(std::uint64_t size) {
    std::vector<Hash> hashes;
    for (std::uint64_t i = 0; i < size; ++i) hashes.push_back(hash_leaf(entry_at(i)));
    return hashes;
  }
  std::vector<Hash> all_ = leaves(kLargest);
  Tiles tree(std::uint64_t size) const { return Tiles(std::span<const Hash>(all_).first(size)); }
};

void expect_no_zeroed_hash_is_read(Tiles& tiles) {
  for (const TilePath& path : tiles.paths()) {
    const Bytes honest = tiles.honest(path);
    for (std::size_t i = 0; i < path.width; ++i) {
      tiles.lie(path, Bytes(honest).replace(i * 32, 32, 32, '\0'));
      ASSERT_FALSE(tiles.readable(path, i))
          << tiles.size() << " " << format_tile_path(path) << " hash " << i;
    }
    tiles.lie(path, honest);
    ASSERT_TRUE(tiles.readable(path, 0)) << tiles.size() << " " << format_tile_path(path);
  }
}

TEST_F(ExhaustiveTamperTest, NoZeroedHashOfAnyTileIsRead) {
  for (std::uint64_t size = 1; size <= kLargest; ++size) {
    auto tiles = tree(size);
    ASSERT_EQ(tiles.root(), tree_root(std::span<const Hash>(all_).first(size))) << size;
    expect_no_zeroed_hash_is_read(tiles);
  }
}

TEST_F(ExhaustiveTamperTest, NoZeroedHashOfAnUpperTileIsRead) {
  const auto many = leaves(65'536 + 300);
  Tiles tiles(many);
  for (const TilePath& path : tiles.paths()) {
    const bool upper = path.level > 0 || path.width < kTileWidth || path.index % 64 == 0;
    if (!upper) continue;
    const Bytes honest = tiles.honest(path);
    for (std::size_t i = 0; i<path.width; i += path.level> 0 ? 1 : 17) {
      tiles.lie(path, Bytes(honest).replace(i * 32, 32, 32, '\0'));
      ASSERT_FALSE(tiles.readable(path, i)) << format_tile_path(path) << " hash " << i;
    }
  }
}

TEST_F(ExhaustiveTamperTest, NoTileStandsInForAnother) {
  for (std::uint64_t size = 2; size <= kLargest; ++size) {
    auto tiles = tree(size);
    for (const TilePath& path : tiles.paths()) {
      for (const TilePath& other : tiles.paths()) {
        if (other == path || tiles.honest(other) == tiles.honest(path)) continue;
        tiles.lie(path, tiles.honest(other));
        ASSERT_FALSE(tiles.readable(path, 0))
            << size << " " << format_tile_path(other) << " as " << format_tile_path(path);
      }
    }
  }
}

TEST_F(ExhaustiveTamperTest, NoZeroedEntryIsOpened) {
  for (std::uint64_t size = 1; size <= kLargest; ++size) {
    auto tiles = tree(size);
    auto opened = TileTree::open(size, tiles.root(), tiles.source());
    ASSERT_TRUE(opened);
    // A full bundle is the same in every larger tree; it is tried in the first one that has it.
    const std::uint64_t last = (size - 1) / kTileWidth;
    Bytes bundle;
    std::vector<std::size_t> starts;
    for (std::uint64_t i = last * kTileWidth; i < size; ++i) {
      starts.push_back(bundle.size() + 2);
      append_to_entry_bundle(bundle, entry_at(i));
    }
    ASSERT_TRUE(opened->open_entry_bundle(last, bundle, 1024));
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const auto length = entry_at(last * kTileWidth + i).size();
      Bytes zeroed = bundle;
      zeroed.replace(starts[i], length, length, '\0');
      ASSERT_FALSE(opened->open_entry_bundle(last, zeroed, 1024)) << size << " entry " << i;
    }
  }
}

// The same through a whole pull: what it reads of the hash tiles is level 1.
TEST_F(ExhaustiveTamperTest, NoZeroedHashIsPulledFromATreeOfAnySize) {
  FakeLog log("suwon.go.kr/dure/1");
  log.grow_to(kLargest);
  FakeNetwork network;
  auto& home = network["http://home"];
  home.log = &log;
  for (std::size_t size = kTileWidth; size <= kLargest; ++size) {
    home.size = size;
    for (std::size_t hash = 0; hash < size / kTileWidth; ++hash) {
      home.tamper = [hash](const std::string& path, Result<FetchResponse>& response) {
        if (response && path.find("/tile/1/") != std::string::npos)
          response->body.replace(hash * 32, 32, 32, '\0');
      };
      MemoryMirrors mirrors;
      const LogId id = mirrors.add_log(log.origin());
      const PullJob job{
          {id, log.origin(), false}, log.keys(), {origin_location("http://home")}, {}};
      PullOptions options;
      options.connections = 1;
      const auto report = pull_log(job, network.opener(), mirrors, mirrors, options);
      ASSERT_TRUE(report.error) << size << " hash " << hash;
      ASSERT_EQ(report.error->code, ErrorCode::kBadProof) << size << " hash " << hash;
      ASSERT_EQ(report.to, 0U);
    }
  }
}

}  // namespace
}  // namespace dure::node
