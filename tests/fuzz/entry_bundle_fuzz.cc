// SPDX-License-Identifier: Apache-2.0
// Property: the entries of a bundle make the same bundle again.
#include "dure/tile.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  for (const std::size_t count : {1U, 3U, 256U}) {
    const auto entries = dure::split_entry_bundle(input, count, 1024);
    if (!entries) continue;
    dure::Bytes again;
    for (const auto entry : *entries) dure::append_to_entry_bundle(again, entry);
    require(again == input);
  }
  if (const auto tile = dure::parse_hash_tile(input))
    require(tile->size() * sizeof(dure::Hash) == input.size());
  return 0;
}
