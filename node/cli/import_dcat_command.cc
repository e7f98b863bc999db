// SPDX-License-Identifier: Apache-2.0
// `dure import dcat`: a catalogue of data that CKAN, data.go.kr or another node publishes.
#include <iterator>
#include <nlohmann/json.hpp>

#include "app/fetch_document.h"
#include "catalogue/regions.h"
#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/importing.h"
#include "importing/dcat.h"
#include "rdf/rdf_reader.h"

namespace dure::node {
namespace {

using nlohmann::json;

Result<std::string> read_catalogue(Session& session, const std::string& from) {
  if (!is_web_address(from)) return read_input(from, session, kMaxRdfBytes);
  auto fetched = fetch_document(session.settings, from, kMaxRdfBytes);
  if (!fetched) return in_file(session, from, fetched.error());
  return fetched;
}

Result<DcatEntries> read_entries(Session& session, const Invocation& invocation,
                                 const std::string& from) {
  const auto regions = RegionTable::load(session.settings.regions_file);
  if (!regions) return regions.error();
  const auto text = read_catalogue(session, from);
  if (!text) return text.error();
  const auto graph = read_rdf(*text, is_web_address(from) ? from : std::string("file:///"));
  if (!graph) return in_file(session, from, graph.error());
  DcatOptions options;
  options.own_region = session.settings.region;
  options.take_all = invocation.has("--all");
  options.licence = invocation.value("--licence");
  options.region_of = [&regions](std::string_view name) { return regions->by_agency(name); };
  auto entries = read_dcat(*graph, options);
  if (!entries) return in_file(session, from, entries.error());
  return entries;
}

/// What was found before the node was asked, in the form of its answers.
void add_invalid(const Session& session, const std::vector<ImportRefusal>& refusals,
                 json& invalid) {
  const TextLookup lookup = [&session](std::string_view key, const TextArguments& args) {
    return session.say(key, args);
  };
  for (const auto& refusal : refusals) {
    json messages = json::array(), faults = json::array();
    for (const auto& fault : refusal.faults) {
      messages.push_back(describe(fault, lookup));
      faults.push_back({{"pointer", fault.pointer}, {"message", messages.back()}});
    }
    invalid.push_back({{"line", refusal.line},
                       {"name", refusal.name},
                       {"source", refusal.source},
                       {"messages", std::move(messages)},
                       {"faults", std::move(faults)}});
  }
}

void add_left(const std::vector<PlannedRecord>& left, json& answer) {
  answer["left"] = left.size();
  if (!answer.contains("records")) return;
  for (const auto& record : left) {
    answer["records"].push_back({{"line", record.line},
                                 {"name", record.name},
                                 {"source", record.source},
                                 {"outcome", outcome_name(record.outcome)}});
  }
}

Result<json> import_catalogue(NodeAccess& node, Session& session, const ImportWish& wish,
                              const DcatEntries& catalogue) {
  ImportWish asked = wish;
  // What is wrong here the node does not see: it must not publish the rest.
  if (!catalogue.invalid.empty() && !wish.skip_invalid) asked.dry_run = true;
  auto answer = ask_import(node, session, asked, catalogue.entries);
  if (!answer) return answer;
  for (const char* list : {"invalid", "records"}) {
    if (answer->contains(list)) number_records(catalogue.entries, (*answer)[list]);
  }
  add_invalid(session, catalogue.invalid, (*answer)["invalid"]);
  add_left(catalogue.left, *answer);
  if (asked.dry_run && !wish.dry_run) become_refused(*answer);
  return answer;
}

}  // namespace

ExitCode run_import_dcat(const Invocation& invocation, Session& session) {
  const auto wish = import_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  const auto& from = invocation.words.front();
  const auto catalogue = read_entries(session, invocation, from);
  if (!catalogue) return session.fail(catalogue.error());
  auto node = reach_for_import(session, *wish);
  if (!node) return cannot_open(session, node.error());
  auto answer = import_catalogue(**node, session, *wish, *catalogue);
  if (!answer) return session.fail(answer.error());
  ImportReport report(session, *wish);
  const PlaceOfRecord place = [&session, &from](const json& record) {
    return session.say(
        "cli.import_dataset",
        {{"file", printable(from)}, {"line", std::to_string(number_member(record, "line"))}});
  };
  report.take(from, std::move(*answer), place);
  return report.finish(**node);
}

}  // namespace dure::node
