// SPDX-License-Identifier: Apache-2.0
#include "http/routes/inbox_control.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/routes/control_publishing.h"
#include "http/routes/control_reply.h"
#include "inbox/desk.h"
#include "inbox/proposal.h"
#include "publishing/entry_planner.h"

namespace dure::node::http {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json describe_message(const Message& message) {
  json out = {{"number", message.number},     {"kind", kind_name(message.telling.kind)},
              {"text", message.telling.text}, {"received", format_leaf_time(message.received)},
              {"times", message.times},       {"state", state_name(message.state)}};
  if (!message.telling.entry.empty()) out["entry"] = message.telling.entry;
  if (message.decided != 0) out["decided"] = format_leaf_time(message.decided);
  if (!message.answer.empty()) out["answer"] = message.answer;
  if (!message.record.empty()) out["record"] = message.record;
  return out;
}

Result<std::optional<std::string>> record_of(OwnLog& log, std::string_view source) {
  const auto record = log.find_by_source(source);
  if (!record) return record.error();
  return *record ? std::optional((*record)->id) : std::nullopt;
}

class InboxControl {
 public:
  InboxControl(Inbox* inbox, ControlPorts ports)
      : inbox_(inbox), ports_(std::move(ports)), desk_(desk_ports()) {}

  using Method = Result<json> (InboxControl::*)(const Request&) const;

  Response run(Method method, const Request& request) const {
    if (inbox_ == nullptr)
      return control_problem(request,
                             Error{ErrorCode::kNotFound, "no inbox", "errors.inbox_closed", {}});
    const auto answer = (this->*method)(request);
    return answer ? control_json(dump(*answer)) : control_problem(request, answer.error());
  }

  Result<json> list(const Request& request) const {
    const auto messages = inbox_->messages(switched_on(request, "all"));
    if (!messages) return messages.error();
    json out = json::array();
    for (const Message& message : *messages) out.push_back(describe_message(message));
    return json{{"messages", std::move(out)}};
  }

  Result<json> show(const Request& request) const {
    const auto number = number_of(request);
    if (!number) return number.error();
    return described(*number);
  }

  Result<json> answer(const Request& request) const {
    return say(request, [this](std::uint64_t number, const std::string& text) {
      return desk_.answer(number, text);
    });
  }

  Result<json> decline(const Request& request) const {
    return say(request, [this](std::uint64_t number, const std::string& text) {
      return desk_.decline(number, text);
    });
  }

  Result<json> publish(const Request& request) const;

 private:
  static Result<std::uint64_t> number_of(const Request& request) {
    return parse_decimal(request.parameter("number").value_or(""));
  }

  Result<json> described(std::uint64_t number) const {
    const auto message = inbox_->message(number);
    if (!message) return message.error();
    return describe_message(*message);
  }

  template <class Say>
  Result<json> say(const Request& request, const Say& words) const {
    const auto number = number_of(request);
    if (!number) return number.error();
    const auto wish = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
    const bool given = wish.is_object() && wish.contains("text") && wish["text"].is_string();
    auto said = words(*number, given ? wish["text"].get<std::string>() : std::string());
    if (!said) return said.error();
    return described(*number);
  }

  InboxDeskPorts desk_ports() const {
    return {inbox_, [log = ports_.log](std::string_view source) { return record_of(*log, source); },
            [publisher = ports_.publisher](Submission entry) {
              return publisher->publish(std::move(entry));
            }};
  }

  Result<EntryDocument> checked(const Message& message, const Request& request) const;

  Inbox* const inbox_;
  const ControlPorts ports_;
  const InboxDesk desk_;
};

/// What is to be published, if nothing is wrong with it.
Result<EntryDocument> InboxControl::checked(const Message& message, const Request& request) const {
  const auto written = parse_entry_document(request.body);
  if (!written) return written.error();
  auto document = proposal_for(message, *written);
  if (!document) return document;
  std::string detail;
  for (const std::string& fault : entry_faults(ports_, *document, reply_language(request)))
    detail += (detail.empty() ? "" : "\n") + fault;
  if (detail.empty()) return document;
  return Error{ErrorCode::kInvalid, "faults", "errors.inbox_invalid", {{"detail", detail}}};
}

Result<json> InboxControl::publish(const Request& request) const {
  if (auto problem = stopped(ports_)) return std::move(*problem);
  const auto number = number_of(request);
  if (!number) return number.error();
  const auto message = inbox_->undecided(*number);
  if (!message) return message.error();
  const auto document = checked(*message, request);
  if (!document) return document.error();
  const auto receipt = desk_.publish(*number, submission_of(*document));
  if (!receipt) return receipt.error();
  return json{{"number", *number},       {"id", receipt->id},     {"rev", receipt->rev},
              {"index", receipt->index}, {"size", receipt->size}, {"state", receipt->state}};
}

}  // namespace

void add_inbox_control(Router& router, Inbox* inbox, ControlPorts ports) {
  const auto control = std::make_shared<const InboxControl>(inbox, std::move(ports));
  const auto add = [&](const char* method, const char* path, InboxControl::Method run) {
    router.add(method, path, [control, run](const Request& request, const PathArguments&) {
      return control->run(run, request);
    });
  };
  add("GET", "/control/v1/inbox", &InboxControl::list);
  add("GET", "/control/v1/inbox/message", &InboxControl::show);
  add("POST", "/control/v1/inbox/answer", &InboxControl::answer);
  add("POST", "/control/v1/inbox/decline", &InboxControl::decline);
  add("POST", "/control/v1/inbox/publish", &InboxControl::publish);
}

}  // namespace dure::node::http
