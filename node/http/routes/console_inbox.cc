// SPDX-License-Identifier: Apache-2.0
// What citizens told: authors and approvers read it, approvers answer and decline, authors make a
// proposal of it. The acts are those of `dure inbox`.
#include <fmt/format.h>

#include <utility>

#include "dure/encoding.h"
#include "http/routes/console_work.h"
#include "inbox/proposal.h"
#include "publishing/entry_planner.h"

namespace dure::node::http {
namespace {

std::string message_path(std::uint64_t number) { return fmt::format("/admin/inbox/{}", number); }

/// In which list a message of this state is.
const char* list_of(MessageState state) {
  switch (state) {
    case MessageState::kWaiting:
      return "waiting";
    case MessageState::kDeclined:
      return "declined";
    case MessageState::kAnswered:
    case MessageState::kPublished:
      break;
  }
  return "answered";
}

std::string record_href(const ConsolePorts& ports, const PageFrame& frame, const std::string& id) {
  if (id.empty()) return {};
  return page_href(frame, "/e/" + id, {{"origin", ports.own.origin}});
}

TellingView view_of(const ConsolePorts& ports, const PageFrame& frame, const Message& message) {
  TellingView view;
  view.number = message.number;
  view.times = message.times;
  view.href = page_href(frame, message_path(message.number));
  view.kind = kind_name(message.telling.kind);
  view.state = state_name(message.state);
  view.received = format_leaf_time(message.received);
  if (message.decided != 0) view.decided = format_leaf_time(message.decided);
  view.text = message.telling.text;
  view.answer = message.answer;
  view.entry = message.telling.entry;
  if (!view.entry.empty()) view.entry_href = page_href(frame, "/e/" + view.entry);
  view.record_href = record_href(ports, frame, message.record);
  return view;
}

std::string inbox_page(const ConsolePorts& ports, ConsoleFrame frame, const std::string& shown) {
  InboxListView view;
  view.shown = shown == "answered" || shown == "declined" ? shown : "waiting";
  auto messages = ports.inbox->messages(/*all=*/true);
  if (!messages) {
    frame.fault = explain(frame.page.language, messages.error());
    return render_inbox(frame, view);
  }
  for (const Message& message : *messages) {
    if (message.state == MessageState::kWaiting) ++view.waiting;
    if (list_of(message.state) == view.shown)
      view.rows.push_back(view_of(ports, frame.page, message));
  }
  return render_inbox(frame, view);
}

Response no_inbox(const Visit& visit) { return console_message(visit.frame.page, 404, "no-inbox"); }

Response show_inbox(const ConsolePorts& ports, Visit& visit, const Request& request,
                    const PathArguments& /*arguments*/) {
  if (ports.inbox == nullptr) return no_inbox(visit);
  PageFrame& frame = visit.frame.page;
  const std::string done(request.parameter("done").value_or(""));
  if (done == "answered" || done == "declined")
    visit.frame.said = text(frame.language, "console.inbox.done-" + done);
  frame.query.clear();
  const std::string shown(request.parameter("show").value_or(""));
  return console_response(200, inbox_page(ports, visit.frame, shown));
}

Response message_page(const ConsolePorts& ports, const Visit& visit, const Message& message,
                      int status) {
  const PageFrame& frame = visit.frame.page;
  InboxMessageView view;
  view.telling = view_of(ports, frame, message);
  const bool waits = message.state == MessageState::kWaiting;
  const auto draft = ports.drafts->holding(message.mark);
  if (waits && draft && *draft)
    view.draft_href = page_href(
        frame, (*draft)->open() ? draft_path((*draft)->number) : review_path((*draft)->number));
  view.may_decide = waits && visit.frame.approver;
  view.may_propose = waits && visit.frame.author && view.draft_href.empty();
  view.typed = visit.field("text");
  return console_response(status, render_inbox_message(visit.frame, view));
}

Result<Message> asked_message(const ConsolePorts& ports, const PathArguments& arguments) {
  const auto number = parse_decimal(arguments.at(0));
  return ports.inbox->message(number ? *number : 0);
}

Response inbox_failed(const ConsolePorts& ports, Visit& visit, const Error& error) {
  return say_failure(visit, error,
                     [&](const ConsoleFrame& frame) { return inbox_page(ports, frame, {}); });
}

Response show_message(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                      const PathArguments& arguments) {
  if (ports.inbox == nullptr) return no_inbox(visit);
  const auto message = asked_message(ports, arguments);
  if (!message) return inbox_failed(ports, visit, message.error());
  return message_page(ports, visit, *message, 200);
}

/// A draft of a proposal that its source ties to the message. Nothing that was told is copied into
/// it: what is published is written anew.
Response propose(const ConsolePorts& ports, Visit& visit, const Message& message) {
  const PageFrame& frame = visit.frame.page;
  const auto known = ports.drafts->holding(message.mark);
  if (!known) return inbox_failed(ports, visit, known.error());
  if (*known) return see_other(frame, draft_path((*known)->number));
  const auto noted = ports.store->note(
      {visit.account.name, "inbox.propose", std::to_string(message.number), {}, ports.now()});
  if (!noted) return inbox_failed(ports, visit, noted.error());
  const auto draft = ports.drafts->begin(
      visit.account.name, "proposal",
      proposal_draft(message, day_in_korea(ports.now()), day_in_korea(message.received)));
  if (!draft) return inbox_failed(ports, visit, draft.error());
  return see_other(frame, draft_path(draft->number));
}

/// The act is written down first: the inbox is another file, and what was decided must never be
/// missing from the audit log. None of the words are in it: they are deleted one day.
Status decide(const ConsolePorts& ports, const Visit& visit, const Message& message) {
  const bool answers = visit.field("do") == "answer";
  const std::string words = visit.field("text");
  if (auto said = Inbox::check_words(words); !said) return said;
  if (message.state == MessageState::kWaiting) {
    auto noted = ports.store->note({visit.account.name,
                                    answers ? "inbox.answer" : "inbox.decline",
                                    std::to_string(message.number),
                                    {},
                                    ports.now()});
    if (!noted) return noted;
  }
  return answers ? ports.desk->answer(message.number, words)
                 : ports.desk->decline(message.number, words);
}

Response change_message(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                        const PathArguments& arguments) {
  if (ports.inbox == nullptr) return no_inbox(visit);
  const PageFrame& frame = visit.frame.page;
  const std::string act = visit.field("do");
  const bool decides = act == "answer" || act == "decline";
  if (decides ? !visit.frame.approver : act != "propose" || !visit.frame.author)
    return console_message(frame, 403, "refused");
  const auto message = asked_message(ports, arguments);
  if (!message) return inbox_failed(ports, visit, message.error());
  if (act == "propose") {
    const bool waits = message->state == MessageState::kWaiting;
    return waits ? propose(ports, visit, *message) : message_page(ports, visit, *message, 409);
  }
  const auto decided = decide(ports, visit, *message);
  if (decided) {
    Response response = see_other(frame, "/admin/inbox");
    response.headers.front().second =
        page_href(frame, "/admin/inbox", {{"done", act == "answer" ? "answered" : "declined"}});
    return response;
  }
  if (decided.error().code == ErrorCode::kInvalid) visit.frame.fault_href = "#text";
  visit.frame.fault = explain(frame.language, decided.error());
  const auto now = asked_message(ports, arguments);
  const int status = decided.error().code == ErrorCode::kConflict ? 409 : 422;
  return now ? message_page(ports, visit, *now, status)
             : inbox_failed(ports, visit, decided.error());
}

}  // namespace

void add_console_inbox(Router& router, const SharedPorts& ports) {
  const std::vector<StaffRole> readers = {StaffRole::kAuthor, StaffRole::kApprover};
  router.add("GET", "/admin/inbox", signed_in(ports, readers, &show_inbox));
  router.add("GET", "/admin/inbox/{number}", signed_in(ports, readers, &show_message));
  router.add("POST", "/admin/inbox/{number}", signed_in(ports, readers, &change_message));
}

}  // namespace dure::node::http
