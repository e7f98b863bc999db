// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses formats back to the same bytes, as either field of a signed request; a
// content has no more than the digests that it is given.
#include "dure/http_signature.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto parsed = dure::parse_signature_input(input)) {
    require(dure::format_signature_input(*parsed) == input);
    require(parsed->created >= 0 && !parsed->member.empty());
  }
  if (const auto signature = dure::parse_signature_field(input))
    require(dure::format_signature_field(*signature) == input);
  if (dure::check_content_digest(input, "content"))
    require(input.find(dure::content_digest("content")) != std::string_view::npos);
  return 0;
}
