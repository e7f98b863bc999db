// SPDX-License-Identifier: Apache-2.0
#include "http/routes/compare_pages.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "catalogue/references.h"
#include "dure/encoding.h"
#include "http/routes/connections.h"
#include "http/routes/page_response.h"
#include "http/routes/related_views.h"
#include "web/compare_view.h"

namespace dure::node::http {
namespace {

std::vector<std::string> asked_ids(const Request& request) {
  std::vector<std::string> ids;
  for (const auto& [name, value] : request.query) {
    if (name == "id" && !value.empty() && std::find(ids.begin(), ids.end(), value) == ids.end())
      ids.push_back(value);
  }
  return ids;
}

/// The practice as a column, or in words why it is none.
struct Column {
  std::optional<ComparedPractice> practice;
  std::string fault;
};

Column column_of(const PageFrame& frame, const PagePorts& ports, const std::string& asked) {
  const auto fault = [&](const char* key) {
    return Column{{}, text(frame.language, key, {{"id", printable(asked, 80)}})};
  };
  const auto name = parse_record_name(asked);
  if (!name) return fault("pages.compare.no-id");
  const auto record = ports.record(name->id, name->origin);
  if (!record && record.error().code == ErrorCode::kConflict) return fault("pages.compare.several");
  if (!record || record->item.withdrawn || record->erased || !record->body)
    return fault("pages.compare.unknown");
  if (record->item.type != "practice") return fault("pages.compare.other-type");
  auto facts = read_entry_facts(*record->body, frame.language);
  if (!facts) return fault("pages.compare.unknown");
  ComparedPractice practice;
  practice.href = entry_href(frame, name->id, name->origin);
  practice.publisher = record->publisher;
  practice.region = ports.regions->full_name(record->item.region);
  practice.population = population_of(ports, record->item.origin);
  practice.adopters = record->item.adopters;
  practice.facts = *std::move(facts);
  if (practice.facts.title.text.empty()) practice.facts.title.text = name->id;
  return {std::move(practice), {}};
}

Response compare(const PagePorts& ports, const Request& request) {
  const PageFrame frame = page_frame(request, ports.own);
  const auto ids = asked_ids(request);
  CompareView view;
  if (ids.size() > kMaxCompared) {
    view.faults.push_back(
        text(frame.language, "pages.compare.too-many", {{"count", std::to_string(ids.size())}}));
    return page_response(400, render_compare(frame, view));
  }
  for (const std::string& id : ids) {
    Column column = column_of(frame, ports, id);
    if (column.practice) view.practices.push_back(*std::move(column.practice));
    if (!column.fault.empty()) view.faults.push_back(std::move(column.fault));
  }
  if (ids.size() == 1 && view.faults.empty())
    view.faults.push_back(text(frame.language, "pages.compare.only-one"));
  // An old or mistyped link still shows what there is to compare.
  const bool bad = view.practices.size() < 2 && !ids.empty();
  return page_response(bad ? 400 : 200, render_compare(frame, view));
}

}  // namespace

void add_compare_page(Router& router, PagePorts ports) {
  const auto shared = std::make_shared<const PagePorts>(std::move(ports));
  router.add("GET", "/compare", [shared](const Request& request, const PathArguments&) {
    return compare(*shared, request);
  });
}

}  // namespace dure::node::http
