// SPDX-License-Identifier: Apache-2.0
// The console's pages of drafts and of the town's own entries.
#include <fmt/format.h>

#include "web/console_frame.h"
#include "web/wording.h"

namespace dure::node {

std::string render_new_draft(const ConsoleFrame& frame, const std::vector<SelectOption>& types) {
  Data page = console_page(frame, "/admin/drafts/new");
  Data list{Data::type::list};
  for (const SelectOption& type : types) {
    Data item;
    item.set("value", type.value);
    item.set("label", type.label);
    list.push_back(item);
  }
  page.set("types", list);
  return in_console(frame, text(frame.page.language, "console.new.heading"),
                    fill_template("console-new.html", page));
}

std::string render_draft(const ConsoleFrame& frame, const DraftView& view) {
  Data page = console_page(frame, fmt::format("/admin/drafts/{}", view.number));
  const std::string heading =
      text(frame.page.language,
           view.record_href.empty() ? "console.draft.new" : "console.draft.revision",
           {{"type", view.type_name}});
  page.set("heading", heading);
  page.set("state", say(frame.page, "console.state." + view.state));
  page.set("people", people_of(frame.page, view.author, view.editor));
  page.set("record_href", present(view.record_href));
  page.set("reason", present(view.reason));
  page.set("version", std::to_string(view.version));
  page.set("fields", view.fields);
  page.set("other_href", present(view.other_href));
  return in_console(frame, heading, fill_template("console-draft.html", page));
}

std::string render_review(const ConsoleFrame& frame, const ReviewView& view) {
  Data page = console_page(frame, fmt::format("/admin/drafts/{}/review", view.number));
  page.set("state", say(frame.page, "console.state." + view.state));
  page.set("people", people_of(frame.page, view.author, view.editor));
  page.set("record_href", present(view.record_href));
  page.set("version", std::to_string(view.version));
  page.set("alone", view.may_approve && view.alone);
  page.set("own_work", !view.may_approve && view.may_return);
  page.set("may_approve", view.may_approve);
  page.set("may_return", view.may_return);
  page.set("may_take_back", view.may_take_back);
  page.set("typed_reason", view.typed_reason);
  page.set("reason_fault", frame.fault_href == "#reason");
  page.set("entry", entry_fragment(frame.page, view.entry, fmt::format("#{}", view.number),
                                   frame.page.node_name));
  return in_console(frame, text(frame.page.language, "console.review.heading"),
                    fill_template("console-review.html", page));
}

std::string render_adopt(const ConsoleFrame& frame, const std::string& words,
                         const std::vector<AdoptableRow>& rows) {
  Data page = console_page(frame, "/admin/adopt");
  page.set("words", words);
  page.set("none", !words.empty() && rows.empty());
  Data list{Data::type::list};
  for (const AdoptableRow& row : rows) {
    Data item;
    item.set("id", row.id);
    item.set("origin", row.origin);
    item.set("entry_href", row.href);
    item.set("title", row.title);
    item.set("type", row.type);
    item.set("publisher", row.publisher);
    item.set("modified", date_in_words(frame.page.language, row.modified));
    item.set("adopt_label", say(frame.page, "console.adopt.submit-one", {{"title", row.title}}));
    list.push_back(item);
  }
  page.set("rows", list);
  return in_console(frame, text(frame.page.language, "console.adopt.heading"),
                    fill_template("console-adopt.html", page));
}

std::string render_own_entries(const ConsoleFrame& frame, const std::string& words,
                               const std::vector<OwnEntryRow>& rows) {
  Data page = console_page(frame, "/admin/entries");
  page.set("words", words);
  page.set("none", rows.empty());
  Data list{Data::type::list};
  for (const OwnEntryRow& row : rows) {
    Data item;
    item.set("entry_href", row.href);
    item.set("id", row.id);
    item.set("title", row.title);
    item.set("type", row.type);
    item.set("modified", date_in_words(frame.page.language, row.modified));
    item.set("revise_href", page_href(frame.page, "/admin/drafts/revise"));
    item.set("revise_label", say(frame.page, "console.entries.revise-one", {{"title", row.title}}));
    item.set("withdraw_href", page_href(frame.page, "/admin/withdraw", {{"id", row.id}}));
    item.set("withdraw_label",
             say(frame.page, "console.entries.withdraw-one", {{"title", row.title}}));
    item.set("erase_href", page_href(frame.page, "/admin/erase", {{"id", row.id}}));
    item.set("erase_label", say(frame.page, "console.entries.erase-one", {{"title", row.title}}));
    list.push_back(item);
  }
  page.set("rows", list);
  return in_console(frame, text(frame.page.language, "console.entries.heading"),
                    fill_template("console-entries.html", page));
}

}  // namespace dure::node
