// SPDX-License-Identifier: Apache-2.0
// tlog-tiles paths and which tiles a tree has.
#include "dure/tile.h"
#include "shared_vectors.h"

namespace dure {
namespace {

using nlohmann::json;

json tile_vectors() {
  return testing::read_json(testing::shared_vectors() / "tlog-tiles-paths/paths.json");
}

TEST(TileVectorsTest, IndexPaths) {
  DURE_NEED_VECTORS(testing::shared_vectors() / "tlog-tiles-paths/paths.json");
  const json file = tile_vectors();
  for (const auto& [index, path] : file["index_paths"].items()) {
    const TilePath tile{TileKind::kEntries, 0, *parse_decimal(index), kTileWidth};
    const std::string text = "tile/entries/" + path.get<std::string>();
    EXPECT_EQ(format_tile_path(tile), text);
    const auto parsed = parse_tile_path(text);
    EXPECT_TRUE(parsed && *parsed == tile) << text;
  }
  EXPECT_EQ(file["index_paths"].size(), 14U);
}

TEST(TileVectorsTest, ValidAndInvalidPaths) {
  DURE_NEED_VECTORS(testing::shared_vectors() / "tlog-tiles-paths/paths.json");
  const json file = tile_vectors();
  std::size_t valid = 0;
  for (const json& path : file["valid_paths"]) {
    if (path == "checkpoint") continue;  // a path of a log, but of no tile
    const auto tile = parse_tile_path(path.get<std::string>());
    ASSERT_TRUE(tile) << path;
    EXPECT_EQ(format_tile_path(*tile), path.get<std::string>());
    ++valid;
  }
  for (const json& path : file["invalid_paths"])
    EXPECT_FALSE(parse_tile_path(path.get<std::string>())) << path;
  EXPECT_EQ(valid, 6U);
  EXPECT_EQ(file["invalid_paths"].size(), 23U);
}

void check_level(std::uint64_t size, const json& level) {
  const auto number = level["level"].get<unsigned>();
  const auto full = level["full_tiles"].get<std::uint64_t>();
  if (full > 0) {
    EXPECT_EQ(tile_width(size, number, full - 1), kTileWidth);
  }
  EXPECT_EQ(tile_width(size, number, full), level["partial_width"].get<unsigned>())
      << size << " level " << number;
  EXPECT_EQ(tile_width(size, number, full + 1), 0U);
}

TEST(TileVectorsTest, TilesOfATree) {
  DURE_NEED_VECTORS(testing::shared_vectors() / "tlog-tiles-paths/paths.json");
  const json file = tile_vectors();
  for (const auto& [size, levels] : file["tree_tiles"].items()) {
    for (const json& level : levels) check_level(*parse_decimal(size), level);
    EXPECT_EQ(tile_width(*parse_decimal(size), static_cast<unsigned>(levels.size()), 0), 0U)
        << size;
  }
  EXPECT_EQ(file["tree_tiles"].size(), 13U);
}

}  // namespace
}  // namespace dure
