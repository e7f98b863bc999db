// SPDX-License-Identifier: Apache-2.0
// Entries as a table that spreadsheets open rightly: UTF-8 with a byte order mark, CRLF, RFC 4180,
// and no cell that a program would compute.
#pragma once

#include <string>
#include <string_view>

#include "formats/entry_row.h"

namespace dure::node {

/// Byte order mark and names of columns.
std::string csv_open();
std::string csv_line(const EntryRow& row);
/// `text` as one cell. What would begin a formula (= + - @, tab, carriage return) has an apostrophe
/// before it; control characters are left out.
std::string csv_cell(std::string_view text);

}  // namespace dure::node
