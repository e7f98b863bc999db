// SPDX-License-Identifier: Apache-2.0
// RFC 4180 tables as spreadsheets save them: quotes, line breaks inside quotes, CRLF, LF or CR, a
// byte order mark.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kMaxCsvFieldBytes = 64 * 1024;
inline constexpr std::size_t kMaxCsvColumns = 256;
inline constexpr std::size_t kMaxCsvRows = 200'000;

struct CsvRow {
  std::size_t line = 1;  // of the file, where the row begins
  std::vector<std::string> fields;
};

/// All rows of `text`; lines without any character are skipped.
/// Errors: kMalformed (a quote that is not closed, text after a closing quote, NUL), kTooLarge;
/// both name line and column.
Result<std::vector<CsvRow>> parse_csv(std::string_view text);

}  // namespace dure::node
