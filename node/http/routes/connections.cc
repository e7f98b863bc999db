// SPDX-License-Identifier: Apache-2.0
#include "http/routes/connections.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "catalogue/references.h"
#include "http/routes/related_views.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kMaxAdoptions = 60;  // whose bodies are read for one page
constexpr std::size_t kMaxNearby = 6, kMaxSimilar = 6, kMaxProblems = 3, kMaxKeywords = 4;
constexpr std::size_t kLookedAt = 100;  // of what names an entry, the newest

std::optional<EntryFacts> facts_of(const PageFrame& frame, const PagePorts& ports,
                                   const CatalogueItem& item) {
  const auto record = ports.record(item.id, item.origin);
  if (!record || !record->body || record->erased) return std::nullopt;
  auto facts = read_entry_facts(*record->body, frame.language);
  return facts ? std::optional(*std::move(facts)) : std::nullopt;
}

std::uint64_t count_of(const ReferencePage& page, std::string_view kind, std::string_view type) {
  for (const ReferenceCount& count : page.counts) {
    if (count.kind == kind && count.type == type) return count.count;
  }
  return 0;
}

std::string province_of(std::string_view region) {
  return is_region_code(region) ? std::string(region.substr(0, 2)) + "000" : std::string();
}

std::vector<std::pair<std::string, std::string>> provinces(const RegionTable& regions) {
  std::vector<std::pair<std::string, std::string>> list;
  for (const Region& region : regions.all()) {
    if (region.parent.empty() && region.valid_to.empty())
      list.emplace_back(region.code, region.name);
  }
  return list;
}

/// Practices, services and adoptions that did something about the entry, itself included.
std::vector<CatalogueItem> doers(const PagePorts& ports, const ReferencesAnswer& answer) {
  std::vector<CatalogueItem> items;
  const bool practice = answer.item.type == "practice";
  if (practice) items.push_back(answer.item);
  const std::vector<std::string> types =
      practice ? std::vector<std::string>{"adoption"}
               : std::vector<std::string>{"practice", "adoption", "service"};
  const std::string kind = practice ? "practice" : "addresses";
  for (const std::string& type : types) {
    if (count_of(answer.named_by, kind, type) == 0) continue;
    const auto found =
        ports.references({answer.item.id, answer.item.origin, kind, type, kLookedAt, {}});
    if (!found) continue;
    for (const ReferringRecord& record : found->named_by.records) items.push_back(record.item);
  }
  return items;
}

bool is_same(const CatalogueItem& a, const CatalogueItem& b) {
  return a.id == b.id && member_of_origin(a.origin) == member_of_origin(b.origin);
}

/// Items with how many problems they share with the entry.
std::vector<std::pair<CatalogueItem, std::size_t>> of_same_problems(
    const PagePorts& ports, const ReferencesAnswer& answer) {
  std::vector<std::pair<CatalogueItem, std::size_t>> shared;
  std::size_t problems = 0;
  for (const NamedRecord& named : answer.names) {
    if (named.reference.kind != "addresses" || !named.item || ++problems > kMaxProblems) continue;
    const auto found = ports.references(
        {named.item->id, named.item->origin, "addresses", answer.item.type, kLookedAt, {}});
    if (!found) continue;
    for (const ReferringRecord& record : found->named_by.records) {
      if (is_same(record.item, answer.item)) continue;
      const auto known = std::find_if(shared.begin(), shared.end(), [&](const auto& one) {
        return is_same(one.first, record.item);
      });
      if (known == shared.end()) {
        shared.emplace_back(record.item, 1);
      } else {
        ++known->second;
      }
    }
  }
  std::stable_sort(shared.begin(), shared.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return shared;
}

/// By keywords, which only curated entries have.
std::vector<CatalogueItem> of_same_words(const PagePorts& ports, const ReferencesAnswer& answer,
                                         std::string_view body) {
  std::vector<CatalogueItem> items;
  const auto facts = read_entry_facts(body, Language::kKo);
  if (!facts || facts->keywords.empty()) return items;
  SearchRequest request;
  for (std::size_t i = 0; i < std::min(kMaxKeywords, facts->keywords.size()); ++i)
    request.words += (i == 0 ? "" : " ") + facts->keywords[i];
  request.type = answer.item.type;
  request.alike = true;
  request.limit = kMaxSimilar + 1;
  const auto found = ports.search(request);
  if (!found) return items;
  for (const SearchHit& hit : found->page.hits) {
    if (!is_same(hit.item, answer.item)) items.push_back(hit.item);
  }
  return items;
}

}  // namespace

