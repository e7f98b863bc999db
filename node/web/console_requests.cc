// SPDX-License-Identifier: Apache-2.0
// The console's pages of requests to end an entry: what is asked, what follows from it, who
// decides.
#include <fmt/format.h>

#include "web/console_frame.h"
#include "web/wording.h"

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

Data reason_list(const std::vector<SelectOption>& reasons, const std::string& chosen) {
  if (reasons.empty()) return Data(false);
  Data list{Data::type::list};
  for (const SelectOption& reason : reasons) {
    Data item;
    item.set("value", reason.value);
    item.set("label", reason.label);
    item.set("chosen", reason.value == chosen);
    item.set("first", &reason == &reasons.front());
    list.push_back(item);
  }
  return list;
}

/// The field in which the title or the id is written down.
void set_confirmation(Data& page, const ConsoleFrame& frame, const std::string& typed) {
  page.set("typed_name", typed);
  page.set("confirm_fault", frame.fault_href == "#confirm");
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
  page.set("confirms", !view.reasons.empty());
  page.set("reasons", reason_list(view.reasons, view.reason));
  set_confirmation(page, frame, view.typed);
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
  page.set("confirms", view.confirms);
  set_confirmation(page, frame, view.typed);
  page.set("reason_fault", frame.fault_href == "#reason");
  const bool has_entry = !view.entry.title.text.empty();
  page.set("id", view.id);
  page.set("entry",
           has_entry ? Data(entry_fragment(frame.page, view.entry, view.id, frame.page.node_name))
                     : Data(false));
  return in_console(frame, text(frame.page.language, "console.ask." + view.act + ".kind"),
                    fill_template("console-request.html", page));
}

namespace {

Data peer_list(const PageFrame& frame, const ErasureRow& row) {
  Data list{Data::type::list};
  for (const auto& [name, seen] : row.waiting) {
    Data item;
    item.set("name", name);
    item.set("seen", seen.empty() ? say(frame, "console.erasures.never-seen")
                                  : say(frame, "console.erasures.seen",
                                        {{"time", time_in_words(frame.language, seen)}}));
    list.push_back(item);
  }
  return list;
}

Data erasure_data(const PageFrame& frame, const ErasureRow& row) {
  const std::string all = std::to_string(row.answered.size() + row.waiting.size());
  Data item;
  item.set("id", row.id);
  item.set("entry_href", row.href);
  item.set("rev", say(frame, "console.erasures.rev", {{"rev", std::to_string(row.rev)}}));
  item.set("reason", row.reason);
  item.set("time", time_in_words(frame.language, row.time));
  const char* state = row.waiting.empty() ? "console.erasures.all" : "console.erasures.some";
  item.set("state",
           say(frame, state, {{"answered", std::to_string(row.answered.size())}, {"all", all}}));
  item.set("unfinished", !row.finished);
  item.set("waits", !row.waiting.empty());
  item.set("waiting", peer_list(frame, row));
  std::string names;
  for (const std::string& name : row.answered) names.append(names.empty() ? "" : ", ").append(name);
  item.set("answered", names.empty() ? Data(false)
                                     : say(frame, "console.erasures.answered", {{"names", names}}));
  return item;
}

}  // namespace

std::string render_erasures(const ConsoleFrame& frame, const std::vector<ErasureRow>& rows) {
  Data page = console_page(frame, "/admin/erase");
  page.set("author", frame.author);
  page.set("none", rows.empty());
  Data list{Data::type::list};
  for (const ErasureRow& row : rows) list.push_back(erasure_data(frame.page, row));
  page.set("rows", list);
  return in_console(frame, text(frame.page.language, "console.erasures.heading"),
                    fill_template("console-erasures.html", page));
}

}  // namespace dure::node
