// SPDX-License-Identifier: Apache-2.0
#include "http/routes/member_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dure/checkpoint.h"
#include "dure/key.h"
#include "http/routes/connections.h"
#include "http/routes/facet_parameters.h"
#include "http/routes/page_response.h"
#include "http/routes/problems.h"
#include "http/routes/quality_views.h"
#include "http/routes/related_views.h"
#include "web/wording.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kListed = 8, kMaxAlike = 8;
constexpr std::array<std::uint64_t, 6> kBands = {30'000,  50'000,  100'000,
                                                 300'000, 500'000, 1'000'000};

const LogView* find_log(const std::vector<LogView>& logs, std::string_view name) {
  const auto found = std::find_if(logs.begin(), logs.end(), [&](const LogView& log) {
    return origin_hash(log.origin) == name || log.name == name;
  });
  return found == logs.end() ? nullptr : &*found;
}

/// The organisation entry by which a government tells about itself.
std::optional<CatalogueItem> own_organisation(const PageFrame& frame, const PagePorts& ports,
                                              const std::string& origin) {
  SearchRequest asked;
  asked.type = "organisation";
  asked.origin = origin;
  asked.newest_first = true;
  const auto found = ports.search(asked);
  if (!found) return std::nullopt;
  for (const SearchHit& hit : found->page.hits) {
    const auto record = ports.record(hit.item.id, hit.item.origin);
    if (!record || !record->body) continue;
    const auto facts = read_entry_facts(*record->body, frame.language);
    if (facts &&
        (facts->organisation_kind == "government" || facts->organisation_kind == "ministry"))
      return hit.item;
  }
  return std::nullopt;
}

void fill_entries(const PageFrame& frame, const PagePorts& ports, MemberView& view,
                  const SearchPage& page) {
  for (const SearchHit& hit : page.hits)
    view.latest.push_back(related_entry(frame, ports, hit.item));
  if (!page.hits.empty()) view.newest = page.hits.front().item.modified;
  if (!page.facets) return;
  view.overdue = page.facets->overdue;
  for (const auto& [type, count] : page.facets->types) {
    view.types.push_back({type, type_in_words(type, frame.language), count, false});
    view.records += count;  // notices too, which a search leaves out unless they are asked for
  }
}

/// Whether another town's log is of this kind and population.
bool is_alike(const PagePorts& ports, const LogView& log, const std::string& kind,
              std::size_t band) {
  if (log.role == "observer") return false;
  const auto area = log.region.empty() ? log.name : ports.regions->full_name(log.region);
  if (area_kind(area) != kind) return false;
  const auto population = population_of(ports, log.origin);
  return population && population_band(*population) == band;
}

void fill_alike(const PageFrame& frame, const PagePorts& ports, const std::vector<LogView>& logs,
                MemberView& view) {
  const std::string kind = area_kind(view.region.empty() ? view.name : view.region);
  if (!view.population || kind.empty()) return;
  const std::size_t band = population_band(*view.population);
  for (const LogView& log : logs) {
    if (view.alike.size() == kMaxAlike) break;
    if (log.origin != view.origin && is_alike(ports, log, kind, band))
      view.alike.emplace_back(member_href(frame, log.origin), log.name);
  }
  const auto at_least = band == 0 ? std::uint64_t{0} : kBands[band - 1];
  const TextArguments args = {
      {"kind", text(frame.language, "pages.member.kind." + kind)},
      {"from", number_in_words(at_least)},
      {"to", band == kBands.size() ? std::string() : number_in_words(kBands[band])}};
  view.alike_why = text(
      frame.language,
      band == kBands.size() ? "pages.member.alike-why-largest" : "pages.member.alike-why", args);
}

void fill_withheld(const PagePorts& ports, const LogView& log, MemberView& view) {
  if (!ports.withheld) return;
  for (const WithheldLog& held : ports.withheld()) {
    if (held.origin == log.origin)
      view.withheld.push_back({log.name, held.from, "/federation/forks/" + held.proof});
  }
}

}  // namespace

std::size_t population_band(std::uint64_t population) {
  return static_cast<std::size_t>(std::upper_bound(kBands.begin(), kBands.end(), population) -
                                  kBands.begin());
}

std::string area_kind(std::string_view name) {
  // "안동시(예시)" and "안동시" are cities.
  name = name.substr(0, name.find('('));
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  for (const auto& [syllable, kind] : std::array<std::pair<std::string_view, const char*>, 4>{
           {{"시", "city"}, {"군", "county"}, {"구", "district"}, {"도", "province"}}}) {
    if (name.ends_with(syllable)) return kind;
  }
  return {};
}

std::string member_href(const PageFrame& frame, std::string_view origin) {
  return page_href(frame, fmt::format("/m/{}", origin_hash(origin)));
}

Response member_page(const PageFrame& frame, const PagePorts& ports, std::string_view name) {
  const auto logs = ports.logs();
  if (!logs) return message_page(frame, status_of(logs.error().code));
  const LogView* log = find_log(*logs, name);
  if (log == nullptr) return message_page(frame, 404);
  SearchRequest asked;
  asked.origin = log->origin;
  asked.newest_first = true;
  asked.limit = kListed;
  asked.count_facets = true;
  asked.today = today();
  const auto answer = ports.search(asked);
  if (!answer) return message_page(frame, status_of(answer.error().code));

  MemberView view;
  view.name = log->name;
  view.role = log->role;
  view.region = ports.regions->full_name(log->region);
  view.population = population_of(ports, log->origin);
  if (const auto organisation = own_organisation(frame, ports, log->origin))
    view.href = entry_href(frame, organisation->id);
  view.origin = log->origin;
  view.log_vkey = log->log_vkey;
  if (const auto key = VerifierKey::parse(log->log_vkey)) view.fingerprint = key->fingerprint();
  view.checkpoint_href = log->checkpoint_href;
  if (log->url.starts_with("https://") || log->url.starts_with("http://")) view.url = log->url;
  view.entries = log->entries;
  fill_entries(frame, ports, view, answer->page);
  fill_alike(frame, ports, *logs, view);
  fill_withheld(ports, *log, view);
  if (ports.quality) {
    const auto tally = ports.quality(log->origin);
    if (tally) view.quality = quality_view(*tally, log->origin);
  }
  return page_response(200, render_member(frame, view));
}

}  // namespace dure::node::http
