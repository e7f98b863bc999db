// SPDX-License-Identifier: Apache-2.0
// Property: what a witness answers formats back to the same bytes if it parses at all.
#include "dure/witness.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto lines = dure::parse_cosignatures(input)) {
    std::string out;
    for (const auto& line : *lines) out += dure::format_signature(line);
    require(!lines->empty());
    require(out == input);
  }
  if (const auto told = dure::parse_witnessed_size(input))
    require(std::to_string(*told) + "\n" == input);
  return 0;
}
