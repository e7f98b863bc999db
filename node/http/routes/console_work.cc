// SPDX-License-Identifier: Apache-2.0
#include "http/routes/console_work.h"

#include <fmt/format.h>

#include "http/routes/console_requests.h"
#include "http/routes/related_views.h"
#include "publishing/entry_planner.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kOwnEntries = 50;

std::string title_of(const ConsolePorts& ports, const PageFrame& frame, const Draft& draft) {
  if (draft.is_request()) {
    const EntryView entry = requested_entry(ports, draft, frame.language);
    const std::string& title = entry.title.text.empty() ? draft.record : entry.title.text;
    return fmt::format("{} #{}", title, draft.number);
  }
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
          draft.is_request() ? text(frame.language, "console.ask." + draft.type + ".kind")
                             : type_in_words(draft.type, frame.language),
          draft.record,
          std::string(state_word(draft.state)),
          draft.author,
          draft.editor,
          format_leaf_time(draft.changed),
          draft.state == DraftState::kReturned || draft.is_request() ? draft.reason : std::string(),
          draft.is_request()};
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
       {"draft.submitted", "draft.dropped", "review.published", "review.returned", "request.asked",
        "request.done", "request.refused", "request.dropped"}) {
    if (done == known) visit.frame.said = text(visit.frame.page.language, "console." + done);
  }
  visit.frame.page.query.clear();
  return console_response(200, home_page(ports, visit.frame, *drafts));
}

Response show_entries(const ConsolePorts& ports, Visit& visit, const Request& request,
                      const PathArguments& /*arguments*/) {
  const std::string words(request.parameter("q").value_or(""));
  return console_response(200, own_entries_page(ports, visit.frame, words));
}

}  // namespace

std::string draft_path(std::uint64_t number) { return fmt::format("/admin/drafts/{}", number); }
std::string review_path(std::uint64_t number) { return draft_path(number) + "/review"; }

Response go_home(const PageFrame& frame, const char* done) {
  Response response = see_other(frame, "/admin/");
  response.headers.front().second = page_href(frame, "/admin/", {{"done", done}});
  return response;
}

Response fail_home(const ConsolePorts& ports, Visit& visit, const Error& error) {
  return say_failure(visit, error, [&](const ConsoleFrame& frame) {
    const auto drafts = ports.drafts->list();
    return home_page(ports, frame, drafts ? *drafts : std::vector<Draft>());
  });
}

std::string own_entries_page(const ConsolePorts& ports, ConsoleFrame frame,
                             const std::string& words) {
  SearchRequest asked;
  asked.words = words;
  asked.origin = ports.own.origin;
  asked.limit = kOwnEntries;
  asked.newest_first = words.empty();
  std::vector<OwnEntryRow> rows;
  const auto found = ports.search(asked);
  if (!found) {
    frame.fault = explain(frame.page.language, found.error());
  } else {
    for (const SearchHit& hit : found->page.hits) {
      rows.push_back({hit.item.id,
                      page_href(frame.page, "/e/" + hit.item.id, {{"origin", ports.own.origin}}),
                      title_for(hit.item, frame.page.language).text,
                      type_in_words(hit.item.type, frame.page.language), hit.item.modified});
    }
  }
  return render_own_entries(frame, words, rows);
}

void add_console_work(Router& router, const SharedPorts& ports) {
  router.add("GET", "/admin/", signed_in(ports, {}, &home));
  router.add("GET", "/admin/entries", signed_in(ports, {StaffRole::kAuthor}, &show_entries));
}

}  // namespace dure::node::http
