// SPDX-License-Identifier: Apache-2.0
// How the columns of an office's own table become members of an entry: a small TOML file that an
// officer writes once. docs/importing.md explains it with an example.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"
#include "publishing/entry_validation.h"

namespace dure::node {

inline constexpr std::size_t kMaxCsvMapBytes = 256 * 1024;

/// Where the value of a column goes.
struct CsvTarget {
  std::string column;             // name in the first line of the table
  std::string member;             // "channels.*.phone"
  std::vector<std::string> path;  // its tokens; "*" is one item for each part of the cell
  MemberShape shape;              // of the member
  std::string split;              // separator of the parts; empty: the cell is one part
  std::map<std::string, std::string, std::less<>> words;  // what a part says → the member's code
};

struct CsvMap {
  std::string type;
  std::string scheme;         // under which the numbers of `source_column` are known
  std::string source_column;  // what stays the same over all exports of the table
  std::string constants;      // JSON object: members that every entry has
  std::vector<CsvTarget> targets;
};

/// Reads a map and checks that its members are those of its type.
/// Errors: kMalformed (not TOML, not UTF-8), kInvalid (named with its line or member), kTooLarge.
Result<CsvMap> parse_csv_map(std::string_view text, const EntryValidator& validator);

}  // namespace dure::node
