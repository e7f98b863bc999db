// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes, as a receipt and as the body of an
// erase entry.
#include "dure/erasure.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto receipt = dure::parse_receipt(input)) {
    require(dure::format_receipt(*receipt) == input);
    require(receipt->target < receipt->erase_index || !receipt->target_origin.empty());
    require(receipt->target_origin != receipt->origin && receipt->time > 0);
  }
  if (const auto reason = dure::parse_erasure_body(input))
    require(dure::format_erasure_body(*reason) == input);
  return 0;
}
