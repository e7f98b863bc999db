// SPDX-License-Identifier: Apache-2.0
// Property: whatever is read keeps its bounds, and reading it again gives as many triples. The
// first byte chooses the format.
#include "fuzz.h"
#include "rdf/rdf_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dure::node::RdfFormat;
  if (size == 0) return 0;
  const auto input = fuzz_input(data + 1, size - 1);
  constexpr RdfFormat kFormats[] = {RdfFormat::kJsonLd, RdfFormat::kTurtle, RdfFormat::kRdfXml};
  const auto format = kFormats[data[0] % 3];
  const auto graph = dure::node::read_rdf(input, "https://data.example/a/b", format);
  if (!graph) return 0;
  require(graph->size() <= dure::node::kMaxTriples);
  for (const auto& subject : graph->subjects())
    require(subject.value.size() <= dure::node::kMaxTermBytes);
  const auto again = dure::node::read_rdf(input, "https://data.example/a/b", format);
  require(again.has_value() && again->size() == graph->size());
  return 0;
}
