// SPDX-License-Identifier: Apache-2.0
#include "publishing/import_plan.h"

#include <nlohmann/json.hpp>
#include <set>

namespace dure::node {
namespace {

using Json = nlohmann::json;

Json parse_body(std::string_view body) {
  auto json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Whether the stored revision was edited here after the record it came from was last changed
/// there.
bool is_newer_here(std::string_view stored, std::string_view imported) {
  return text_at(parse_body(stored), "modified").substr(0, 10) >
         text_at(parse_body(imported), "modified").substr(0, 10);
}

ImportRefusal other_type(const ImportedEntry& entry, std::string name, const OwnRecord& own) {
  return {entry.line,
          entry.document.source,
          std::move(name),
          {{FaultSeverity::kError,
            {},
            {},
            "errors.publish_type",
            {{"id", own.id}, {"type", entry.document.type}}}},
          entry.file};
}

}  // namespace

std::string_view outcome_name(ImportOutcome outcome) {
  switch (outcome) {
    case ImportOutcome::kNew:
      return "new";
    case ImportOutcome::kChanged:
      return "changed";
    case ImportOutcome::kUnchanged:
      return "unchanged";
    case ImportOutcome::kNewerHere:
      return "newer-here";
    case ImportOutcome::kWithdrawn:
      return "withdrawn";
    case ImportOutcome::kLeft:
      return "left";
  }
  return {};
}

std::string title_in(std::string_view body) {
  const auto json = parse_body(body);
  const auto title = json.find("title");
  if (title == json.end() || !title->is_object()) return {};
  const auto korean = text_at(*title, "ko");
  return korean.empty() ? text_at(*title, "en") : korean;
}

std::vector<std::string> differing_members(std::string_view before, std::string_view after) {
  const auto old_body = parse_body(before), new_body = parse_body(after);
  std::vector<std::string> members;
  std::set<std::string> names;
  for (const Json* body : {&old_body, &new_body}) {
    for (const auto& [name, value] : body->items()) names.insert(name);
  }
  for (const std::string& name : names) {
    const auto a = old_body.find(name), b = new_body.find(name);
    if (a == old_body.end() || b == new_body.end() || *a != *b) members.push_back(name);
  }
  return members;
}

namespace {

/// What becomes of a record that is here already.
Status plan_revision(ImportedEntry& entry, const OwnRecord& own, OwnLog& log,
                     PlannedRecord& planned, ImportPlan& plan) {
  auto stored = body_of(log, own);
  if (!stored) return std::move(stored).error();
  const bool same = *stored && **stored == entry.document.body;
  const bool newer = !same && *stored && is_newer_here(**stored, entry.document.body);
  if (same || newer) {
    ++plan.unchanged;
    planned.outcome = same ? ImportOutcome::kUnchanged : ImportOutcome::kNewerHere;
    return ok();
  }
  ++plan.updated;
  planned.outcome = ImportOutcome::kChanged;
  planned.members = differing_members(stored->value_or("{}"), entry.document.body);
  entry.document.id = own.id;
  return ok();
}

}  // namespace

Status plan_imported(ImportedEntry entry, OwnLog& log, ImportPlan& plan) {
  auto record = log.find_by_source(entry.document.source);
  if (!record) return std::move(record).error();
  PlannedRecord planned{entry.line, entry.document.source, title_in(entry.document.body)};
  planned.file = entry.file;
  if (!*record) {
    ++plan.published;
  } else if (const OwnRecord& own = **record; own.type == "withdraw") {
    ++plan.withdrawn;
    planned.outcome = ImportOutcome::kWithdrawn;
  } else if (own.type != entry.document.type) {
    plan.invalid.push_back(other_type(entry, std::move(planned.name), own));
    return ok();
  } else if (auto done = plan_revision(entry, own, log, planned, plan); !done) {
    return done;
  }
  const bool publish =
      planned.outcome == ImportOutcome::kNew || planned.outcome == ImportOutcome::kChanged;
  plan.records.push_back(std::move(planned));
  if (publish) plan.entries.push_back(std::move(entry.document));
  return ok();
}

}  // namespace dure::node
