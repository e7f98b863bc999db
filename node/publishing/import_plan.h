// SPDX-License-Identifier: Apache-2.0
// Entries that came from another system, compared with the own log: what an import would publish,
// what it leaves alone, and why. Making the plan writes nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"
#include "publishing/entry_document.h"
#include "publishing/entry_validation.h"
#include "publishing/ports.h"

namespace dure::node {

/// One entry on its way in. Its document names the record by `source`.
struct ImportedEntry {
  std::size_t line = 0;  // of a table; 1-based position in a list
  EntryDocument document;
  std::size_t file = 0;  // which of several files it came from
};

/// One record that cannot become an entry, and why.
struct ImportRefusal {
  std::size_t line = 0;
  std::string source, name;
  std::vector<EntryFault> faults;
  std::size_t file = 0;
};

enum class ImportOutcome {
  kNew,
  kChanged,
  kUnchanged,
  kNewerHere,  // revised here after the record was last changed there: left alone
  kWithdrawn,  // withdrawn here: an import does not bring a record back
  kLeft        // of another government
};

/// "new", "changed", "unchanged", "newer-here", "withdrawn", "left".
std::string_view outcome_name(ImportOutcome outcome);

/// What becomes of one record.
struct PlannedRecord {
  std::size_t line = 0;
  std::string source, name;
  ImportOutcome outcome = ImportOutcome::kNew;
  std::vector<std::string> members = {};  // kChanged: members of the body that differ
  std::size_t file = 0;
};

/// What is to be published so that the own log says what the other system says.
struct ImportPlan {
  std::vector<EntryDocument> entries;  // new records, and revisions with their `id`
  std::vector<PlannedRecord> records;  // all that are not invalid, in the order in which they came
  std::size_t published = 0;           // of `entries`, new
  std::size_t updated = 0;             // of `entries`, revisions
  std::size_t unchanged = 0;           // also those that are newer here
  std::size_t withdrawn = 0;
  std::size_t left = 0;
  std::vector<ImportRefusal> invalid;
};

/// Adds `entry` to `plan`: to its entries and records, or to its refusals if the log holds the
/// record as another type. Errors: kStorage.
Status plan_imported(ImportedEntry entry, OwnLog& log, ImportPlan& plan);

/// Names of the members in which two bodies differ, sorted.
std::vector<std::string> differing_members(std::string_view before, std::string_view after);

/// The title of a body in Korean, else in English; empty if it has none.
std::string title_in(std::string_view body);

}  // namespace dure::node
