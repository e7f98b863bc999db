// SPDX-License-Identifier: Apache-2.0
#include "web/adoption_data.h"
#include "web/related_data.h"
#include "web/wording.h"

namespace dure::node {
namespace {

Data group_data(const PageFrame& frame, const RelatedGroup& group) {
  Data data;
  data.set("heading", group.heading);
  data.set("count", number_in_words(group.count));
  data.set("entries", related_list(frame, group.entries));
  data.set("all_href", present(group.all_href));
  // Read without its surroundings, a link must say where it leads.
  data.set("all_label", say(frame, "pages.related.all",
                            {{"heading", group.heading}, {"count", number_in_words(group.count)}}));
  return data;
}

Data nearby_data(const PageFrame& frame, const NearbyView& view) {
  Data data;
  data.set("near_region", present(view.region));
  data.set("near_heading", view.region.empty() ? say(frame, "pages.nearby.heading")
                                               : say(frame, "pages.nearby.heading-region",
                                                     {{"region", view.region}}));
  data.set("nobody", !view.region.empty() && view.entries.empty());
  Data entries{Data::type::list}, options{Data::type::list};
  for (const NearbyEntry& near : view.entries) {
    Data item = related_entry_data(frame, near.entry);
    item.set("department", text_data(near.contact.department));
    item.set("role", text_data(near.contact.role));
    item.set("phone", present(near.contact.phone));
    item.set("phone_href", near.contact.phone_href);
    entries.push_back(item);
  }
  for (const auto& [code, name] : view.provinces) {
    Data option;
    option.set("code", code);
    option.set("name", name);
    option.set("selected", code == view.chosen);
    options.push_back(option);
  }
  data.set("near_entries", entries);
  data.set("provinces", options);
  data.set("path", frame.path);
  data.set("language_field",
           frame.language_chosen ? Data(std::string(language_name(frame.language))) : Data(false));
  Data kept{Data::type::list};  // which log's entry is shown
  for (const auto& [name, value] : frame.query) {
    if (name != "origin") continue;
    Data field;
    field.set("origin_value", value);
    kept.push_back(field);
  }
  data.set("kept", kept);
  return data;
}

Data similar_data(const PageFrame& frame, const SimilarView& view) {
  if (view.entries.empty()) return Data(false);
  Data data;
  const bool comparable = !view.own_id.empty();
  data.set("comparable", comparable);
  data.set("plain", !comparable);
  data.set("own_id", view.own_id);
  data.set("language_field",
           frame.language_chosen ? Data(std::string(language_name(frame.language))) : Data(false));
  Data entries{Data::type::list};
  for (std::size_t i = 0; i < view.entries.size(); ++i) {
    Data item = related_entry_data(frame, view.entries[i]);
    if (i < view.ids.size()) item.set("compare_id", view.ids[i]);
    item.set("compare_label",
             say(frame, "pages.compare.pick", {{"title", view.entries[i].title.text}}));
    entries.push_back(item);
  }
  data.set("similar_entries", entries);
  return data;
}

}  // namespace

Data related_entry_data(const PageFrame& frame, const RelatedEntry& entry) {
  Data data;
  data.set("href", entry.href);
  data.set("title", entry.title.text);
  data.set("language", present(entry.title.language));
  data.set("publisher", entry.publisher);
  data.set("date", present(date_in_words(frame.language, entry.date)));
  return data;
}

Data related_list(const PageFrame& frame, const std::vector<RelatedEntry>& entries) {
  Data list{Data::type::list};
  for (const RelatedEntry& entry : entries) list.push_back(related_entry_data(frame, entry));
  return list;
}

void fill_connections(const PageFrame& frame, const ConnectionsView& view, Data& page) {
  Data list{Data::type::list};
  for (const RelatedGroup& group : view.groups) list.push_back(group_data(frame, group));
  page.set("has_related", !view.groups.empty());
  page.set("related", list);
  page.set("adoptions", view.adoptions ? adoption_graph_data(frame, *view.adoptions) : Data(false));
  page.set("nearby", view.nearby ? nearby_data(frame, *view.nearby) : Data(false));
  page.set("similar", similar_data(frame, view.similar));
}

std::string render_related(const PageFrame& frame, const RelatedPageView& view) {
  Data page = new_page(frame);
  page.set("entry_href", view.entry_href);
  page.set("title", text_data(view.title));
  page.set("group", group_data(frame, view.group));
  page.set("none", view.group.entries.empty());
  page.set("first_href", present(view.first_href));
  page.set("next_href", present(view.next_href));
  page.set("paging", !view.first_href.empty() || !view.next_href.empty());
  return in_layout(frame, text(frame.language, "pages.related.title", {{"title", view.title.text}}),
                   fill_template("related.html", page));
}

}  // namespace dure::node
