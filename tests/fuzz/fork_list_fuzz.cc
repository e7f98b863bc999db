// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses comes back the same from the one spelling that we write.
#include "fuzz.h"
#include "replication/fork_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto forks = dure::node::parse_fork_list(fuzz_input(data, size));
  if (!forks) return 0;
  const auto again = dure::node::parse_fork_list(dure::node::format_fork_list(*forks));
  require(again && *again == *forks);
  return 0;
}
