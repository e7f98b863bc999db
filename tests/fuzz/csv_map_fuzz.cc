// SPDX-License-Identifier: Apache-2.0
// Property: every member that a map leads to is one that its type has, and the map can be used.
#include <memory>

#include "fuzz.h"
#include "importing/csv_entries.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dure::node;  // NOLINT(google-build-using-namespace)
  static const auto validator = *EntryValidator::create();
  const auto map = parse_csv_map(fuzz_input(data, size), *validator);
  if (!map) return 0;
  std::string table = "\"" + map->source_column + "\"";
  for (const auto& target : map->targets) {
    std::string pointer;
    for (const auto& token : target.path) pointer += "/" + token;
    require(validator->shape_at(map->type, pointer).has_value());
    table += ",\"" + target.column + "\"";
  }
  (void)read_csv_entries(table + "\n1,2026-03-01\n", *map);
  return 0;
}
