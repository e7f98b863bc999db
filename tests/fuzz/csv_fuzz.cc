// SPDX-License-Identifier: Apache-2.0
// Property: a table that parses, written with every field quoted, parses to the same fields; and a
// date, moment or number that is read is read from its own form again.
#include "fuzz.h"
#include "importing/cell.h"
#include "publishing/csv.h"

namespace {

using dure::node::CsvRow;

std::string quoted(const std::vector<CsvRow>& rows) {
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      out += i == 0 ? "\"" : ",\"";
      for (const char c : row.fields[i]) out += c == '"' ? "\"\"" : std::string(1, c);
      out += '"';
    }
    out += '\n';
  }
  return out;
}

void check_cell(std::string_view text) {
  if (const auto moment = dure::node::moment_in(text))
    require(dure::node::moment_in(*moment) == moment);
  if (const auto date = dure::node::date_in(text)) require(dure::node::date_in(*date) == date);
  if (const auto number = dure::node::number_in(text))
    require(dure::node::number_in(*number) == number);
  const auto clean = dure::node::clean_cell(text);
  require(clean.size() <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz_input(data, size);
  check_cell(input);
  const auto rows = dure::node::parse_csv(input);
  if (!rows) return 0;
  const auto again = dure::node::parse_csv(quoted(*rows));
  require(again.has_value() && again->size() == rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) require((*again)[i].fields == (*rows)[i].fields);
  return 0;
}
