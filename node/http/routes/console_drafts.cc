// SPDX-License-Identifier: Apache-2.0
// Work in view, drafts from the first word to publication, the town's own entries.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "console/entry_form.h"
#include "dure/encoding.h"
#include "http/routes/console_routes.h"
#include "http/routes/related_views.h"
#include "publishing/entry_planner.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kOwnEntries = 50;

std::string draft_path(std::uint64_t number) { return fmt::format("/admin/drafts/{}", number); }
std::string review_path(std::uint64_t number) { return draft_path(number) + "/review"; }

std::string record_href(const ConsolePorts& ports, const PageFrame& frame, const Draft& draft) {
  if (draft.record.empty()) return {};
  return page_href(frame, "/e/" + draft.record, {{"origin", ports.own.origin}});
}

std::string title_of(const ConsolePorts& ports, const PageFrame& frame, const Draft& draft) {
  const auto view = ports.view(draft, frame.language);
  const bool has_title = view && !view->title.text.empty();
  return fmt::format("{} #{}",
                     has_title ? view->title.text : type_in_words(draft.type, frame.language),
                     draft.number);
}

DraftRow row_of(const ConsolePorts& ports, const PageFrame& frame, const Draft& draft) {
  const bool open = draft.open();
  return {page_href(frame, open ? draft_path(draft.number) : review_path(draft.number)),
          title_of(ports, frame, draft),
          type_in_words(draft.type, frame.language),
          draft.record,
          std::string(state_word(draft.state)),
          draft.author,
          draft.editor,
          format_leaf_time(draft.changed),
          draft.state == DraftState::kReturned ? draft.reason : std::string()};
}

/// Where the person who looks should find it.
std::vector<DraftRow>& list_for(ConsoleHomeView& view, const ConsoleFrame& frame,
                                const Draft& draft) {
  if (draft.state == DraftState::kPublished || draft.state == DraftState::kDropped)
    return view.done;
  if (!draft.open() && frame.approver) return view.for_review;
  const bool mine = draft.author == frame.account || draft.editor == frame.account;
  return mine && frame.author ? view.mine : view.others;
}

std::string home_page(const ConsolePorts& ports, const ConsoleFrame& frame,
                      const std::vector<Draft>& drafts) {
  ConsoleHomeView view;
  view.waiting_messages = ports.waiting_messages ? ports.waiting_messages() : 0;
  for (const Draft& draft : drafts)
    list_for(view, frame, draft).push_back(row_of(ports, frame.page, draft));
  return render_console_home(frame, view);
}

Response home(const ConsolePorts& ports, Visit& visit, const Request& request,
              const PathArguments& /*arguments*/) {
  const auto drafts = ports.drafts->list();
  if (!drafts)
    return say_failure(visit, drafts.error(),
                       [&](const ConsoleFrame& frame) { return home_page(ports, frame, {}); });
  const std::string done(request.parameter("done").value_or(""));
  for (const char* known :
       {"draft.submitted", "draft.dropped", "review.published", "review.returned"}) {
    if (done == known) visit.frame.said = text(visit.frame.page.language, "console." + done);
  }
  visit.frame.page.query.clear();
  return console_response(200, home_page(ports, visit.frame, *drafts));
}

Response go_home(const PageFrame& frame, const char* done) {
  Response response = see_other(frame, "/admin/");
  response.headers.front().second = page_href(frame, "/admin/", {{"done", done}});
  return response;
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

Response no_draft(const ConsolePorts& ports, Visit& visit, const Error& error) {
  return say_failure(visit, error, [&](const ConsoleFrame& frame) {
    const auto drafts = ports.drafts->list();
    return home_page(ports, frame, drafts ? *drafts : std::vector<Draft>());
  });
}

Response show_draft(const ConsolePorts& ports, Visit& visit, const Request& request,
                    const PathArguments& arguments) {
  const auto draft = asked_draft(ports, arguments);
  if (!draft) return no_draft(ports, visit, draft.error());
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
    return draft_page(ports, visit, sent.draft,
                      kept.error().code == ErrorCode::kConflict ? 409 : 422, {});
  }
  if (sent.act == "drop") {
    const auto dropped = ports.drafts->drop(name, kept->number, kept->version);
    if (dropped) return go_home(frame, "draft.dropped");
    return no_draft(ports, visit, dropped.error());
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
    return no_draft(ports, visit, submitted.error());
  }
  visit.frame.said = text(frame.language, looks ? "console.draft.right" : "console.draft.saved");
  return draft_page(ports, visit, *kept, 200, faults);
}

