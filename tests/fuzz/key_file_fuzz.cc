// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes, but for the newline that a bare seed
// may lack, and asks for bounded work.
#include "app/key_file.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto file = dure::node::parse_key_file(input);
  if (!file) return 0;
  const auto text = dure::node::format_key_file(*file);
  require(text == input || text == std::string(input) + "\n");
  require(text.size() <= dure::node::kMaxKeyFileBytes);
  if (file->sealed) require(file->sealed->cost.kib <= dure::node::kMostKdfCost.kib);
  return 0;
}
