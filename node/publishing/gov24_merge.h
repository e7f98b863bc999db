// SPDX-License-Identifier: Apache-2.0
// The three answers of the 정부24 API about one service (list, detail, support conditions) become
// one record, whether they come together or one after the other. Internal to publishing/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "publishing/gov24_record.h"

namespace dure::node {

/// Which answer a file is.
enum class Gov24Kind { kList, kDetail, kConditions };
Gov24Kind gov24_kind_of(const std::vector<Gov24Record>& records);

/// True for the columns of the three answers, also for those that no member holds.
bool is_gov24_column(std::string_view column);

/// Joins the records of the files by 서비스ID, in the order of the list. Of a column that several
/// answers have, the detail has the last word; the same service twice in one kind of answer with
/// different words is refused.
std::vector<Gov24Record> merge_gov24(const std::vector<std::vector<Gov24Record>>& files,
                                     std::vector<ImportRefusal>& invalid);

/// Gives `record` the columns that its answers do not have, as `body`, the stored revision, has
/// them: an answer speaks only of its own columns.
void fill_from_stored(Gov24Record& record, std::string_view body);

/// `made` with what only the other answers knew: codes and words that `record` has no columns for.
std::string keep_from_stored(const Gov24Record& record, std::string_view made,
                             std::string_view stored);

}  // namespace dure::node
