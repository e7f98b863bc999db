// SPDX-License-Identifier: Apache-2.0
// The page on which a reader's browser verifies an entry. What its script says stands here, in the
// page's language.
#include <fmt/format.h>

#include "web/page_frame.h"

namespace dure::node {
namespace {

constexpr std::string_view kWordPrefix = "pages.check.word.";

Data words(const PageFrame& frame) {
  Data list{Data::type::list};
  for (const std::string_view key : text_keys(frame.language)) {
    if (!key.starts_with(kWordPrefix)) continue;
    Data item;
    item.set("key", std::string(key.substr(kWordPrefix.size())));
    item.set("words_text", text(frame.language, key));
    list.push_back(item);
  }
  return list;
}

// Log and revision are always named: proof and body must belong together while the record changes.
std::string api_href(const ProvenanceView& from, std::string_view tail) {
  return page_href({}, fmt::format("/api/v1/entries/{}{}", from.id, tail),
                   {{"origin", from.origin}, {"rev", std::to_string(from.rev)}});
}

Data entry_data(const PageFrame& frame, const CheckPageView& view) {
  const ProvenanceView& from = view.provenance;
  Data entry;
  entry.set("title", text_data(view.title));
  entry.set("lead", say(frame, "pages.check.lead", {{"publisher", from.publisher}}));
  entry.set("id", from.id);
  entry.set("rev", std::to_string(from.rev));
  entry.set("origin", from.origin);
  entry.set("entry_href",
            page_href(frame, fmt::format("/e/{}", from.id),
                      {{"origin", from.several_origins ? from.origin : std::string()}}));
  entry.set("proof_href", api_href(from, "/proof"));
  entry.set("body_href", api_href(from, "/body"));
  entry.set("policy_href", view.policy_href);
  return entry;
}

}  // namespace

std::string render_check(const PageFrame& frame, const CheckPageView* view) {
  Data page = new_page(frame);
  page.set("words", words(frame));
  page.set("entry", view == nullptr ? Data(false) : entry_data(frame, *view));
  const std::string title = text(frame.language, "pages.check.title");
  const bool named = view != nullptr && !view->title.text.empty();
  return in_layout(frame, named ? fmt::format("{}: {}", title, view->title.text) : title,
                   fill_template("check.html", page));
}

}  // namespace dure::node
