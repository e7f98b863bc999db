// SPDX-License-Identifier: Apache-2.0
#include "http/routes/home_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "catalogue/facets.h"
#include "http/routes/api_parameters.h"
#include "http/routes/member_page.h"
#include "http/routes/page_response.h"
#include "http/routes/problems.h"
#include "http/routes/related_views.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kListed = 6, kChangesPerPage = 50;

std::vector<FacetValueView> field_views(const FacetCounts& counts, Language language) {
  std::vector<FacetValueView> views;
  const FacetGroup& fields = *find_facet_group("field");
  for (std::size_t i = 0; i < fields.codes.size(); ++i) {
    const std::string code(fields.codes[i]);
    views.push_back(
        {code, text(language, "pages.value.fields." + code), counts.bits[fields.first + i], false});
  }
  return views;
}

std::vector<RelatedEntry> entries_of(const PageFrame& frame, const PagePorts& ports,
                                     const SearchPage& page) {
  std::vector<RelatedEntry> entries;
  for (const SearchHit& hit : page.hits) entries.push_back(related_entry(frame, ports, hit.item));
  return entries;
}

ResultView change_of(const PageFrame& frame, const PagePorts& ports, const CatalogueItem& item) {
  const Text title = title_for(item, frame.language);
  ResultView view;
  view.id = item.id;
  view.type = item.type;
  view.title = title.text;
  view.title_language = title.language;
  view.publisher = ports.publisher(item.origin);
  view.modified = item.modified;
  return view;
}

Response changes(const PagePorts& ports, const Request& request) {
  const PageFrame frame = page_frame(request, ports.own);
  SearchRequest asked;
  asked.newest_first = true;
  asked.limit = kChangesPerPage;
  asked.cursor = text_parameter(request, "cursor");
  const auto answer = ports.search(asked);
  if (!answer && answer.error().code == ErrorCode::kInvalid) return message_page(frame, 400);
  if (!answer) return message_page(frame, status_of(answer.error().code));
  ChangesView view;
  for (const SearchHit& hit : answer->page.hits) {
    const std::string day = hit.item.modified.substr(0, 10);
    if (view.days.empty() || view.days.back().day != day) view.days.push_back({day, {}});
    view.days.back().entries.push_back(change_of(frame, ports, hit.item));
  }
  if (!asked.cursor.empty()) view.first_href = page_href(frame, "/changes");
  if (!answer->page.next_cursor.empty())
    view.next_href = page_href(frame, "/changes", {{"cursor", answer->page.next_cursor}});
  return page_response(200, render_changes(frame, view));
}

}  // namespace

bool asks_for_home(const Request& request) {
  return std::all_of(request.query.begin(), request.query.end(),
                     [](const auto& parameter) {
                       return parameter.first == "lang" || parameter.second.empty();
                     }) &&
         request.query.size() <= 1;
}

Response home_page(const PageFrame& frame, const PagePorts& ports,
                   const std::vector<WithheldView>& withheld) {
  SearchRequest asked;
  asked.newest_first = true;
  asked.limit = kListed;
  asked.count_facets = true;
  const auto all = ports.search(asked);
  if (!all) return message_page(frame, status_of(all.error().code));
  asked.count_facets = false;
  asked.type = "problem";
  const auto problems = ports.search(asked);
  const auto logs = ports.logs();
  if (!problems || !logs) return message_page(frame, 500);
  HomeView view;
  if (all->page.facets) view.fields = field_views(*all->page.facets, frame.language);
  view.newest = entries_of(frame, ports, all->page);
  view.problems = entries_of(frame, ports, problems->page);
  view.total = all->page.total;
  view.governments = logs->size();
  view.indexed = all->progress.indexed;
  view.stored = all->progress.stored;
  view.withheld = withheld;
  if (ports.tell_base && ports.tell_base(ports.own.origin))
    view.tell_href = page_href(frame, "/tell");
  return page_response(200, render_home(frame, view));
}

void add_home_pages(Router& router, PagePorts ports) {
  const auto shared = std::make_shared<const PagePorts>(std::move(ports));
  router.add("GET", "/changes", [shared](const Request& request, const PathArguments&) {
    return changes(*shared, request);
  });
  router.add("GET", "/m/{name}", [shared](const Request& request, const PathArguments& arguments) {
    return member_page(page_frame(request, shared->own), *shared, arguments.at(0));
  });
}

}  // namespace dure::node::http
