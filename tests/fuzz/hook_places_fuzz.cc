// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses, formats back to the same bytes.
#include "fuzz.h"
#include "webhooks/places_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto places = dure::node::parse_hook_places(input)) {
    require(dure::node::format_hook_places(*places) == input);
  }
  return 0;
}
