// SPDX-License-Identifier: Apache-2.0
// One record of the 정부24 service list, whatever file it came from, and how it becomes the body of
// a `service` entry.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "publishing/entry_validation.h"
#include "publishing/gov24.h"

namespace dure::node {

/// Columns by their Korean names; values trimmed, line breaks as \n.
struct Gov24Record {
  std::size_t line = 0;
  std::size_t file = 0;  // which of several files it came from
  std::map<std::string, std::string, std::less<>> columns;

  /// The value of the first of `names` that is there and not empty.
  std::string_view get(std::string_view name) const;
  std::string_view first_of(std::initializer_list<std::string_view> names) const;
};

/// All records of a file, the `number`-th of several. Errors as read_gov24. A row that cannot be
/// one is put into `invalid`.
Result<std::vector<Gov24Record>> read_gov24_records(std::string_view file,
                                                    std::vector<ImportRefusal>& invalid,
                                                    std::size_t number);

/// `YYYY-MM-DD`, `YYYY.MM.DD`, `YYYYMMDD`, each also with a Korean local time, as a date or an RFC
/// 3339 moment.
std::optional<std::string> gov24_moment(std::string_view text);

/// The body for `record`, whose members the caller has checked to be there; `region` has 5 digits.
std::string gov24_body(const Gov24Record& record, std::string_view region,
                       std::string_view modified, const Gov24Options& options);

/// Puts `fields` and `audiences` into the one order in which they are always written.
void order_codes(nlohmann::json& body);

}  // namespace dure::node
