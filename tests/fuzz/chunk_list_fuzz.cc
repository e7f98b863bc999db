// SPDX-License-Identifier: Apache-2.0
// Property: a chunk list that can be read is written the same way again, and leads to what it says.
#include "dure/attachment.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto list = dure::parse_chunk_list(input);
  if (!list) return 0;
  require(dure::format_chunk_list(*list) == input);
  require(dure::check_chunk_list(*list, list->length, dure::commit(*list)).has_value());
  require(!dure::check_chunk_list(*list, list->length + 1, dure::commit(*list)).has_value());
  return 0;
}
