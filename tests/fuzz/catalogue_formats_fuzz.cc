// SPDX-License-Identifier: Apache-2.0
// Property: whatever a body says, JSON-LD is JSON, addresses are clean and stay so, no cell of a
// table is a formula, and neither XML nor Turtle holds what would end a text.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "dure/entry_types.h"
#include "formats/atom.h"
#include "formats/catalogue_rdf.h"
#include "formats/csv_writer.h"
#include "formats/iri.h"
#include "fuzz.h"

namespace {

using namespace dure::node;

bool has_control(std::string_view text, bool line_breaks_too) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7F || (byte < 0x20 && (line_breaks_too || (c != '\n' && c != '\t')));
  });
}

void check_texts(std::string_view input) {
  const std::string address = clean_iri(input);
  require(clean_iri(address) == address);
  require(address.find_first_of(" \"<>\\^`{|}") == std::string::npos &&
          !has_control(address, true));
  const std::string cell = csv_cell(input);
  require(cell.empty() ||
          std::string_view("=+-@\t\r").find(cell.front()) == std::string_view::npos);
  const std::string inner = cell.starts_with('"') ? cell.substr(1) : cell;
  require(inner.empty() ||
          std::string_view("=+-@\t\r").find(inner.front()) == std::string_view::npos);
  const std::string xml = xml_text(input);
  require(xml.find_first_of("<>\"") == std::string::npos && !has_control(xml, false));
}

void check_documents(std::string_view type, std::string_view body) {
  RdfContext context;
  context.addresses.own_base = "https://here.example";
  const PublishedEntry entry{"aaaaaaaaaaaaaaaaaaaaaaaaaa",
                             "a.example/dure/1",
                             std::string(type),
                             "2026-01-01T00:00:00Z",
                             "00ff",
                             1,
                             0,
                             std::string(body)};
  const PublisherFacts publisher{entry.origin, "이름", "town", "41110"};
  require(nlohmann::json::accept(entry_document(RdfFormat::kJsonLd, entry, publisher, context)));
  require(!has_control(entry_document(RdfFormat::kTurtle, entry, publisher, context), false));
  const std::string line = csv_line(entry_row(entry, publisher.name, "https://here.example/e/a"));
  require(std::count(line.begin(), line.end(), '"') % 2 == 0 && line.ends_with("\r\n"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  check_texts(input);
  if (input.empty()) return 0;
  // Bodies that are no JSON are all alike; a few of them are enough.
  const std::string_view body = input.substr(1);
  if (body.size() > 16 && !nlohmann::json::accept(body)) return 0;
  check_documents(dure::kShownTypes[data[0] % dure::kShownTypes.size()], body);
  return 0;
}
