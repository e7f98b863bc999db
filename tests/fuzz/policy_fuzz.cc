// SPDX-License-Identifier: Apache-2.0
// Property: the plain spelling of whatever parses parses to the same policy.
#include "dure/policy.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto policy = dure::parse_policy(input);
  if (!policy) return 0;
  const std::string plain = dure::format_policy(*policy);
  const auto again = dure::parse_policy(plain);
  require(again.has_value());
  require(dure::format_policy(*again) == plain);
  require(dure::meets_quorum(*policy, {}) == (policy->quorum == "none"));
  return 0;
}
