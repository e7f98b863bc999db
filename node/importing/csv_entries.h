// SPDX-License-Identifier: Apache-2.0
// The rows of an office's own table as documents of entries, by a map.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "importing/csv_map.h"
#include "publishing/import_plan.h"
#include "publishing/text_encoding.h"

namespace dure::node {

inline constexpr std::size_t kMaxCsvFileBytes = 64 * 1024 * 1024;

/// What is wrong with one cell.
struct CellFault {
  std::size_t line = 0;
  std::string column;  // name of the column; empty: the row as a whole
  std::string source;  // of the row's record, if it is known
  EntryFault fault;
};

struct CsvEntries {
  TextEncoding encoding = TextEncoding::kUtf8;  // what the file was found to be
  std::vector<ImportedEntry> entries;           // rows without a fault, in the table's order
  std::vector<CellFault> faults;
};

/// Reads a whole table with a line of names, in UTF-8 with or without a byte order mark, or CP949.
/// The same row always makes the same bytes.
/// Errors: what is wrong with the table as a whole: kMalformed, kTooLarge, kInvalid (columns
/// missing or twice).
Result<CsvEntries> read_csv_entries(std::string_view file, const CsvMap& map);

/// The column from which the place of a body came, e.g. "/channels/0/phone"; empty if none did.
std::string column_of(const CsvMap& map, std::string_view pointer);

}  // namespace dure::node
