// SPDX-License-Identifier: Apache-2.0
// Property: what parses is spelled in the only way, follows no text that it does not name, and its
// policy parses.
#include "dure/charter.h"
#include "dure/quorum.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto join = dure::open_join_request(input))
    require(input.starts_with(dure::format_join_request(*join)));
  const auto charter = dure::parse_signed_charter(input);
  if (!charter) return 0;
  require(dure::format_signed_charter(*charter) == input);
  require(dure::format_charter(charter->charter) == charter->note.text);
  require(!dure::verify_succession(*charter, *charter));
  for (const auto& member : charter->charter.members) {
    const auto policy = dure::policy_for(charter->charter, member.logs[0].key.name());
    require(policy.has_value());
    require(dure::parse_policy(dure::format_policy(*policy)).has_value());
  }
  return 0;
}
