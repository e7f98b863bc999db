// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes.
#include "dure/tile.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto tile = dure::parse_tile_path(input);
  if (!tile) return 0;
  require(dure::format_tile_path(*tile) == input);
  require(tile->width >= 1 && tile->width <= dure::kTileWidth);
  require(dure::tile_width(tile->index, tile->level, tile->index) <= dure::kTileWidth);
  return 0;
}
