// SPDX-License-Identifier: Apache-2.0
// `dure import csv`: an office's own table, by a map from its columns to members of an entry.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/importing.h"
#include "importing/csv_entries.h"

namespace dure::node {
namespace {

using nlohmann::json;

Result<CsvMap> read_map(Session& session, const std::string& file) {
  const auto validator = EntryValidator::create();
  if (!validator) return validator.error();
  const auto text = read_input(file, session, kMaxCsvMapBytes);
  if (!text) return text.error();
  auto map = parse_csv_map(*text, **validator);
  if (!map) return in_file(session, file, map.error());
  return map;
}

std::string in_column(const Session& session, const std::string& column, std::string message) {
  if (column.empty()) return message;
  return session.say("cli.import_column", {{"column", printable(column)}}) + ": " + message;
}

/// What the node said of an entry, about the row it was made of.
void name_columns(const Session& session, const CsvMap& map, json& refused) {
  json messages = json::array();
  for (auto& fault : refused["faults"]) {
    const auto column = column_of(map, text_member(fault, "pointer"));
    fault["column"] = column;
    messages.push_back(in_column(session, column, text_member(fault, "message")));
  }
  refused["messages"] = std::move(messages);
}

/// Faults that were found before the node was asked, one record for each row.
void add_cell_faults(const Session& session, const std::vector<CellFault>& faults, json& invalid) {
  const TextLookup lookup = [&session](std::string_view key, const TextArguments& args) {
    return session.say(key, args);
  };
  std::size_t line = 0;
  for (const auto& fault : faults) {
    if (fault.line != line) {
      invalid.push_back({{"line", fault.line},
                         {"name", ""},
                         {"source", fault.source},
                         {"messages", json::array()},
                         {"faults", json::array()}});
    }
    line = fault.line;
    const auto message = describe(fault.fault, lookup);
    invalid.back()["messages"].push_back(in_column(session, fault.column, message));
    invalid.back()["faults"].push_back(
        {{"pointer", ""}, {"column", fault.column}, {"message", message}});
  }
}

Result<json> import_table(NodeAccess& node, Session& session, const ImportWish& wish,
                          const CsvMap& map, const CsvEntries& table) {
  ImportWish asked = wish;
  // What is wrong here the node does not see: it must not publish the rest.
  if (!table.faults.empty() && !wish.skip_invalid) asked.dry_run = true;
  auto answer = ask_import(node, session, asked, table.entries);
  if (!answer) return answer;
  for (const char* list : {"invalid", "records"}) {
    if (answer->contains(list)) number_records(table.entries, (*answer)[list]);
  }
  auto& invalid = (*answer)["invalid"];
  for (auto& refused : invalid) name_columns(session, map, refused);
  add_cell_faults(session, table.faults, invalid);
  std::stable_sort(invalid.begin(), invalid.end(), [](const json& a, const json& b) {
    return number_member(a, "line") < number_member(b, "line");
  });
  if (asked.dry_run && !wish.dry_run) become_refused(*answer);
  return answer;
}

}  // namespace

ExitCode run_import_csv(const Invocation& invocation, Session& session) {
  const auto wish = import_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  const auto map_file = invocation.value("--map");
  if (map_file.empty()) {
    return session.fail(Error{ErrorCode::kInvalid, "--map", "errors.import_map", {}},
                        ExitCode::kUsage);
  }
  const auto map = read_map(session, map_file);
  if (!map) return session.fail(map.error());
  const auto& file = invocation.words.front();
  const auto contents = read_input(file, session, kMaxCsvFileBytes);
  if (!contents) return session.fail(contents.error());
  const auto table = read_csv_entries(*contents, *map);
  if (!table) return session.fail(in_file(session, file, table.error()));
  auto node = reach_for_import(session, *wish);
  if (!node) return cannot_open(session, node.error());
  auto answer = import_table(**node, session, *wish, *map, *table);
  if (!answer) return session.fail(answer.error());
  if (table->encoding == TextEncoding::kCp949) {
    (*answer)["encoding"] = "cp949";
    session.err << session.say("cli.import_cp949", {{"file", printable(file)}}) << std::endl;
  }
  ImportReport report(session, *wish);
  report.take(file, std::move(*answer), place_in_file(session, file));
  return report.finish(**node);
}

}  // namespace dure::node
