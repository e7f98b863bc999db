// SPDX-License-Identifier: Apache-2.0
#include "http/routes/console_requests.h"

#include <algorithm>
#include <utility>

#include "dure/erasure.h"
#include "http/routes/console_work.h"
#include "inbox/telling.h"

namespace dure::node::http {
namespace {

std::string own_record_href(const ConsolePorts& ports, const PageFrame& frame,
                            const std::string& id) {
  return page_href(frame, "/e/" + id, {{"origin", ports.own.origin}});
}

/// What is being asked, before it is stored.
struct Asking {
  std::string_view act;  // kWithdrawal or kErasure
  std::string id, reason, typed;
};

std::vector<SelectOption> reasons_in_words(Language language) {
  std::vector<SelectOption> reasons;
  for (const std::string_view code : erasure_reasons())
    reasons.push_back({std::string(code), erasure_in_words(code, language)});
  return reasons;
}

std::string ask_page(const ConsolePorts& ports, const ConsoleFrame& frame, const Asking& asking) {
  Draft request;
  request.type = asking.act;
  request.record = asking.id;
  const EntryView entry = requested_entry(ports, request, frame.page.language);
  AskView view;
  view.act = asking.act;
  view.id = asking.id;
  view.title = entry.title.text.empty() ? asking.id : entry.title.text;
  view.type_name = entry.type_name;
  view.record_href = own_record_href(ports, frame.page, asking.id);
  view.reason = asking.reason;
  view.typed = asking.typed;
  if (asking.act == kErasure) view.reasons = reasons_in_words(frame.page.language);
  return render_ask(frame, view);
}

/// An entry that cannot be asked about leaves no form to correct.
Response ask_failed(const ConsolePorts& ports, Visit& visit, const Error& error,
                    const Asking& asking) {
  const bool can_be_corrected = error.code == ErrorCode::kInvalid;
  if (can_be_corrected) visit.frame.fault_href = fault_place(error);
  return say_failure(visit, error, [&](const ConsoleFrame& frame) {
    return can_be_corrected ? ask_page(ports, frame, asking) : own_entries_page(ports, frame, {});
  });
}

Response show_asking(const ConsolePorts& ports, Visit& visit, const Asking& asking) {
  const auto may = asking.act == kErasure ? ports.drafts->may_erase(asking.id)
                                          : ports.drafts->may_withdraw(asking.id);
  visit.frame.page.query = {{"id", asking.id}};
  if (may) return console_response(200, ask_page(ports, visit.frame, asking));
  return say_failure(visit, may.error(),
                     [&](const ConsoleFrame& frame) { return own_entries_page(ports, frame, {}); });
}

Response show_withdraw(const ConsolePorts& ports, Visit& visit, const Request& request,
                       const PathArguments& /*arguments*/) {
  const std::string id(request.parameter("id").value_or(""));
  return show_asking(ports, visit, {kWithdrawal, id, {}, {}});
}

/// `id` may be an address that was pasted.
Response show_erase(const ConsolePorts& ports, Visit& visit, const Request& request,
                    const PathArguments& /*arguments*/) {
  const std::string id = entry_in(request.parameter("id").value_or(""));
  return show_asking(ports, visit, {kErasure, id, {}, {}});
}

Response withdraw(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                  const PathArguments& /*arguments*/) {
  const Asking asking{kWithdrawal, visit.field("id"), visit.field("reason"), {}};
  const auto asked = ports.drafts->ask_to_withdraw(visit.account.name, asking.id, asking.reason);
  if (!asked) return ask_failed(ports, visit, asked.error(), asking);
  return go_home(visit.frame.page, "request.asked");
}

Response erase(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
               const PathArguments& /*arguments*/) {
  const Asking asking{kErasure, visit.field("id"), visit.field("reason"), visit.field("confirm")};
  const auto asked =
      ports.drafts->ask_to_erase(visit.account.name, asking.id, asking.reason, asking.typed);
  if (!asked) return ask_failed(ports, visit, asked.error(), asking);
  return go_home(visit.frame.page, "request.asked");
}

/// The newest first.
Response show_erasures(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                       const PathArguments& /*arguments*/) {
  const PageFrame& frame = visit.frame.page;
  const auto erasures = ports.erasures();
  if (!erasures)
    return say_failure(visit, erasures.error(),
                       [](const ConsoleFrame& failed) { return render_erasures(failed, {}); });
  std::vector<ErasureRow> rows = *erasures;
  std::stable_sort(rows.begin(), rows.end(),
                   [](const ErasureRow& a, const ErasureRow& b) { return a.time > b.time; });
  for (ErasureRow& row : rows) {
    row.href = own_record_href(ports, frame, row.id);
    row.reason = erasure_in_words(row.reason, frame.language);
  }
  return console_response(200, render_erasures(visit.frame, rows));
}

}  // namespace

std::string erasure_in_words(std::string_view code, Language language) {
  const std::string key = "pages.erased.reason." + std::string(code);
  return has_text(language, key) ? text(language, key) : std::string(code);
}

std::string fault_place(const Error& error) {
  return error.text == "errors.console_confirm" ? "#confirm" : "#reason";
}

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
  if (request.type == kErasure) view.why = erasure_in_words(view.why, frame.language);
  view.refused_why = request.reason;
  view.record_href = own_record_href(ports, frame, request.record);
  const bool waits = request.state == DraftState::kReview;
  const bool halfway = request.state == DraftState::kApproved;
  const auto may = ports.drafts->may_approve(visit.account.name, request);
  view.may_approve = visit.frame.approver && (halfway || (waits && may && *may));
  view.confirms = request.type == kErasure && waits;
  view.alone = request.author == visit.account.name;
  view.may_return = visit.frame.approver && waits;
  view.may_take_back = visit.frame.author && waits;
  view.typed_reason = visit.field("reason");
  view.typed = visit.field("confirm");
  return console_response(status, render_request(visit.frame, view));
}

void add_console_requests(Router& router, const SharedPorts& ports) {
  router.add("GET", "/admin/withdraw", signed_in(ports, {StaffRole::kAuthor}, &show_withdraw));
  router.add("POST", "/admin/withdraw", signed_in(ports, {StaffRole::kAuthor}, &withdraw));
  router.add("GET", "/admin/erase", signed_in(ports, {StaffRole::kAuthor}, &show_erase));
  router.add("POST", "/admin/erase", signed_in(ports, {StaffRole::kAuthor}, &erase));
  router.add("GET", "/admin/erasures", signed_in(ports, {}, &show_erasures));
}

}  // namespace dure::node::http
