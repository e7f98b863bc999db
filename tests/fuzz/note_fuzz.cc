// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes.
#include "dure/note.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto note = dure::parse_note(input)) require(dure::format_note(*note) == input);
  return 0;
}
