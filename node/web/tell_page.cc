// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "web/page_frame.h"
#include "web/tell_view.h"
#include "web/wording.h"

namespace dure::node {
namespace {

// Where the link of a fault leads: to the first thing of its field that can be focused.
std::string place_of(const std::string& field) {
  if (field.empty()) return {};
  return field == "kind" ? "#tell-kind-wrong" : "#tell-" + field;
}

void fill_faults(const TellFormView& view, Data& page) {
  Data all{Data::type::list};
  for (const TellFault& fault : view.faults) {
    Data item;
    item.set("words", fault.words);
    item.set("href", present(place_of(fault.field)));
    all.push_back(item);
  }
  page.set("has_faults", !view.faults.empty());
  page.set("faults", all);
  for (const char* field : {"kind", "id", "text", "answer"}) {
    Data of_field{Data::type::list};
    bool any = false;
    for (const TellFault& fault : view.faults) {
      if (fault.field != field) continue;
      Data item;
      item.set("words", fault.words);
      of_field.push_back(item);
      any = true;
    }
    Data both;
    both.set("list", of_field);
    page.set(fmt::format("{}_faults", field), any ? both : Data(false));
  }
}

Data entry_data(const Text& title, const std::string& href) {
  if (title.text.empty()) return Data(false);
  Data entry = text_data(title);
  entry.set("href", href);
  return entry;
}

// Nobody else's list of pages should hold a form with a token or a receipt.
PageFrame unlisted(PageFrame frame) {
  frame.head += "<meta name=\"robots\" content=\"noindex\">\n";
  return frame;
}

}  // namespace

std::string render_tell_form(const PageFrame& frame, const TellFormView& view) {
  Data page = new_page(frame);
  fill_faults(view, page);
  page.set("lead", say(frame, "pages.tell.lead", {{"town", view.town}}));
  page.set("language_field",
           frame.language_chosen ? Data(std::string(language_name(frame.language))) : Data(false));
  page.set("wrong", view.kind == "wrong");
  page.set("need", view.kind == "need");
  page.set("entry", entry_data(view.entry_title, view.entry_href));
  page.set("id", view.entry);
  page.set("typed", view.text);
  page.set("question", view.question);
  page.set("token", view.token);
  page.set("answer", view.answer);
  const std::string title = text(frame.language, "pages.tell.title");
  return in_layout(unlisted(frame),
                   view.faults.empty()
                       ? title
                       : text(frame.language, "pages.tell.title-fault", {{"title", title}}),
                   fill_template("tell.html", page));
}

std::string render_tell_receipt(const PageFrame& frame, const TellReceiptView& view) {
  Data page = new_page(frame);
  const TextArguments args = {{"town", view.town},
                              {"received", time_in_words(frame.language, view.received)},
                              {"decided", time_in_words(frame.language, view.decided)},
                              {"days", number_in_words(view.keep_days)}};
  page.set("heading", say(frame, "pages.tell.state." + view.state, args));
  page.set("sentence", say(frame, "pages.tell.sentence." + view.state, args));
  page.set("waits", view.state == "waiting");
  page.set("code", view.code);
  page.set("keep", say(frame, "pages.tell.keep", args));
  page.set("kind", say(frame, "pages.tell.kind." + view.kind));
  page.set("entry", entry_data(view.entry_title, view.entry_href));
  page.set("told", lines_of(view.text));
  page.set("received", time_in_words(frame.language, view.received));
  page.set("answer", view.answer.empty() ? Data(false) : Data(true));
  page.set("answer_lines", lines_of(view.answer));
  page.set("record_href", present(view.record_href));
  page.set("tell_href", page_href(frame, "/tell"));
  return in_layout(unlisted(frame), text(frame.language, "pages.tell.receipt-title"),
                   fill_template("tell-receipt.html", page));
}

}  // namespace dure::node
