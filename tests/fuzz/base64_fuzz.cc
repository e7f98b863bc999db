// SPDX-License-Identifier: Apache-2.0
// Property: each decoder accepts only what its encoder makes.
#include "dure/encoding.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto bytes = dure::base64_decode(input)) require(dure::base64_encode(*bytes) == input);
  if (const auto bytes = dure::base32_decode(input)) require(dure::base32_encode(*bytes) == input);
  if (const auto bytes = dure::hex_decode(input)) require(dure::hex_encode(*bytes) == input);
  if (const auto hash = dure::base64_decode_hash(input))
    require(dure::base64_encode(dure::as_view(*hash)) == input);
  if (const auto number = dure::parse_decimal(input)) require(std::to_string(*number) == input);
  require(*dure::base64_decode(dure::base64_encode(input)) == input);
  require(*dure::base32_decode(dure::base32_encode(input)) == input);
  require(dure::is_utf8(dure::printable(input)));
  return 0;
}