std::optional<std::uint64_t> population_of(const PagePorts& ports, std::string_view origin) {
  SearchRequest request;
  request.type = "organisation";
  request.origin = origin;
  request.newest_first = true;
  const auto found = ports.search(request);
  if (!found) return std::nullopt;
  PageFrame frame;
  for (const SearchHit& hit : found->page.hits) {
    const auto facts = facts_of(frame, ports, hit.item);
    // A government lists companies and citizens' groups, too.
    if (facts && facts->organisation_kind == "government" && facts->population)
      return facts->population;
  }
  return std::nullopt;
}

std::optional<AdoptionGraphView> adoption_graph(const PageFrame& frame, const PagePorts& ports,
                                                const ReferencesAnswer& answer) {
  const std::uint64_t total = count_of(answer.named_by, "practice", "adoption");
  if (answer.item.type != "practice" || total == 0) return std::nullopt;
  const auto page = ports.references(
      {answer.item.id, answer.item.origin, "practice", "adoption", kMaxAdoptions, {}});
  if (!page) return std::nullopt;
  AdoptionGraphView view{
      title_for(answer.item, frame.language), ports.publisher(answer.item.origin), {}, total};
  for (const ReferringRecord& record : page->named_by.records) {
    auto facts = facts_of(frame, ports, record.item);
    if (!facts) continue;
    if (facts->title.text.empty()) facts->title.text = record.item.id;
    view.adoptions.push_back({record.item.origin + '/' + record.item.id,
                              ports.publisher(record.item.origin),
                              entry_href(frame, record.item.id), *std::move(facts)});
  }
  if (!page->named_by.next_cursor.empty()) {
    view.all_href =
        page_href(frame, fmt::format("/e/{}/references", answer.item.id),
                  {{"origin", answer.item.origin}, {"kind", "practice"}, {"type", "adoption"}});
  }
  return view;
}

std::optional<NearbyView> nearby_entries(const PageFrame& frame, const PagePorts& ports,
                                         const ReferencesAnswer& answer, std::string_view near) {
  if (answer.item.type != "practice" && answer.item.type != "problem") return std::nullopt;
  NearbyView view;
  view.provinces = provinces(*ports.regions);
  const std::string place(near.empty() ? std::string_view(ports.own.region) : near);
  view.chosen = province_of(place);
  view.region = ports.regions->full_name(view.chosen);
  if (view.region.empty()) return view;
  std::vector<CatalogueItem> items = doers(ports, answer);
  std::erase_if(items, [&](const CatalogueItem& item) {
    return !is_region_code(item.region) || !within_region(item.region, view.chosen);
  });
  // The town itself first.
  std::stable_sort(items.begin(), items.end(), [&](const auto& a, const auto& b) {
    return within_region(a.region, place) && !within_region(b.region, place);
  });
  if (items.size() > kMaxNearby) items.resize(kMaxNearby);
  for (const CatalogueItem& item : items) {
    const auto facts = facts_of(frame, ports, item);
    view.entries.push_back(
        {related_entry(frame, ports, item), facts ? facts->contact : ContactFact{}});
  }
  return view;
}

SimilarView similar_entries(const PageFrame& frame, const PagePorts& ports,
                            const ReferencesAnswer& answer, std::string_view body) {
  std::vector<CatalogueItem> items;
  for (auto& [item, shared] : of_same_problems(ports, answer)) items.push_back(std::move(item));
  if (items.empty()) items = of_same_words(ports, answer, body);
  if (items.size() > kMaxSimilar) items.resize(kMaxSimilar);
  SimilarView view;
  const bool practice = answer.item.type == "practice";
  if (practice) view.own_id = format_record_name({answer.item.origin, answer.item.id});
  for (const CatalogueItem& item : items) {
    view.entries.push_back(related_entry(frame, ports, item));
    view.ids.push_back(format_record_name({item.origin, item.id}));
  }
  return view;
}

ConnectionsView connections(const PageFrame& frame, const PagePorts& ports,
                            const RecordView& record, std::string_view near) {
  ConnectionsView view;
  if (!ports.references) return view;
  const auto answer =
      ports.references({record.item.id, record.item.origin, {}, {}, kMaxSearchLimit, {}});
  if (!answer) return view;
  view.groups = related_groups(frame, ports, *answer);
  view.adoptions = adoption_graph(frame, ports, *answer);
  view.nearby = nearby_entries(frame, ports, *answer, near);
  if (record.body) view.similar = similar_entries(frame, ports, *answer, *record.body);
  return view;
}

}  // namespace dure::node::http
