// SPDX-License-Identifier: Apache-2.0
#include "cli/importing.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.h"

namespace dure::node {

using nlohmann::json;

Result<ImportWish> import_wish(const Invocation& invocation) {
  const auto wait = final_wish(invocation);
  if (!wait) return wait.error();
  return ImportWish{invocation.has("--dry-run"), invocation.has("--skip-invalid"),
                    invocation.has("--json"), *wait};
}

Result<std::unique_ptr<NodeAccess>> reach_for_import(const Session& session,
                                                     const ImportWish& wish) {
  return reach_node(session.settings, wish.dry_run ? Purpose::kInspect : Purpose::kWrite);
}

Query import_query(const ImportWish& wish) {
  Query query;
  if (wish.dry_run) query.emplace_back("dry_run", "1");
  if (wish.skip_invalid) query.emplace_back("skip_invalid", "1");
  return query;
}

Result<json> ask_import(NodeAccess& node, const Session& session, const ImportWish& wish,
                        const std::vector<ImportedEntry>& entries) {
  std::string lines;
  for (const auto& entry : entries) lines += format_entry_document(entry.document) + "\n";
  if (lines.size() > kMaxEntryFileBytes)
    return Error{ErrorCode::kTooLarge, "over 64 MiB", "schema.gov24.too-large", {}};
  // Without an entry the node would call the request empty; it is asked for its counts all the
  // same.
  if (lines.empty()) lines = "[]";
  return ask_json(node, session,
                  {"POST", "/control/v1/import/entries", import_query(wish), std::move(lines)});
}

void number_records(const std::vector<ImportedEntry>& entries, json& records) {
  for (auto& record : records) {
    const auto line = number_member(record, "line");
    if (line >= 1 && line <= entries.size()) record["line"] = entries[line - 1].line;
  }
}

void become_refused(json& answer) {
  answer.erase("dry_run");
  answer.erase("records");
  answer["published"] = 0;
  answer["updated"] = 0;
}

PlaceOfRecord place_in_file(const Session& session, const std::string& file) {
  return [&session, file](const json& record) {
    return session.say("cli.place", {{"file", printable(file)},
                                     {"line", std::to_string(number_member(record, "line"))}});
  };
}

ImportReport::ImportReport(Session& session, const ImportWish& wish)
    : session_(session), wish_(wish) {}
ImportReport::~ImportReport() = default;

void ImportReport::take(const std::string& file, json answer, const PlaceOfRecord& place) {
  if (answer.contains("size")) size_ = number_member(answer, "size");
  if (!answer.value("invalid", json::array()).empty()) any_invalid_ = true;
  if (!wish_.as_json) return say(file, answer, place);
  answer["file"] = file;
  answers_.push_back(std::move(answer));
}

void ImportReport::say(const std::string& file, const json& answer, const PlaceOfRecord& place) {
  const auto count = [&](const char* name) { return std::to_string(number_member(answer, name)); };
  if (wish_.dry_run) say_records(answer.value("records", json::array()), place);
  const auto invalid = answer.value("invalid", json::array());
  std::string unknown;
  for (const auto& column : answer.value("unknown", std::vector<std::string>()))
    unknown += (unknown.empty() ? "" : ", ") + column;
  if (!unknown.empty()) session_.print("cli.import_unknown", {{"columns", unknown}});
  session_.print(wish_.dry_run ? "cli.import_would" : "cli.import_done",
                 {{"file", printable(file)},
                  {"published", count("published")},
                  {"updated", count("updated")},
                  {"unchanged", count("unchanged")},
                  {"withdrawn", count("withdrawn")},
                  {"left", count("left")},
                  {"invalid", std::to_string(invalid.size())}});
  if (!invalid.empty()) say_invalid(invalid, place);
  const bool taken = number_member(answer, "published") + number_member(answer, "updated") +
                         number_member(answer, "unchanged") + number_member(answer, "withdrawn") >
                     0;
  if (number_member(answer, "left") > 0 && !taken && invalid.empty())
    session_.print("cli.import_all_left");
}

void ImportReport::say_records(const json& records, const PlaceOfRecord& place) {
  for (const auto& record : records) {
    std::string members;
    for (const auto& member : record.value("members", std::vector<std::string>()))
      members += (members.empty() ? "" : ", ") + member;
    session_.out << place(record) << ": "
                 << session_.say("cli.import_outcome." + text_member(record, "outcome"),
                                 {{"members", members}})
                 << ": " << printable(text_member(record, "name"), 400) << " ("
                 << printable(text_member(record, "source")) << ")\n";
  }
}

void ImportReport::say_invalid(const json& invalid, const PlaceOfRecord& place) {
  session_.out.flush();
  for (const auto& record : invalid) {
    const auto name = text_member(record, "name");
    const auto where = name.empty() ? place(record) : place(record) + " (" + name + ")";
    for (const auto& message : record.value("messages", std::vector<std::string>()))
      session_.err << where << ": " << message << '\n';
  }
  if (wish_.dry_run) return;
  session_.err << session_.say(wish_.skip_invalid ? "cli.publish_skipped" : "cli.publish_nothing",
                               {{"count", std::to_string(invalid.size())}})
               << std::endl;
}

ExitCode ImportReport::finish(NodeAccess& node) {
  const auto code = any_invalid_ && !wish_.skip_invalid ? ExitCode::kNo : ExitCode::kOk;
  auto waited = ExitCode::kOk;
  if (!wish_.dry_run) {
    json last = json::object();
    waited = finish_waiting(node, session_, size_, wish_.wait, wish_.as_json, last);
    if (!answers_.empty()) answers_.back().update(last);
  }
  if (wish_.as_json) {
    session_.out << json(answers_).dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  }
  return code == ExitCode::kOk ? waited : code;
}

}  // namespace dure::node
