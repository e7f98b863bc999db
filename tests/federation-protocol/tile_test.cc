// SPDX-License-Identifier: Apache-2.0
#include "dure/tile.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;

TEST(TilePathTest, ComesBackFromItsText) {
  for (const char* path : {"tile/0/000", "tile/7/x001/x234/067", "tile/0/000.p/1",
                           "tile/63/999.p/255", "tile/entries/x001/000", "tile/entries/007.p/8",
                           "bodies/000", "bodies/x072/x057/x594/x037/x927/935.p/12"}) {
    const auto tile = parse_tile_path(path);
    ASSERT_TRUE(tile) << path;
    EXPECT_EQ(format_tile_path(*tile), path);
  }
}

TEST(TilePathTest, ReadsItsParts) {
  EXPECT_EQ(*parse_tile_path("tile/3/x001/x234/067.p/9"),
            (TilePath{TileKind::kHashes, 3, 1234067, 9}));
  EXPECT_EQ(*parse_tile_path("bodies/001"), (TilePath{TileKind::kBodies, 0, 1, 256}));
  EXPECT_EQ(*parse_tile_path("tile/entries/000"), (TilePath{TileKind::kEntries, 0, 0, 256}));
}

TEST(TilePathTest, RejectsEveryOtherSpelling) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile//000",
                           "tile/64/000",
                           "tile/00/000",
                           "/tile/0/000",
                           "tile/0/000/",
                           "tile/0/x000/001",
                           "tile/0/x001",
                           "tile/0/x001/",
                           "tile/0/x001/x002",
                           "tile/0/001/002",
                           "tile/0/1000",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/1/",
                           "tile/0/000.P/1",
                           "tile/0/X001/067",
                           "tile/data/000",
                           "bodies/",
                           "bodies/00",
                           "bodies",
                           "tile/entries/",
                           "tile/0/ 00",
                           "tile/0/-01",
                           "tile/0/x999/x999/x999/x999/x999/x999/999",
                           "tile/0/x001/x000/x000/x000/x000/x000/x000/000"}) {
    EXPECT_EQ(outcome(parse_tile_path(path)), "malformed") << path;
  }
}

TEST(TileWidthTest, CountsWhatTheTreeHasOfEachTile) {
  EXPECT_EQ(tile_width(0, 0, 0), 0U);
  EXPECT_EQ(tile_width(1, 0, 0), 1U);
  EXPECT_EQ(tile_width(256, 0, 0), 256U);
  EXPECT_EQ(tile_width(256, 0, 1), 0U);
  EXPECT_EQ(tile_width(256, 1, 0), 1U);
  EXPECT_EQ(tile_width(70000, 0, 273), 112U);
  EXPECT_EQ(tile_width(70000, 1, 1), 17U);
  EXPECT_EQ(tile_width(70000, 2, 0), 1U);
  EXPECT_EQ(tile_width(70000, 3, 0), 0U);
}

TEST(TileWidthTest, IsZeroForWhatNoTreeHas) {
  EXPECT_EQ(tile_width(UINT64_MAX >> 1, 8, 0), 0U);
  EXPECT_EQ(tile_width(UINT64_MAX >> 1, 63, 0), 0U);
  EXPECT_EQ(tile_width(70000, 0, UINT64_MAX), 0U);
}

TEST(HashTileTest, HoldsOneTo256WholeHashes) {
  EXPECT_EQ(parse_hash_tile(std::string(64, 'a'))->size(), 2U);
  EXPECT_EQ(parse_hash_tile(std::string(8192, 'a'))->size(), 256U);
  for (const std::size_t bytes : {0U, 1U, 31U, 33U, 8191U, 8193U, 8224U}) {
    EXPECT_EQ(outcome(parse_hash_tile(std::string(bytes, 'a'))), "malformed") << bytes;
  }
}

TEST(EntryBundleTest, ComesBack) {
  Bytes bundle;
  append_to_entry_bundle(bundle, "first");
  append_to_entry_bundle(bundle, "");
  append_to_entry_bundle(bundle, std::string(65535, 'x'));
  const auto entries = split_entry_bundle(bundle, 3, 65535);
  ASSERT_TRUE(entries);
  EXPECT_EQ((*entries)[0], "first");
  EXPECT_EQ((*entries)[1], "");
  EXPECT_EQ((*entries)[2].size(), 65535U);
}

TEST(EntryBundleTest, RejectsAnotherCountCutsAndLeftOvers) {
  Bytes bundle;
  append_to_entry_bundle(bundle, "first");
  append_to_entry_bundle(bundle, "second");
  EXPECT_EQ(outcome(split_entry_bundle(bundle, 1, 1024)), "malformed");
  EXPECT_EQ(outcome(split_entry_bundle(bundle, 3, 1024)), "malformed");
  EXPECT_EQ(outcome(split_entry_bundle(bundle + "x", 2, 1024)), "malformed");
  for (std::size_t n = 0; n < bundle.size(); ++n) {
    EXPECT_EQ(outcome(split_entry_bundle(std::string_view(bundle).substr(0, n), 2, 1024)),
              "malformed")
        << n;
  }
}

TEST(EntryBundleTest, BoundsEachEntry) {
  Bytes bundle;
  append_to_entry_bundle(bundle, std::string(1025, 'x'));
  EXPECT_EQ(outcome(split_entry_bundle(bundle, 1, 1024)), "too-large");
}

}  // namespace
}  // namespace dure
