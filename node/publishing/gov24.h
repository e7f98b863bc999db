// SPDX-License-Identifier: Apache-2.0
// Import of 정부24 records: pages of the public service API (list, detail, support conditions), or
// tables with the same columns, become `service` entries of this node's government. The same record
// always becomes the same bytes, so an import can be repeated.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"
#include "publishing/entry_validation.h"
#include "publishing/import_plan.h"
#include "publishing/ports.h"

namespace dure::node {

inline constexpr std::size_t kMaxGov24FileBytes = 64 * 1024 * 1024;

/// The 5-digit code of the government an agency name such as "경기도 수원시" begins with.
using RegionOfAgency = std::function<std::optional<std::string>(std::string_view agency)>;

struct Gov24Options {
  std::string own_region;  // 5-digit code of the node's government; empty only with take_all
  bool take_all = false;   // also records of other governments
  std::string as_of = "2024-01-01";  // date of the region table behind RegionOfAgency
  std::string licence = "kogl-1";
};

/// What a file holds for this node.
struct Gov24Page {
  std::vector<ImportedEntry> entries;  // valid, each with source "gov24:<서비스ID>", in file order
  std::vector<PlannedRecord> left;     // records of other governments
  std::vector<ImportRefusal> invalid;
  std::vector<std::string> unknown;  // columns that are in none of the API's answers, sorted
};

/// The body of the newest revision of the record with this source; nothing if there is none, or it
/// was withdrawn or erased.
using StoredBody = std::function<Result<std::optional<std::string>>(std::string_view source)>;

/// Reads and maps a whole file: JSON with or without the envelope, or CSV in UTF-8 or CP949.
/// Errors: what is wrong with the file as a whole: kMalformed, kTooLarge, kInvalid (columns
/// missing).
Result<Gov24Page> read_gov24(std::string_view file, const Gov24Options& options,
                             const RegionOfAgency& region_of, const EntryValidator& validator);

/// The same for files that belong together: what they say of one 서비스ID becomes one entry, with
/// what is `stored` of the answers that are not among them. Support conditions alone are left
/// unless their service is stored. Errors: also those of `stored`.
Result<Gov24Page> read_gov24_files(std::span<const std::string_view> files,
                                   const Gov24Options& options, const RegionOfAgency& region_of,
                                   const EntryValidator& validator, const StoredBody& stored);

/// Compares a page with the own log. Errors: kStorage.
Result<ImportPlan> plan_gov24_import(Gov24Page page, OwnLog& log);

}  // namespace dure::node
