// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses, formats back to the same text; and every cursor made here parses.
#include <cstring>

#include "catalogue/cursor.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto parsed = dure::node::parse_cursor(input, "q")) {
    require(dure::node::format_cursor(*parsed, "q") == input);
  }
  dure::node::SearchCursor made;
  if (size >= 16) {
    std::memcpy(&made.as_of, data, 8);
    std::memcpy(&made.id_order, data + 8, 8);
    made.word_documents.assign(size % 12, made.as_of);
    made.origin.assign(input.substr(16, 255));
    const auto back = dure::node::parse_cursor(dure::node::format_cursor(made, "q"), "q");
    if (made.word_documents.size() <= 12) require(back.has_value() && *back == made);
  }
  return 0;
}
