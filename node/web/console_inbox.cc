// SPDX-License-Identifier: Apache-2.0
// The console's pages of what citizens told.
#include <fmt/format.h>

#include "web/console_frame.h"
#include "web/wording.h"

namespace dure::node {
namespace {

constexpr std::size_t kExcerptBytes = 200;

/// The first line, cut between two characters.
std::string excerpt_of(const std::string& text) {
  std::size_t end = text.find('\n');
  if (end == std::string::npos) end = text.size();
  if (end <= kExcerptBytes) return text.substr(0, end) + (end < text.size() ? " …" : "");
  end = kExcerptBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + " …";
}

std::string heading_of(const PageFrame& frame, const TellingView& telling) {
  return text(frame.language, "console.inbox.message",
              {{"number", std::to_string(telling.number)}});
}

void set_facts(Data& item, const PageFrame& frame, const TellingView& telling) {
  item.set("heading", heading_of(frame, telling));
  item.set("state", say(frame, "console.inbox.state." + telling.state));
  item.set("kind", say(frame, "console.inbox.kind." + telling.kind));
  item.set("times", telling.times == 1 ? Data(false)
                                       : say(frame, "console.inbox.times",
                                             {{"times", number_in_words(telling.times)}}));
  item.set("received", say(frame, "console.inbox.received",
                           {{"time", time_in_words(frame.language, telling.received)}}));
  item.set("decided", telling.decided.empty()
                          ? Data(false)
                          : say(frame, "console.inbox.decided",
                                {{"time", time_in_words(frame.language, telling.decided)}}));
}

Data list_choices(const PageFrame& frame, const InboxListView& view) {
  Data lists{Data::type::list};
  for (const char* shown : {"waiting", "answered", "declined"}) {
    Data item;
    item.set("href", page_href(frame, "/admin/inbox", {{"show", shown}}));
    item.set("label", say(frame, fmt::format("console.inbox.show.{}", shown)));
    item.set("current", view.shown == shown);
    const bool counted = std::string_view(shown) == "waiting" && view.waiting > 0;
    item.set("count", counted ? Data(number_in_words(view.waiting)) : Data(false));
    lists.push_back(item);
  }
  return lists;
}

}  // namespace

std::string render_inbox(const ConsoleFrame& frame, const InboxListView& view) {
  Data page = console_page(frame, "/admin/inbox");
  page.set("lists", list_choices(frame.page, view));
  page.set("shown", say(frame.page, "console.inbox.show." + view.shown));
  page.set("none", view.rows.empty());
  Data rows{Data::type::list};
  for (const TellingView& telling : view.rows) {
    Data item;
    set_facts(item, frame.page, telling);
    item.set("href", telling.href);
    item.set("excerpt", excerpt_of(telling.text));
    rows.push_back(item);
  }
  page.set("rows", rows);
  return in_console(frame, text(frame.page.language, "console.inbox.heading"),
                    fill_template("console-inbox.html", page));
}

std::string render_inbox_message(const ConsoleFrame& frame, const InboxMessageView& view) {
  const TellingView& telling = view.telling;
  Data page = console_page(frame, fmt::format("/admin/inbox/{}", telling.number));
  set_facts(page, frame.page, telling);
  page.set("told", lines_of(telling.text));
  page.set("entry", present(telling.entry));
  page.set("entry_href", telling.entry_href);
  page.set("answered", !telling.answer.empty());
  page.set("answer", lines_of(telling.answer));
  page.set("record_href", present(telling.record_href));
  page.set("draft_href", present(view.draft_href));
  page.set("may_decide", view.may_decide);
  page.set("may_propose", view.may_propose);
  page.set("typed", view.typed);
  page.set("text_fault", frame.fault_href == "#text");
  return in_console(frame, heading_of(frame.page, telling),
                    fill_template("console-message.html", page));
}

}  // namespace dure::node
