// SPDX-License-Identifier: Apache-2.0
// The console's pages for everybody who is signed in or about to be.
#include <fmt/format.h>

#include "web/console_frame.h"
#include "web/wording.h"

namespace dure::node {
namespace {

constexpr const char* kNoIndex = "<meta name=\"robots\" content=\"noindex\">\n";

PageFrame for_staff(PageFrame frame) {
  frame.head += kNoIndex;
  frame.console = true;
  return frame;
}

/// For somebody who is not signed in yet.
std::string at_the_door(const PageFrame& frame, const char* title, const std::string& content) {
  return in_layout(for_staff(frame), text(frame.language, title), content);
}

Data row_data(const PageFrame& frame, const DraftRow& row) {
  Data data;
  data.set("href", row.href);
  data.set("title", row.title);
  data.set("type", row.type);
  data.set("state",
           say(frame, (row.request ? "console.request.state." : "console.state.") + row.state));
  data.set("people", row.request ? say(frame, "console.request.asked-by", {{"account", row.author}})
                                 : Data(people_of(frame, row.author, row.editor)));
  data.set("changed", time_in_words(frame.language, row.changed));
  data.set("reason", present(row.reason));
  return data;
}

Data list_data(const PageFrame& frame, const char* id, const std::vector<DraftRow>& rows) {
  Data list;
  list.set("id", id);
  list.set("heading", say(frame, fmt::format("console.home.{}", id)));
  list.set("count", std::to_string(rows.size()));
  list.set("none",
           rows.empty() ? say(frame, fmt::format("console.home.{}-none", id)) : Data(false));
  Data all{Data::type::list};
  for (const DraftRow& row : rows) all.push_back(row_data(frame, row));
  list.set("rows", all);
  return list;
}

}  // namespace

std::string in_console(const ConsoleFrame& frame, const std::string& title,
                       const std::string& content) {
  Data page = new_page(frame.page);
  for (const auto& [name, path] : {std::pair{"work_href", "/admin/"},
                                   {"new_href", "/admin/drafts/new"},
                                   {"entries_href", "/admin/entries"},
                                   {"adopt_href", "/admin/adopt"},
                                   {"inbox_href", "/admin/inbox"},
                                   {"erasures_href", "/admin/erasures"},
                                   {"accounts_href", "/admin/accounts"},
                                   {"node_href", "/admin/node"},
                                   {"audit_href", "/admin/audit"},
                                   {"password_href", "/admin/password"},
                                   {"sign_out_href", "/admin/sign-out"}})
    page.set(name, page_href(frame.page, path));
  page.set("author", frame.author);
  page.set("reads_inbox", frame.author || frame.approver);
  page.set("operates", frame.operates);
  page.set("auditor", frame.auditor);
  page.set("account", frame.account);
  page.set("form_token", frame.form_token);
  page.set("fault", present(frame.fault));
  page.set("fault_href", present(frame.fault_href));
  page.set("said", present(frame.said));
  page.set("content", content);
  return in_layout(for_staff(frame.page), title, fill_template("console-frame.html", page));
}

Data console_page(const ConsoleFrame& frame, const std::string& path) {
  Data page = new_page(frame.page);
  page.set("href", page_href(frame.page, path));
  page.set("form_token", frame.form_token);
  page.set("account", frame.account);
  page.set("language_field", frame.page.language_chosen
                                 ? Data(std::string(language_name(frame.page.language)))
                                 : Data(false));
  return page;
}

std::string people_of(const PageFrame& frame, const std::string& author,
                      const std::string& editor) {
  if (author == editor) return text(frame.language, "console.people.one", {{"author", author}});
  return text(frame.language, "console.people.two", {{"author", author}, {"editor", editor}});
}

std::string render_sign_in(const PageFrame& frame, const std::string& name,
                           const std::string& fault) {
  Data page = new_page(frame);
  page.set("href", page_href(frame, "/admin/sign-in"));
  page.set("lead", say(frame, "console.sign-in.lead", {{"town", frame.node_name}}));
  page.set("name", name);
  page.set("fault", present(fault));
  return at_the_door(frame, "console.sign-in.heading", fill_template("console-sign-in.html", page));
}

std::string render_set_up(const PageFrame& frame, const std::string& name, const std::string& code,
                          const std::string& fault) {
  Data page = new_page(frame);
  page.set("href", page_href(frame, "/admin/set-up"));
  page.set("lead", say(frame, "console.set-up.lead", {{"name", name}, {"town", frame.node_name}}));
  page.set("name", name);
  page.set("code", code);
  page.set("fault", present(fault));
  return at_the_door(frame, "console.set-up.heading", fill_template("console-set-up.html", page));
}

std::string render_console_home(const ConsoleFrame& frame, const ConsoleHomeView& view) {
  Data page = console_page(frame, "/admin/");
  page.set("messages", view.waiting_messages == 0
                           ? Data(false)
                           : say(frame.page, "console.home.messages",
                                 {{"count", number_in_words(view.waiting_messages)}}));
  page.set("inbox_href", frame.author || frame.approver
                             ? Data(page_href(frame.page, "/admin/inbox"))
                             : Data(false));
  Data lists{Data::type::list};
  if (frame.approver) lists.push_back(list_data(frame.page, "review", view.for_review));
  if (frame.author) lists.push_back(list_data(frame.page, "mine", view.mine));
  lists.push_back(list_data(frame.page, "others", view.others));
  lists.push_back(list_data(frame.page, "done", view.done));
  page.set("lists", lists);
  return in_console(frame, text(frame.page.language, "console.home.heading"),
                    fill_template("console-home.html", page));
}

std::string render_password(const ConsoleFrame& frame) {
  const Data page = console_page(frame, "/admin/password");
  return in_console(frame, text(frame.page.language, "console.password.heading"),
                    fill_template("console-password.html", page));
}

}  // namespace dure::node
