// SPDX-License-Identifier: Apache-2.0
// Property: what is read of a form is text, and written again it reads the same; what browsers
// write is read and written back as it was.
#include "dure/encoding.h"
#include "fuzz.h"
#include "http/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dure::node::http;
  const auto fields = parse_form(fuzz_input(data, size), 24 * 1024);
  if (!fields) return 0;
  require(fields->size() <= kMaxFormFields);
  for (const auto& [name, value] : *fields) {
    require(dure::is_utf8(name) && dure::is_utf8(value));
    require(value.find('\0') == std::string::npos && name.find('\0') == std::string::npos);
  }
  const std::string written = format_form(*fields);
  const auto again = parse_form(written, written.size());
  require(again && *again == *fields);
  require(format_form(*again) == written);
  return 0;
}
