// SPDX-License-Identifier: Apache-2.0
// The page that opens the catalogue, the newest entries by day, and one government's page.
#include <fmt/format.h>

#include "web/page_frame.h"
#include "web/quality_section.h"
#include "web/related_data.h"
#include "web/wording.h"

namespace dure::node {
namespace {

Data indexing(const PageFrame& frame, std::uint64_t indexed, std::uint64_t stored) {
  if (indexed >= stored) return Data(false);
  return say(frame, "pages.search.indexing",
             {{"indexed", number_in_words(indexed)}, {"stored", number_in_words(stored)}});
}

Data counted_link(const FacetValueView& value, const std::string& href) {
  Data data;
  data.set("href", value.count == 0 ? Data(false) : Data(href));
  data.set("label", value.label);
  data.set("count", number_in_words(value.count));
  return data;
}

Data change_data(const PageFrame& frame, const ResultView& entry) {
  Data data;
  data.set("href", page_href(frame, "/e/" + entry.id));
  data.set("title", entry.title);
  data.set("language", present(entry.title_language));
  data.set("type", type_in_words(entry.type, frame.language));
  data.set("publisher", entry.publisher);
  return data;
}

Data freshness(const PageFrame& frame, const MemberView& view) {
  if (view.newest.empty()) return say(frame, "pages.member.nothing");
  return say(frame, "pages.member.newest", {{"day", date_in_words(frame.language, view.newest)}});
}

void fill_alike(const PageFrame& frame, const MemberView& view, Data& page) {
  Data list{Data::type::list};
  for (const auto& [href, name] : view.alike) {
    Data data;
    data.set("href", href);
    data.set("name", name);
    list.push_back(data);
  }
  page.set("has_alike", !view.alike.empty());
  page.set("alike", list);
  page.set("alike_why", view.alike_why);
  (void)frame;
}

}  // namespace

std::string render_home(const PageFrame& frame, const HomeView& view) {
  Data page = new_page(frame);
  page.set("language_field",
           frame.language_chosen ? Data(std::string(language_name(frame.language))) : Data(false));
  page.set("summary", say(frame, "pages.home.summary",
                          {{"total", number_in_words(view.total)},
                           {"governments", number_in_words(view.governments)}}));
  page.set("indexing", indexing(frame, view.indexed, view.stored));
  page.set("withheld", withheld_data(frame, view.withheld));
  Data fields{Data::type::list};
  for (const FacetValueView& field : view.fields)
    fields.push_back(counted_link(field, page_href(frame, "/", {{"field", field.value}})));
  page.set("fields", fields);
  page.set("has_problems", !view.problems.empty());
  page.set("problems", related_list(frame, view.problems));
  page.set("problems_href", page_href(frame, "/", {{"type", "problem"}}));
  page.set("has_newest", !view.newest.empty());
  page.set("newest", related_list(frame, view.newest));
  page.set("changes_href", page_href(frame, "/changes"));
  page.set("tell_href", present(view.tell_href));
  page.set("tell_label", say(frame, "pages.tell.link.home", {{"town", frame.node_name}}));
  return in_layout(frame, text(frame.language, "pages.home.title"),
                   fill_template("home.html", page));
}

std::string render_changes(const PageFrame& frame, const ChangesView& view) {
  Data page = new_page(frame);
  Data days{Data::type::list};
  for (const ChangesDay& day : view.days) {
    Data entries{Data::type::list};
    for (const ResultView& entry : day.entries) entries.push_back(change_data(frame, entry));
    Data data;
    data.set("day", date_in_words(frame.language, day.day));
    data.set("entries", entries);
    days.push_back(data);
  }
  page.set("days", days);
  page.set("none", view.days.empty());
  page.set("first_href", present(view.first_href));
  page.set("next_href", present(view.next_href));
  page.set("paging", !view.first_href.empty() || !view.next_href.empty());
  return in_layout(frame, text(frame.language, "pages.changes.title"),
                   fill_template("changes.html", page));
}

std::string render_member(const PageFrame& frame, const MemberView& view) {
  Data page = new_page(frame);
  page.set("name", view.name);
  page.set("role",
           view.role.empty() ? Data(false) : say(frame, fmt::format("pages.role.{}", view.role)));
  page.set("region", present(view.region));
  page.set("population", view.population ? say(frame, "pages.compare.people",
                                               {{"count", number_in_words(*view.population)}})
                                         : Data(false));
  page.set("organisation_href", present(view.href));
  page.set("withheld", withheld_data(frame, view.withheld));
  page.set("freshness", freshness(frame, view));
  page.set("overdue", view.overdue == 0 ? Data(false)
                                        : say(frame, "pages.member.overdue",
                                              {{"count", number_in_words(view.overdue)}}));
  page.set("overdue_href", page_href(frame, "/", {{"origin", view.origin}, {"review", "overdue"}}));
  Data types{Data::type::list};
  for (const FacetValueView& type : view.types) {
    types.push_back(
        counted_link(type, page_href(frame, "/", {{"type", type.value}, {"origin", view.origin}})));
  }
  page.set("records", number_in_words(view.records));
  page.set("types", types);
  page.set("latest", related_list(frame, view.latest));
  page.set("has_latest", !view.latest.empty());
  fill_alike(frame, view, page);
  page.set("quality", view.quality ? quality_data(frame, *view.quality) : Data(false));
  page.set("origin", view.origin);
  page.set("entries", number_in_words(view.entries));
  page.set("fingerprint", present(view.fingerprint));
  page.set("log_vkey", present(view.log_vkey));
  page.set("url", present(view.url));
  page.set("checkpoint_href", view.checkpoint_href);
  return in_layout(frame, view.name, fill_template("member.html", page));
}

}  // namespace dure::node
