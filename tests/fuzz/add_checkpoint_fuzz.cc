// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes, and nothing is authentic without keys.
#include "dure/witness.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto request = dure::parse_add_checkpoint(input);
  if (!request) return 0;
  require(dure::format_add_checkpoint(*request) == input);
  require(!dure::authenticate(*request, {}));
  // Of no log that this witness has seen: only a first head can be granted.
  const auto grown = dure::check_growth(*request, {});
  require(!grown || (request->old_size == 0 && request->proof.empty()));
  return 0;
}
