// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_publishing.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "http/routes/control_attachments.h"
#include "http/routes/control_reply.h"
#include "publishing/entry_document.h"

namespace dure::node::http {
namespace {

using nlohmann::json;

// One entry of the request, on its way from text to receipt.
struct Candidate {
  std::size_t line = 0;
  EntryDocument document;
};

struct Batch {
  std::vector<Candidate> candidates;  // valid so far
  json invalid = json::array();       // {"line","messages":[…]}
};

TextLookup lookup_in(Language language) {
  return [language](std::string_view key, const TextArguments& args) {
    return text(language, key, args);
  };
}

json refusal(std::size_t line, std::vector<std::string> messages) {
  return {{"line", line}, {"messages", std::move(messages)}};
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// What the log says against a revision, before anything is tried.
Status check_revision(OwnLog& log, const EntryDocument& document) {
  if (document.id.empty()) return ok();
  const auto record = log.find_by_id(document.id);
  if (!record) return record.error();
  const std::vector<std::pair<std::string, std::string>> args = {{"id", document.id},
                                                                 {"type", document.type}};
  if (!record->has_value()) {
    if (auto known = log.knows_records(); !known) return known;
  }
  if (!record->has_value())
    return Error{ErrorCode::kNotFound, document.id, "errors.publish_unknown_id", args};
  if ((*record)->type == "withdraw")
    return Error{ErrorCode::kGone, document.id, "errors.publish_withdrawn", args};
  if ((*record)->type != document.type)
    return Error{ErrorCode::kConflict, document.id, "errors.publish_type", args};
  return ok();
}

Result<Batch> read_batch(const ControlPorts& ports, const Request& request) {
  Batch batch;
  const Language language = reply_language(request);
  std::istringstream in(request.body);
  const auto read = read_entry_documents(in, [&](ReadEntry entry) {
    if (!entry.document) {
      batch.invalid.push_back(refusal(entry.line, {explain(language, entry.document.error())}));
      return true;
    }
    auto messages = entry_faults(ports, *entry.document, language);
    if (messages.empty()) {
      batch.candidates.push_back({entry.line, std::move(*entry.document)});
    } else {
      batch.invalid.push_back(refusal(entry.line, std::move(messages)));
    }
    return true;
  });
  if (!read) return read.error();
  return batch;
}

// The node's trouble, not the entry's: nothing is wrong with what the officer wrote.
bool is_nodes_trouble(const Error& error) {
  return error.code == ErrorCode::kStorage || error.code == ErrorCode::kQuarantined ||
         error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kInternal;
}

json receipt_json(std::size_t line, const Receipt& receipt) {
  json report = {{"line", line},
                 {"id", receipt.id},
                 {"rev", receipt.rev},
                 {"index", receipt.index},
                 {"unchanged", receipt.unchanged},
                 {"state", receipt.state}};
  // Unchanged since a sealed log of this member: `index` is one of that log.
  if (!receipt.origin.empty()) report["origin"] = receipt.origin;
  return report;
}

// Publishes the candidates together. What the log refuses moves to `batch.invalid`; with `skip` the
// rest is tried again.
Result<json> publish_batch(Publisher& publisher, Batch& batch, bool skip, Language language) {
  while (!batch.candidates.empty()) {
    std::vector<Submission> submissions;
    for (const auto& candidate : batch.candidates)
      submissions.push_back(submission_of(candidate.document));
    const auto receipts = publisher.publish_all(std::move(submissions));
    json published = json::array();
    std::vector<Candidate> kept;
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      const auto& receipt = receipts[i];
      const std::size_t line = batch.candidates[i].line;
      if (receipt) {
        published.push_back(receipt_json(line, *receipt));
      } else if (is_nodes_trouble(receipt.error())) {
        return receipt.error();
      } else if (receipt.error().text != "publishing.group-refused") {
        batch.invalid.push_back(refusal(line, {explain(language, receipt.error())}));
        continue;
      }
      kept.push_back(std::move(batch.candidates[i]));
    }
    const bool all = kept.size() == receipts.size();
    if (all) return published;
    if (!skip) break;
    batch.candidates = std::move(kept);
  }
  return json(json::array());
}

}  // namespace

std::vector<std::string> entry_faults(const ControlPorts& ports, const EntryDocument& document,
                                      Language language) {
  std::vector<std::string> messages;
  for (const auto& fault : ports.validator->check(document.type, document.body)) {
    if (fault.severity == FaultSeverity::kError)
      messages.push_back(describe(fault, lookup_in(language)));
  }
  for (auto& message : attachment_faults(ports, document, language))
    messages.push_back(std::move(message));
  if (const auto fits = check_revision(*ports.log, document); !fits)
    messages.push_back(explain(language, fits.error()));
  return messages;
}

Submission submission_of(const EntryDocument& document) {
  Submission submission;
  submission.type = document.type;
  if (!document.id.empty()) submission.id = document.id;
  submission.body = document.body;
  submission.source = document.source;
  submission.entry_class = document.entry_class;
  return submission;
}

std::optional<Error> stopped(const ControlPorts& ports) {
  if (ports.publisher == nullptr)
    return Error{ErrorCode::kRefused, "opened for reading", "errors.read_only", {}};
  return ports.publisher->quarantine();
}

Response publish_entries(const ControlPorts& ports, const Request& request,
                         const BeforePublishing& before) {
  if (const auto problem = stopped(ports)) return control_problem(request, *problem);
  auto batch = read_batch(ports, request);
  if (!batch) return control_problem(request, batch.error());
  const bool skip = switched_on(request, "skip_invalid");
  json published = json::array();
  const bool may_publish = batch->invalid.empty() || skip;
  const std::size_t valid = batch->candidates.size();
  if (may_publish && valid > 0 && !switched_on(request, "check")) {
    const auto agreed = before ? before(valid) : ok();
    if (!agreed) return control_problem(request, agreed.error());
    auto receipts = publish_batch(*ports.publisher, *batch, skip, reply_language(request));
    if (!receipts) return control_problem(request, receipts.error());
    published = std::move(*receipts);
  }
  return control_json(dump({{"published", std::move(published)},
                            {"invalid", std::move(batch->invalid)},
                            {"valid", valid},
                            {"size", ports.publisher->signed_size()}}));
}

Response withdraw_entry(const ControlPorts& ports, const Request& request) {
  if (const auto problem = stopped(ports)) return control_problem(request, *problem);
  const auto wish = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!wish.is_object() || !wish.contains("id") || !wish["id"].is_string()) {
    return control_problem(request, Error{ErrorCode::kMalformed, "id is missing"});
  }
  const auto reason = wish.contains("reason") && wish["reason"].is_string()
                          ? wish["reason"].get<std::string>()
                          : "";
  const auto receipt = ports.publisher->withdraw(wish["id"].get<std::string>(), reason);
  if (!receipt) return control_problem(request, receipt.error());
  return control_json(dump({{"id", receipt->id},
                            {"rev", receipt->rev},
                            {"index", receipt->index},
                            {"size", receipt->size},
                            {"state", receipt->state}}));
}

}  // namespace dure::node::http
