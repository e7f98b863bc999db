// SPDX-License-Identifier: Apache-2.0
// Drafts from the first word to publication.
#include <algorithm>
#include <utility>

#include "console/entry_form.h"
#include "dure/encoding.h"
#include "http/routes/console_requests.h"
#include "http/routes/console_work.h"

namespace dure::node::http {
namespace {

std::string record_href(const ConsolePorts& ports, const PageFrame& frame, const Draft& draft) {
  if (draft.record.empty()) return {};
  return page_href(frame, "/e/" + draft.record, {{"origin", ports.own.origin}});
}

std::string new_page_of(const ConsolePorts& ports, const ConsoleFrame& frame) {
  std::vector<SelectOption> types;
  for (const std::string& type : ports.types)
    types.push_back({type, type_in_words(type, frame.page.language)});
  return render_new_draft(frame, types);
}

Response show_new(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                  const PathArguments& /*arguments*/) {
  return console_response(200, new_page_of(ports, visit.frame));
}

Response begin(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
               const PathArguments& /*arguments*/) {
  const std::string type = visit.field("type");
  const auto again = [&](const ConsoleFrame& frame) { return new_page_of(ports, frame); };
  if (std::find(ports.types.begin(), ports.types.end(), type) == ports.types.end()) {
    visit.frame.fault = text(visit.frame.page.language, "console.new.no-type");
    return console_response(422, again(visit.frame));
  }
  const auto draft = ports.drafts->begin(visit.account.name, type);
  if (!draft) return say_failure(visit, draft.error(), again);
  return see_other(visit.frame.page, draft_path(draft->number));
}

Response draft_page(const ConsolePorts& ports, Visit& visit, const Draft& draft, int status,
                    const std::vector<EntryFault>& faults, std::string_view focus = {}) {
  const PageFrame& frame = visit.frame.page;
  DraftView view;
  view.number = draft.number;
  view.version = draft.version;
  view.type_name = type_in_words(draft.type, frame.language);
  view.state = state_word(draft.state);
  view.author = draft.author;
  view.editor = draft.editor;
  view.reason = draft.reason;
  view.record_href = record_href(ports, frame, draft);
  if (status == 409) view.other_href = page_href(frame, draft_path(draft.number));
  const auto& regions =
      frame.language == Language::kKo ? ports.korean_regions : ports.english_regions;
  view.fields = render_entry_form(
      frame, make_entry_form(draft.type, draft.body, faults, frame.language, regions, focus));
  return console_response(status, render_draft(visit.frame, view));
}

Result<Draft> asked_draft(const ConsolePorts& ports, const PathArguments& arguments) {
  const auto number = parse_decimal(arguments.at(0));
  return ports.drafts->find(number ? *number : 0);
}

Response show_draft(const ConsolePorts& ports, Visit& visit, const Request& request,
                    const PathArguments& arguments) {
  const auto draft = asked_draft(ports, arguments);
  if (!draft) return fail_home(ports, visit, draft.error());
  if (!draft->open()) return see_other(visit.frame.page, review_path(draft->number));
  if (request.parameter("done") == "review.taken-back")
    visit.frame.said = text(visit.frame.page.language, "console.review.taken-back");
  return draft_page(ports, visit, *draft, 200, {});
}

/// The draft as it was sent, whatever becomes of it: what was typed is shown again.
struct Sent {
  Draft draft;
  std::uint64_t version = 0;
  std::string act;
};

Response keep_draft(const ConsolePorts& ports, Visit& visit, const Sent& sent) {
  const PageFrame& frame = visit.frame.page;
  const std::string& name = visit.account.name;
  auto kept = ports.drafts->save(name, sent.draft.number, sent.version, sent.draft.body);
  if (!kept) {
    visit.frame.fault = explain(frame.language, kept.error());
    const bool changed = kept.error().code == ErrorCode::kConflict;
    return draft_page(ports, visit, sent.draft, changed ? 409 : 422, {});
  }
  if (sent.act == "drop") {
    const auto dropped = ports.drafts->drop(name, kept->number, kept->version);
    if (dropped) return go_home(frame, "draft.dropped");
    return fail_home(ports, visit, dropped.error());
  }
  const bool looks = sent.act == "check" || sent.act == "submit";
  const auto faults = looks ? ports.drafts->faults(*kept) : std::vector<EntryFault>();
  if (looks && has_error(faults)) {
    visit.frame.fault =
        text(frame.language, "console.draft.wrong", {{"count", std::to_string(faults.size())}});
    return draft_page(ports, visit, *kept, 422, faults);
  }
  if (sent.act == "submit") {
    const auto submitted = ports.drafts->submit(name, kept->number, kept->version);
    if (submitted) return go_home(frame, "draft.submitted");
    return fail_home(ports, visit, submitted.error());
  }
  visit.frame.said = text(frame.language, looks ? "console.draft.right" : "console.draft.saved");
  return draft_page(ports, visit, *kept, 200, faults);
}

Response change_draft(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                      const PathArguments& arguments) {
  auto draft = asked_draft(ports, arguments);
  if (!draft) return fail_home(ports, visit, draft.error());
  const auto version = parse_decimal(visit.field("version"));
  auto typed = change_form(draft->type, visit.form, draft->body);
  if (!typed) {
    visit.frame.fault = explain(visit.frame.page.language, typed.error());
    return draft_page(ports, visit, *draft, 422, {});
  }
  Sent sent{*std::move(draft), version ? *version : 0, visit.field("do")};
  sent.draft.body = std::move(typed->body);
  if (visit.genuine && asks_for_change(visit.form)) {
    // The version stays the one that was seen: what somebody else wrote meanwhile is not lost.
    sent.draft.version = sent.version;
    return draft_page(ports, visit, sent.draft, 200, {}, typed->focus);
  }
  if (!visit.genuine) {
    // A form of an earlier session: its text is not lost, and nothing is done for another site.
    visit.frame.fault = text(visit.frame.page.language, "console.draft.token");
    return draft_page(ports, visit, sent.draft, 403, {});
  }
  return keep_draft(ports, visit, sent);
}

Response review_page(const ConsolePorts& ports, Visit& visit, const Draft& draft, int status) {
  if (draft.is_request()) return request_page(ports, visit, draft, status);
  const PageFrame& frame = visit.frame.page;
  ReviewView view;
  view.number = draft.number;
  view.version = draft.version;
  view.state = state_word(draft.state);
  view.author = draft.author;
  view.editor = draft.editor;
  view.reason = draft.reason;
  view.record_href = record_href(ports, frame, draft);
  auto entry = ports.view(draft, frame.language);
  if (entry) view.entry = *std::move(entry);
  const bool waits = draft.state == DraftState::kReview;
  const bool halfway = draft.state == DraftState::kApproved;
  const auto may = ports.drafts->may_approve(visit.account.name, draft);
  const bool mine = draft.author == visit.account.name || draft.editor == visit.account.name;
  view.may_approve = visit.frame.approver && (halfway || (waits && may && *may));
  view.alone = mine;
  view.may_return = visit.frame.approver && waits;
  view.may_take_back = visit.frame.author && (waits || draft.state == DraftState::kDropped);
  view.typed_reason = visit.field("reason");
  return console_response(status, render_review(visit.frame, view));
}

Response show_review(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                     const PathArguments& arguments) {
  const auto draft = asked_draft(ports, arguments);
  if (!draft) return fail_home(ports, visit, draft.error());
  if (draft->open()) return see_other(visit.frame.page, draft_path(draft->number));
  return review_page(ports, visit, *draft, 200);
}

/// Says what went wrong on the page of the draft as it is now.
Response review_failed(const ConsolePorts& ports, Visit& visit, std::uint64_t number,
                       const Error& error) {
  const auto draft = ports.drafts->find(number);
  if (!draft) return fail_home(ports, visit, draft.error());
  visit.frame.fault = explain(visit.frame.page.language, error);
  if (error.text == "errors.console_reason" || error.text == "errors.console_confirm")
    visit.frame.fault_href = fault_place(error);
  return review_page(ports, visit, *draft, error.code == ErrorCode::kConflict ? 409 : 422);
}

Response take_back(const ConsolePorts& ports, Visit& visit, std::uint64_t number,
                   std::uint64_t seen) {
  const PageFrame& frame = visit.frame.page;
  const auto taken = ports.drafts->take_back(visit.account.name, number, seen);
  if (!taken) return review_failed(ports, visit, number, taken.error());
  if (taken->is_request()) return go_home(frame, "request.dropped");
  Response response = see_other(frame, draft_path(number));
  response.headers.front().second =
      page_href(frame, draft_path(number), {{"done", "review.taken-back"}});
  return response;
}

Response decide(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                const PathArguments& arguments) {
  const auto draft = asked_draft(ports, arguments);
  if (!draft) return fail_home(ports, visit, draft.error());
  const PageFrame& frame = visit.frame.page;
  const auto version = parse_decimal(visit.field("version"));
  const std::string act = visit.field("do"), name = visit.account.name;
  const std::uint64_t number = draft->number, seen = version ? *version : 0;
  const bool approves = act == "approve" || act == "return";
  if (approves ? !visit.frame.approver : act != "take-back" || !visit.frame.author)
    return console_message(frame, 403, "refused");
  if (act == "take-back") return take_back(ports, visit, number, seen);
  const auto decided = act == "approve"
                           ? ports.drafts->approve(name, number, seen, visit.field("confirm"))
                           : ports.drafts->give_back(name, number, seen, visit.field("reason"));
  if (!decided) return review_failed(ports, visit, number, decided.error());
  if (draft->is_request())
    return go_home(frame, act == "approve" ? "request.done" : "request.refused");
  return go_home(frame, act == "approve" ? "review.published" : "review.returned");
}

Response revise(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                const PathArguments& /*arguments*/) {
  const auto draft = ports.drafts->revise(visit.account.name, visit.field("id"));
  if (draft) return see_other(visit.frame.page, draft_path(draft->number));
  return say_failure(visit, draft.error(),
                     [&](const ConsoleFrame& frame) { return own_entries_page(ports, frame, {}); });
}

}  // namespace

void add_console_drafts(Router& router, const SharedPorts& ports) {
  router.add("GET", "/admin/drafts/new", signed_in(ports, {StaffRole::kAuthor}, &show_new));
  router.add("POST", "/admin/drafts/new", signed_in(ports, {StaffRole::kAuthor}, &begin));
  router.add("POST", "/admin/drafts/revise", signed_in(ports, {StaffRole::kAuthor}, &revise));
  router.add("GET", "/admin/drafts/{number}", signed_in(ports, {StaffRole::kAuthor}, &show_draft));
  router.add("POST", "/admin/drafts/{number}",
             signed_in(ports, {StaffRole::kAuthor}, &change_draft, /*see_all=*/true));
  router.add("GET", "/admin/drafts/{number}/review", signed_in(ports, {}, &show_review));
  router.add("POST", "/admin/drafts/{number}/review", signed_in(ports, {}, &decide));
}

}  // namespace dure::node::http
