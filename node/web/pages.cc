// SPDX-License-Identifier: Apache-2.0
// The search page, the page about the node, and messages.
#include "web/pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "dure/entry_types.h"
#include "web/page_frame.h"
#include "web/wording.h"

namespace dure::node {
namespace {

constexpr std::string_view kHitBegin = "\xEE\x80\x80", kHitEnd = "\xEE\x80\x81";  // U+E000, U+E001

Data indexing(const PageFrame& frame, std::uint64_t indexed, std::uint64_t stored) {
  if (indexed >= stored) return Data(false);
  return say(frame, "pages.search.indexing",
             {{"indexed", number_in_words(indexed)}, {"stored", number_in_words(stored)}});
}

Data snippet_data(std::string_view marked) {
  Data parts{Data::type::list};
  bool hit = false;
  while (!marked.empty()) {
    const std::string_view mark = hit ? kHitEnd : kHitBegin;
    const auto end = marked.find(mark);
    if (end != 0) {
      Data part;
      part.set("text", std::string(marked.substr(0, end)));
      part.set("hit", hit);
      parts.push_back(part);
    }
    if (end == std::string_view::npos) break;
    marked.remove_prefix(end + mark.size());
    hit = !hit;
  }
  return parts;
}

Data result_data(const PageFrame& frame, const ResultView& result, bool comparable) {
  Data item;
  item.set("href", page_href(frame, "/e/" + result.id));
  item.set("title", result.title);
  item.set("id", result.id);
  item.set("pick", comparable && result.type == "practice"
                       ? say(frame, "pages.compare.pick", {{"title", result.title}})
                       : Data(false));
  item.set("title_language", present(result.title_language));
  const std::string key = fmt::format("pages.type.{}", result.type);
  item.set("type", say(frame, has_text(frame.language, key) ? key : "pages.type.other"));
  item.set("has_snippet", !result.snippet.empty());
  item.set("snippet", snippet_data(result.snippet));
  item.set("publisher", result.publisher);
  item.set("region", present(result.region));
  item.set("modified", present(date_in_words(frame.language, result.modified)));
  return item;
}

Data option_data(const SelectOption& option, std::string_view asked, const char* label_name) {
  Data data;
  data.set("value", option.value);
  data.set(label_name, option.label);
  data.set("selected", option.value == asked);
  return data;
}

Data type_options(const PageFrame& frame, std::string_view asked) {
  Data list{Data::type::list};
  list.push_back(option_data({"", text(frame.language, "pages.search.any-type")}, asked, "label"));
  for (const std::string_view type : kShownTypes) {
    const std::string name(type);
    list.push_back(option_data({name, text(frame.language, "pages.type." + name)}, asked, "label"));
  }
  return list;
}

Data region_options(const std::vector<OptionGroup>& groups, std::string_view asked) {
  Data list{Data::type::list};
  for (const OptionGroup& group : groups) {
    Data options{Data::type::list};
    for (const SelectOption& option : group.options)
      options.push_back(option_data(option, asked, "name"));
    Data data;
    data.set("label", present(group.label));
    data.set("options", options);
    list.push_back(data);
  }
  return list;
}

Data found_heading(const PageFrame& frame, const SearchView& view) {
  const TextArguments args = {{"query", view.query}, {"matched", number_in_words(view.matched)}};
  if (!view.query.empty()) return say(frame, "pages.search.found", args);
  return say(frame,
             view.matched == view.total ? "pages.search.found-all" : "pages.search.found-filtered",
             args);
}

using Query = std::vector<std::pair<std::string, std::string>>;

Query search_query(const SearchView& view) {
  return {{"q", view.query},
          {"type", view.type},
          {"region", view.region},
          {"origin", view.origin},
          {"sort", view.newest_first  ? "modified"
                   : view.by_adoption ? "adoption"
                                      : ""},
          {"exact", view.exact ? "true" : ""}};
}

/// The chosen values of a group as its parameter; `changed` is added, or left out if it is chosen.
std::string chosen_values(const FacetView& facet, std::string_view changed = {}) {
  std::string joined;
  for (const FacetValueView& value : facet.values) {
    if (facet.one && !changed.empty() && value.value != changed) continue;
    if (value.chosen == (value.value == changed)) continue;
    joined += (joined.empty() ? "" : ",") + value.value;
  }
  return joined;
}

Query full_query(const SearchView& view) {
  Query query = search_query(view);
  for (const FacetView& facet : view.facets) query.emplace_back(facet.name, chosen_values(facet));
  return query;
}

std::string toggle_href(const PageFrame& frame, const SearchView& view, const FacetView& changed,
                        const FacetValueView& value) {
  Query query = search_query(view);
  for (const FacetView& facet : view.facets) {
    query.emplace_back(
        facet.name, &facet == &changed ? chosen_values(facet, value.value) : chosen_values(facet));
  }
  return page_href(frame, "/", query);
}

std::string search_title(const PageFrame& frame, const SearchView& view) {
  if (!view.query.empty())
    return text(frame.language, "pages.search.title-query", {{"query", view.query}});
  const bool narrowed =
      !view.type.empty() || !view.region.empty() ||
      std::any_of(view.facets.begin(), view.facets.end(),
                  [](const FacetView& facet) { return !chosen_values(facet).empty(); });
  return text(frame.language, narrowed ? "pages.search.title-narrowed" : "pages.search.title");
}

void fill_facets(const PageFrame& frame, const SearchView& view, Data& page) {
  Data groups{Data::type::list}, chosen{Data::type::list}, kept{Data::type::list};
  if (!view.origin.empty()) {
    Query query = full_query(view);
    std::erase_if(query, [](const auto& parameter) { return parameter.first == "origin"; });
    Data one;
    one.set("group", say(frame, "pages.entry.published-by"));
    one.set("value_label", view.publisher);
    one.set("href", page_href(frame, "/", query));
    chosen.push_back(one);
    Data field;
    field.set("name", "origin");
    field.set("value", view.origin);
    kept.push_back(field);
  }
  for (const FacetView& facet : view.facets) {
    Data values{Data::type::list};
    for (const FacetValueView& value : facet.values) {
      Data item;
      item.set("value_label", value.label);
      item.set("count", number_in_words(value.count));
      item.set("href", toggle_href(frame, view, facet, value));
      item.set("group", facet.label);
      (value.chosen ? chosen : values).push_back(item);
    }
    if (const std::string parameter = chosen_values(facet); !parameter.empty()) {
      Data field;
      field.set("name", facet.name);
      field.set("value", parameter);
      kept.push_back(field);
    }
    if (values.list_value().empty()) continue;
    Data group;
    group.set("group_label", facet.label);
    group.set("values", values);
    groups.push_back(group);
  }
  page.set("has_facets", !groups.list_value().empty());
  page.set("has_chosen", !chosen.list_value().empty());
  page.set("facets", groups);
  page.set("chosen", chosen);
  page.set("kept", kept);
}

/// What was not searched as it was typed, and the way to have it so.
void fill_changes(const PageFrame& frame, const SearchView& view, Data& page) {
  Data changes{Data::type::list};
  const auto add = [&](const char* key, const TextArguments& args) {
    changes.push_back(Data("sentence", say(frame, key, args)));
  };
  for (const auto& [typed, meant] : view.corrected)
    add("pages.search.corrected", {{"typed", typed}, {"meant", meant}});
  std::string places;
  for (const std::string& place : view.places) places += (places.empty() ? "" : ", ") + place;
  if (!places.empty()) add("pages.search.places", {{"places", places}});
  if (view.relaxed && !view.results.empty()) add("pages.search.relaxed", {});
  page.set("changed", !changes.list_value().empty());
  page.set("changes", changes);
  page.set("exact_label", say(frame, "pages.search.exact", {{"query", view.query}}));
  SearchView exact = view;
  exact.exact = true;
  page.set("exact_href", page_href(frame, "/", full_query(exact)));
}

void fill_answer(const PageFrame& frame, const SearchView& view, Data& page) {
  page.set("found", found_heading(frame, view));
  fill_facets(frame, view, page);
  fill_changes(frame, view, page);
  page.set("none", view.results.empty());
  Data results{Data::type::list};
  const bool comparable =
      std::count_if(view.results.begin(), view.results.end(),
                    [](const ResultView& result) { return result.type == "practice"; }) > 1;
  for (const ResultView& result : view.results)
    results.push_back(result_data(frame, result, comparable));
  page.set("results", results);
  page.set("comparable", comparable);

  auto query = full_query(view);
  page.set("first_href", view.later_page ? Data(page_href(frame, "/", query)) : Data(false));
  query.emplace_back("cursor", view.next_cursor);
  page.set("next_href",
           view.next_cursor.empty() ? Data(false) : Data(page_href(frame, "/", query)));
  page.set("paging", view.later_page || !view.next_cursor.empty());
}

Data log_data(const PageFrame& frame, const LogView& log) {
  Data data;
  data.set("name", log.name);
  data.set("role",
           log.role.empty() ? Data("") : say(frame, fmt::format("pages.role.{}", log.role)));
  data.set("origin", log.origin);
  data.set("entries", number_in_words(log.entries));
  data.set("checkpoint_href", log.checkpoint_href);
  data.set("checkpoint_label", say(frame, "pages.about.checkpoint-of", {{"name", log.name}}));
  data.set("own", log.own);
  data.set("page_href", present(log.page_href));
  return data;
}

}  // namespace

std::string render_search(const PageFrame& frame, const SearchView& view) {
  Data page = new_page(frame);
  page.set("error", present(view.error));
  page.set("language_field",
           frame.language_chosen ? Data(std::string(language_name(frame.language))) : Data(false));
  page.set("query", view.query);
  page.set("types", type_options(frame, view.type));
  page.set("regions", region_options(view.regions, view.region));
  page.set("sort_newest", "modified");
  page.set("newest_first", view.newest_first);
  page.set("by_adoption", view.by_adoption);
  page.set("indexing", indexing(frame, view.indexed, view.stored));
  page.set("withheld", withheld_data(frame, view.withheld));
  page.set("answered", view.error.empty());
  if (view.error.empty()) fill_answer(frame, view, page);

  return in_layout(frame, search_title(frame, view), fill_template("search.html", page));
}

std::string render_about(const PageFrame& frame, const AboutView& view) {
  Data page = new_page(frame);
  page.set("lead", say(frame, "pages.about.lead", {{"node", frame.node_name}}));
  page.set("caption", say(frame, "pages.about.caption",
                          {{"logs", number_in_words(view.logs.size())},
                           {"records", number_in_words(view.records)}}));
  page.set("indexing", indexing(frame, view.indexed, view.stored));
  page.set("withheld", withheld_data(frame, view.withheld));
  Data logs{Data::type::list};
  for (const LogView& log : view.logs) logs.push_back(log_data(frame, log));
  page.set("logs", logs);
  page.set("origin", view.origin);
  page.set("fingerprint", view.fingerprint);
  page.set("log_vkey", view.log_vkey);
  return in_layout(frame, text(frame.language, "pages.about.title"),
                   fill_template("about.html", page));
}

std::string render_message(const PageFrame& frame, const MessageView& view) {
  Data page = new_page(frame);
  page.set("title", view.title);
  page.set("paragraph", view.paragraph);
  page.set("link_href", present(view.link_href));
  page.set("link_text", view.link_text);
  return in_layout(frame, view.title, fill_template("message.html", page));
}

}  // namespace dure::node
