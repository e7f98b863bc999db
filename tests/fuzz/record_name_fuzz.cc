// SPDX-License-Identifier: Apache-2.0
// Property: whatever names a record, is written back the same; and what a body names can be named.
#include <nlohmann/json.hpp>

#include "catalogue/references.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dure::node::parse_record_name, dure::node::format_record_name;
  const std::string_view input = fuzz_input(data, size);
  if (const auto name = parse_record_name(input)) require(format_record_name(*name) == input);
  const auto body = nlohmann::json::parse(input, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return 0;
  const auto references = dure::node::references_of(body);
  require(references.size() <= dure::node::kMaxReferences);
  for (const auto& reference : references) {
    require(dure::node::is_reference_kind(reference.kind));
    const std::string text = format_record_name({reference.origin, reference.id});
    const auto back = parse_record_name(text);
    require(back && back->origin == reference.origin && back->id == reference.id);
  }
  return 0;
}