Response change_draft(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                      const PathArguments& arguments) {
  auto draft = asked_draft(ports, arguments);
  if (!draft) return no_draft(ports, visit, draft.error());
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
  view.may_take_back = visit.frame.author && waits;
  view.typed_reason = visit.field("reason");
  return console_response(status, render_review(visit.frame, view));
}

Response show_review(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                     const PathArguments& arguments) {
  const auto draft = asked_draft(ports, arguments);
  if (!draft) return no_draft(ports, visit, draft.error());
  if (draft->open()) return see_other(visit.frame.page, draft_path(draft->number));
  return review_page(ports, visit, *draft, 200);
}

/// Says what went wrong on the page of the draft as it is now.
Response review_failed(const ConsolePorts& ports, Visit& visit, std::uint64_t number,
                       const Error& error) {
  const auto draft = ports.drafts->find(number);
  if (!draft) return no_draft(ports, visit, draft.error());
  visit.frame.fault = explain(visit.frame.page.language, error);
  return review_page(ports, visit, *draft, error.code == ErrorCode::kConflict ? 409 : 422);
}

Response decide(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                const PathArguments& arguments) {
  const auto draft = asked_draft(ports, arguments);
  if (!draft) return no_draft(ports, visit, draft.error());
  const PageFrame& frame = visit.frame.page;
  const auto version = parse_decimal(visit.field("version"));
  const std::string act = visit.field("do"), name = visit.account.name;
  const std::uint64_t number = draft->number, seen = version ? *version : 0;
  const bool approves = act == "approve" || act == "return";
  if (approves ? !visit.frame.approver : act != "take-back" || !visit.frame.author)
    return console_message(frame, 403, "refused");
  if (act == "take-back") {
    const auto taken = ports.drafts->take_back(name, number, seen);
    if (!taken) return review_failed(ports, visit, number, taken.error());
    Response response = see_other(frame, draft_path(number));
    response.headers.front().second =
        page_href(frame, draft_path(number), {{"done", "review.taken-back"}});
    return response;
  }
  const auto decided = act == "approve"
                           ? ports.drafts->approve(name, number, seen)
                           : ports.drafts->give_back(name, number, seen, visit.field("reason"));
  if (!decided) return review_failed(ports, visit, number, decided.error());
  return go_home(frame, act == "approve" ? "review.published" : "review.returned");
}

std::string entries_page(const ConsolePorts& ports, const ConsoleFrame& frame,
                         const std::string& words) {
  SearchRequest asked;
  asked.words = words;
  asked.origin = ports.own.origin;
  asked.limit = kOwnEntries;
  asked.newest_first = words.empty();
  std::vector<OwnEntryRow> rows;
  const auto found = ports.search(asked);
  if (found) {
    for (const SearchHit& hit : found->page.hits) {
      rows.push_back({hit.item.id,
                      page_href(frame.page, "/e/" + hit.item.id, {{"origin", ports.own.origin}}),
                      title_for(hit.item, frame.page.language).text,
                      type_in_words(hit.item.type, frame.page.language), hit.item.modified});
    }
  }
  return render_own_entries(frame, words, rows);
}

Response show_entries(const ConsolePorts& ports, Visit& visit, const Request& request,
                      const PathArguments& /*arguments*/) {
  const std::string words(request.parameter("q").value_or(""));
  return console_response(200, entries_page(ports, visit.frame, words));
}

Response revise(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                const PathArguments& /*arguments*/) {
  const auto draft = ports.drafts->revise(visit.account.name, visit.field("id"));
  if (draft) return see_other(visit.frame.page, draft_path(draft->number));
  return say_failure(visit, draft.error(),
                     [&](const ConsoleFrame& frame) { return entries_page(ports, frame, {}); });
}

}  // namespace

void add_console_drafts(Router& router, const SharedPorts& ports) {
  router.add("GET", "/admin/", signed_in(ports, std::nullopt, &home));
  router.add("GET", "/admin/drafts/new", signed_in(ports, StaffRole::kAuthor, &show_new));
  router.add("POST", "/admin/drafts/new", signed_in(ports, StaffRole::kAuthor, &begin));
  router.add("POST", "/admin/drafts/revise", signed_in(ports, StaffRole::kAuthor, &revise));
  router.add("GET", "/admin/drafts/{number}", signed_in(ports, StaffRole::kAuthor, &show_draft));
  router.add("POST", "/admin/drafts/{number}",
             signed_in(ports, StaffRole::kAuthor, &change_draft, /*see_all=*/true));
  router.add("GET", "/admin/drafts/{number}/review", signed_in(ports, std::nullopt, &show_review));
  router.add("POST", "/admin/drafts/{number}/review", signed_in(ports, std::nullopt, &decide));
  router.add("GET", "/admin/entries", signed_in(ports, StaffRole::kAuthor, &show_entries));
}

}  // namespace dure::node::http
