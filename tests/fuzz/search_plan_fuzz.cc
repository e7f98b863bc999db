// SPDX-License-Identifier: Apache-2.0
// Property: a plan that is read from a cursor is written the same way again.
#include "catalogue/searching.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all = fuzz_input(data, size);
  std::string_view rest = all;
  const auto plan = dure::node::take_plan(rest);
  if (!plan) return 0;
  require(dure::node::format_plan(*plan) == all.substr(0, all.size() - rest.size()));
  return 0;
}
