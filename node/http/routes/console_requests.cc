// SPDX-License-Identifier: Apache-2.0
#include "http/routes/console_requests.h"

#include <utility>

#include "http/routes/console_work.h"

namespace dure::node::http {
namespace {

constexpr const char* kWithdrawPath = "/admin/withdraw";

std::string own_record_href(const ConsolePorts& ports, const PageFrame& frame,
                            const std::string& id) {
  return page_href(frame, "/e/" + id, {{"origin", ports.own.origin}});
}

/// What is being asked, before it is stored.
struct Asking {
  std::string id, reason;
};

std::string ask_page(const ConsolePorts& ports, const ConsoleFrame& frame, const Asking& asking) {
  Draft request;
  request.type = kWithdrawal;
  request.record = asking.id;
  const EntryView entry = requested_entry(ports, request, frame.page.language);
  AskView view;
  view.act = kWithdrawal;
  view.id = asking.id;
  view.title = entry.title.text.empty() ? asking.id : entry.title.text;
  view.type_name = entry.type_name;
  view.record_href = own_record_href(ports, frame.page, asking.id);
  view.reason = asking.reason;
  return render_ask(frame, view);
}

/// An entry that cannot be asked about leaves no form to correct.
Response ask_failed(const ConsolePorts& ports, Visit& visit, const Error& error,
                    const Asking& asking) {
  if (error.code == ErrorCode::kInvalid) visit.frame.fault_href = "#reason";
  return say_failure(visit, error, [&](const ConsoleFrame& frame) {
    const bool can_be_corrected = error.code == ErrorCode::kInvalid;
    return can_be_corrected ? ask_page(ports, frame, asking) : own_entries_page(ports, frame, {});
  });
}

Response show_withdraw(const ConsolePorts& ports, Visit& visit, const Request& request,
                       const PathArguments& /*arguments*/) {
  const Asking asking{std::string(request.parameter("id").value_or("")), {}};
  const auto may = ports.drafts->may_withdraw(asking.id);
  if (!may) return ask_failed(ports, visit, may.error(), asking);
  visit.frame.page.query = {{"id", asking.id}};
  return console_response(200, ask_page(ports, visit.frame, asking));
}

Response withdraw(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                  const PathArguments& /*arguments*/) {
  const Asking asking{visit.field("id"), visit.field("reason")};
  const auto asked = ports.drafts->ask_to_withdraw(visit.account.name, asking.id, asking.reason);
  if (!asked) return ask_failed(ports, visit, asked.error(), asking);
  return go_home(visit.frame.page, "request.asked");
}

}  // namespace

EntryView requested_entry(const ConsolePorts& ports, const Draft& request, Language language) {
  auto entry = ports.view(request, language);
  return entry ? *std::move(entry) : EntryView();
}

Response request_page(const ConsolePorts& ports, Visit& visit, const Draft& request, int status) {
  const PageFrame& frame = visit.frame.page;
  RequestView view;
  view.act = request.type;
  view.number = request.number;
  view.version = request.version;
  view.entry = requested_entry(ports, request, frame.language);
  view.id = request.record;
  view.state = state_word(request.state);
  view.author = request.author;
  view.why = request_reason(request);
  view.refused_why = request.reason;
  view.record_href = own_record_href(ports, frame, request.record);
  const bool waits = request.state == DraftState::kReview;
  const bool halfway = request.state == DraftState::kApproved;
  const auto may = ports.drafts->may_approve(visit.account.name, request);
  const bool mine = request.author == visit.account.name;
  view.may_approve = visit.frame.approver && (halfway || (waits && may && *may));
  view.alone = mine;
  view.may_return = visit.frame.approver && waits;
  view.may_take_back = visit.frame.author && waits;
  view.typed_reason = visit.field("reason");
  return console_response(status, render_request(visit.frame, view));
}

void add_console_requests(Router& router, const SharedPorts& ports) {
  router.add("GET", kWithdrawPath, signed_in(ports, StaffRole::kAuthor, &show_withdraw));
  router.add("POST", kWithdrawPath, signed_in(ports, StaffRole::kAuthor, &withdraw));
}

}  // namespace dure::node::http
