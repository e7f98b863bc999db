// SPDX-License-Identifier: Apache-2.0
// Property: the canonical form of whatever parses parses to the same canonical form.
#include "dure/encoding.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  auto object = dure::parse_flat_json(input);
  if (!object) return 0;
  const std::string canonical = dure::canonical_json(*std::move(object));
  auto again = dure::parse_flat_json(canonical);
  require(again.has_value());
  require(dure::canonical_json(*std::move(again)) == canonical);
  return 0;
}
