// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes. No proof verifies without trusted keys.
#include "dure/fork_proof.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto proof = dure::parse_fork_proof(input);
  if (!proof) return 0;
  require(dure::format_fork_proof(*proof) == input);
  require(!dure::verify_fork(*proof, {}));
  return 0;
}
