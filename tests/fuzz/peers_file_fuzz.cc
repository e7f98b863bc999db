// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses, formats back to the same bytes.
#include "fuzz.h"
#include "membership/peers_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto peers = dure::node::parse_peers_file(input)) {
    require(dure::node::format_peers_file(*peers) == input);
  }
  return 0;
}
