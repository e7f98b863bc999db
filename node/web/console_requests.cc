// SPDX-License-Identifier: Apache-2.0
// The console's pages of requests to end an entry: what is asked, what follows from it, who
// decides.
#include <fmt/format.h>

#include "web/console_frame.h"

namespace dure::node {
namespace {

/// What people should know before they ask or approve, one sentence each.
Data consequences(const PageFrame& frame, const std::string& act) {
  Data list{Data::type::list};
  for (int number = 1;; ++number) {
    const std::string key = fmt::format("console.ask.{}.follow-{}", act, number);
    if (!has_text(frame.language, key)) return list;
    Data item;
    item.set("sentence", say(frame, key));
    list.push_back(item);
  }
}

void set_act(Data& page, const PageFrame& frame, const std::string& act) {
  const std::string prefix = "console.ask." + act;
  for (const char* word : {"lead", "follows", "reason", "reason-hint", "submit", "kind", "approve"})
    page.set(word, say(frame, fmt::format("{}.{}", prefix, word)));
  page.set("consequences", consequences(frame, act));
}

}  // namespace

std::string render_ask(const ConsoleFrame& frame, const AskView& view) {
  Data page = console_page(frame, "/admin/" + view.act);
  set_act(page, frame.page, view.act);
  const std::string heading =
      text(frame.page.language, fmt::format("console.ask.{}.heading", view.act),
           {{"title", view.title}});
  page.set("heading", heading);
  page.set("type_name", present(view.type_name));
  page.set("record_href", view.record_href);
  page.set("id", view.id);
  page.set("typed", view.reason);
  page.set("reason_fault", frame.fault_href == "#reason");
  return in_console(frame, heading, fill_template("console-ask.html", page));
}

std::string render_request(const ConsoleFrame& frame, const RequestView& view) {
  Data page = console_page(frame, fmt::format("/admin/drafts/{}/review", view.number));
  set_act(page, frame.page, view.act);
  page.set("state", say(frame.page, "console.request.state." + view.state));
  page.set("people", say(frame.page, "console.request.asked-by", {{"account", view.author}}));
  page.set("record_href", view.record_href);
  page.set("version", std::to_string(view.version));
  page.set("why", lines_of(view.why));
  page.set("refused_why", present(view.refused_why));
  page.set("alone", view.may_approve && view.alone);
  page.set("own_work", !view.may_approve && view.may_return);
  page.set("may_approve", view.may_approve);
  page.set("may_return", view.may_return);
  page.set("may_take_back", view.may_take_back);
  page.set("decides", view.may_approve || view.may_return || view.may_take_back);
  page.set("typed_reason", view.typed_reason);
  page.set("reason_fault", frame.fault_href == "#reason");
  const bool has_entry = !view.entry.title.text.empty();
  page.set("id", view.id);
  page.set("entry",
           has_entry ? Data(entry_fragment(frame.page, view.entry, view.id, frame.page.node_name))
                     : Data(false));
  return in_console(frame, text(frame.page.language, "console.ask." + view.act + ".kind"),
                    fill_template("console-request.html", page));
}

}  // namespace dure::node
