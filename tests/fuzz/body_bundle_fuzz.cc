// SPDX-License-Identifier: Apache-2.0
// Property: the bodies of a bundle make the same bundle again.
#include <algorithm>

#include "dure/commitment.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const auto bodies = dure::split_body_bundle(input, 256);
  if (!bodies) return 0;
  dure::Bytes again;
  for (const auto& body : *bodies) {
    if (!body) {
      dure::append_absent_to_body_bundle(again);
      continue;
    }
    dure::Salt salt;
    std::copy_n(body->salt.begin(), salt.size(), salt.begin());
    dure::append_to_body_bundle(again, salt, body->body);
  }
  require(again == input);
  return 0;
}
