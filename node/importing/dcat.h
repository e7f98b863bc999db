// SPDX-License-Identifier: Apache-2.0
// DCAT catalogues, as CKAN and data.go.kr publish them, as documents of `dataset` entries.
// docs/importing.md says what becomes what.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "publishing/import_plan.h"
#include "rdf/graph.h"

namespace dure::node {

struct DcatOptions {
  std::string own_region;  // 5 digits; empty only with take_all
  bool take_all = false;   // also what others publish, and what names nobody we know
  std::string licence;     // of what says none, or one that we have no code for; empty: refused
  // The 5-digit code of the government that a publisher's name begins with.
  std::function<std::optional<std::string>(std::string_view publisher)> region_of;
};

struct DcatEntries {
  std::vector<ImportedEntry> entries;  // `line` counts the datasets and services of the catalogue
  std::vector<PlannedRecord> left;     // of other publishers
  std::vector<ImportRefusal> invalid;
};

/// Every dcat:Dataset and dcat:DataService of `graph`. The same statements make the same bytes, in
/// whatever order they were read. Errors: kInvalid (a graph without any).
Result<DcatEntries> read_dcat(const Graph& graph, const DcatOptions& options);

/// The code of a licence by its address or name; empty if there is none that says the same.
std::string licence_code(std::string_view licence);

}  // namespace dure::node
