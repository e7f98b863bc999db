// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes.
#include "dure/checkpoint.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto checkpoint = dure::parse_checkpoint(input))
    require(dure::format_checkpoint(*checkpoint) == input);
  require(!dure::open_checkpoint(input, "a/1", {}));
  return 0;
}
