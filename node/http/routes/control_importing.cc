// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_importing.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "http/routes/control_publishing.h"
#include "http/routes/control_reply.h"
#include "publishing/import_plan.h"

namespace dure::node::http {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json faults_json(const std::vector<EntryFault>& faults, Language language) {
  const TextLookup lookup = [language](std::string_view key, const TextArguments& args) {
    return text(language, key, args);
  };
  json out = json::array();
  for (const auto& fault : faults) {
    if (fault.severity == FaultSeverity::kError)
      out.push_back({{"pointer", fault.pointer}, {"message", describe(fault, lookup)}});
  }
  return out;
}

json invalid_json(const std::vector<ImportRefusal>& refusals, Language language) {
  json out = json::array();
  for (const auto& record : refusals) {
    auto faults = faults_json(record.faults, language);
    json messages = json::array();
    for (const auto& fault : faults) messages.push_back(fault["message"]);
    out.push_back({{"line", record.line},
                   {"name", record.name},
                   {"source", record.source},
                   {"file", record.file},
                   {"messages", std::move(messages)},
                   {"faults", std::move(faults)}});
  }
  return out;
}

json records_json(const std::vector<PlannedRecord>& records) {
  json out = json::array();
  for (const auto& record : records) {
    json entry = {{"line", record.line},
                  {"name", record.name},
                  {"source", record.source},
                  {"file", record.file},
                  {"outcome", outcome_name(record.outcome)}};
    if (!record.members.empty()) entry["members"] = record.members;
    out.push_back(std::move(entry));
  }
  return out;
}

// In groups that the publisher takes; each is all or nothing, and a repeated import continues after
// an interruption.
Status publish_plan(Publisher& publisher, const std::vector<EntryDocument>& entries) {
  constexpr std::size_t kGroup =
      kMaxGroupEntries / 20;  // at most 1,000 × 64 KiB, inside kMaxGroupBytes
  static_assert(kGroup * kMaxBodyBytes <= kMaxGroupBytes);
  std::size_t done = 0;
  while (done < entries.size()) {
    std::vector<Submission> group;
    for (std::size_t i = done; i < entries.size() && group.size() < kGroup; ++i) {
      group.push_back(submission_of(entries[i]));
    }
    done += group.size();
    for (const auto& receipt : publisher.publish_all(std::move(group))) {
      if (!receipt && receipt.error().text != "publishing.group-refused") return receipt.error();
    }
  }
  return ok();
}

// Publishes what is planned, unless it is only to be told or something in it is wrong.
Response carry_out(const ControlPorts& ports, const Request& request, const ImportPlan& plan,
                   const std::vector<std::string>& unknown = {}) {
  const bool dry_run = switched_on(request, "dry_run");
  const bool may_publish = plan.invalid.empty() || switched_on(request, "skip_invalid");
  if (may_publish && !dry_run) {
    if (auto done = publish_plan(*ports.publisher, plan.entries); !done)
      return control_problem(request, done.error());
  }
  const bool counts = may_publish || dry_run;
  json answer = {{"published", counts ? plan.published : 0},
                 {"updated", counts ? plan.updated : 0},
                 {"unchanged", plan.unchanged},
                 {"withdrawn", plan.withdrawn},
                 {"left", plan.left},
                 {"invalid", invalid_json(plan.invalid, reply_language(request))}};
  if (!unknown.empty()) answer["unknown"] = unknown;
  if (dry_run) {
    answer["dry_run"] = true;
    answer["records"] = records_json(plan.records);
  } else {
    answer["size"] = ports.publisher->signed_size();
  }
  return control_json(dump(answer));
}

// A plan only reads; anything else needs a log that takes entries.
std::optional<Error> refused(const ControlPorts& ports, const Request& request) {
  return switched_on(request, "dry_run") ? std::nullopt : stopped(ports);
}

// ?sizes=N,N,…: the body is so many files one after the other; what is left is the last.
std::vector<std::string_view> files_of(const Request& request) {
  std::vector<std::string_view> files;
  std::string_view rest = request.body;
  for (const auto& [name, value] : request.query) {
    if (name != "sizes") continue;
    std::istringstream sizes(value);
    for (std::string size; std::getline(sizes, size, ',');) {
      std::size_t bytes = 0;
      std::from_chars(size.data(), size.data() + size.size(), bytes);
      files.push_back(rest.substr(0, bytes));
      rest.remove_prefix(files.back().size());
    }
  }
  if (files.empty() || !rest.empty()) files.push_back(rest);
  return files;
}

// What this node says by now of a record: the answers of the API that are not in the files.
StoredBody stored_bodies(OwnLog& log) {
  return [&log](std::string_view source) -> Result<std::optional<std::string>> {
    const auto record = log.find_by_source(source);
    if (!record) return record.error();
    if (!*record || (*record)->type != "service") return std::optional<std::string>();
    return body_of(log, **record);
  };
}

// Takes entries into a plan, each checked by itself.
class EntryPlan {
 public:
  explicit EntryPlan(const ControlPorts& ports) : ports_(ports) {}

  Status take(ReadEntry entry) {
    if (!entry.document) {
      const auto& error = entry.document.error();
      refuse({entry.line, {}, {}, {}}, {{FaultSeverity::kError, {}, {}, error.text, error.args}});
      return ok();
    }
    ImportedEntry imported{entry.line, std::move(*entry.document)};
    auto faults = faults_of(imported.document);
    if (has_error(faults)) {
      const auto& document = imported.document;
      refuse({entry.line, document.source, title_in(document.body), {}}, std::move(faults));
      return ok();
    }
    return plan_imported(std::move(imported), *ports_.log, plan);
  }

  ImportPlan plan;

 private:
  std::vector<EntryFault> faults_of(const EntryDocument& document) {
    const auto fault = [](const char* text) {
      return std::vector<EntryFault>{{FaultSeverity::kError, {}, {}, text, {}}};
    };
    if (document.source.empty()) return fault("schema.import.no-source");
    if (!seen_.emplace(document.source).second) return fault("schema.import.twice");
    return ports_.validator->check(document.type, document.body);
  }

  void refuse(ImportRefusal refusal, std::vector<EntryFault> faults) {
    refusal.faults = std::move(faults);
    plan.invalid.push_back(std::move(refusal));
  }

  const ControlPorts& ports_;
  std::set<std::string> seen_;
};

}  // namespace

Response import_gov24(const ControlPorts& ports, const Request& request) {
  if (const auto problem = refused(ports, request)) return control_problem(request, *problem);
  Gov24Options options;
  options.own_region = ports.own_region;
  options.take_all = switched_on(request, "all");
  auto page = read_gov24_files(files_of(request), options, ports.region_of, *ports.validator,
                               stored_bodies(*ports.log));
  if (!page) return control_problem(request, page.error());
  const auto unknown = std::move(page->unknown);
  const auto plan = plan_gov24_import(std::move(*page), *ports.log);
  if (!plan) return control_problem(request, plan.error());
  return carry_out(ports, request, *plan, unknown);
}

Response import_entries(const ControlPorts& ports, const Request& request) {
  if (const auto problem = refused(ports, request)) return control_problem(request, *problem);
  EntryPlan entries(ports);
  Status taken = ok();
  std::istringstream in(request.body);
  const auto read = read_entry_documents(in, [&](ReadEntry entry) {
    taken = entries.take(std::move(entry));
    return taken.has_value();
  });
  if (!taken) return control_problem(request, taken.error());
  if (!read) return control_problem(request, read.error());
  return carry_out(ports, request, entries.plan);
}

}  // namespace dure::node::http
