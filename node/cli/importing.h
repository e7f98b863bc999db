// SPDX-License-Identifier: Apache-2.0
// What `dure import gov24`, `csv` and `dcat` share: their flags, and saying what an import did or,
// with --dry-run, would do.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/asking.h"
#include "cli/finality.h"
#include "publishing/import_plan.h"

namespace dure::node {

struct ImportWish {
  bool dry_run = false, skip_invalid = false, as_json = false;
  FinalWish wait;
};
/// Errors: those of final_wish.
Result<ImportWish> import_wish(const Invocation& invocation);

/// The node, opened so that a dry run changes nothing in its data folder.
Result<std::unique_ptr<NodeAccess>> reach_for_import(const Session& session,
                                                     const ImportWish& wish);

/// The query of an import request.
Query import_query(const ImportWish& wish);

/// Hands `entries` to the node, one a line. Errors: those of asking; kTooLarge.
Result<nlohmann::json> ask_import(NodeAccess& node, const Session& session, const ImportWish& wish,
                                  const std::vector<ImportedEntry>& entries);
/// The node counts the lines that it was sent; this gives `records` of its answer the lines from
/// which the entries came.
void number_records(const std::vector<ImportedEntry>& entries, nlohmann::json& records);
/// Turns the answer of a dry run into that of an import in which something was wrong: nothing was
/// published.
void become_refused(nlohmann::json& answer);

/// Says where a record stood: of what the node answered about it.
using PlaceOfRecord = std::function<std::string(const nlohmann::json& record)>;

/// "FILE, line N".
PlaceOfRecord place_in_file(const Session& session, const std::string& file);

/// Tells of one answer after the other and remembers how the command has to end.
class ImportReport {
 public:
  ImportReport(Session& session, const ImportWish& wish);
  ~ImportReport();
  ImportReport(const ImportReport&) = delete;
  ImportReport& operator=(const ImportReport&) = delete;

  /// Takes the node's answer about `file`.
  void take(const std::string& file, nlohmann::json answer, const PlaceOfRecord& place);
  /// Waits if that is wished, prints what --json asks for, and gives the exit code.
  ExitCode finish(NodeAccess& node);

 private:
  void say(const std::string& file, const nlohmann::json& answer, const PlaceOfRecord& place);
  void say_records(const nlohmann::json& records, const PlaceOfRecord& place);
  void say_invalid(const nlohmann::json& invalid, const PlaceOfRecord& place);

  Session& session_;
  const ImportWish& wish_;
  std::vector<nlohmann::json> answers_;
  std::uint64_t size_ = 0;
  bool any_invalid_ = false;
};

}  // namespace dure::node
