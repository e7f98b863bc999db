// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes, which are its RFC 8785 form.
#include "dure/entry.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto leaf = dure::parse_leaf(input);
  if (!leaf) return 0;
  require(dure::format_leaf(*leaf) == input);
  require(dure::canonical_json(*dure::parse_flat_json(input)) == input);
  return 0;
}
