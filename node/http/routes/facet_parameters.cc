// SPDX-License-Identifier: Apache-2.0
#include "http/routes/facet_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "catalogue/facets.h"
#include "catalogue/references.h"
#include "dure/encoding.h"
#include "http/routes/related_views.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::ordered_json;

void read_group(const FacetGroup& group, std::string_view values, SearchRequest& search,
                ParameterFaults& faults) {
  while (true) {
    const std::size_t comma = values.find(',');
    const std::string_view code = values.substr(0, comma);
    if (const auto bit = facet_bit(group, code)) {
      search.facets.push_back(*bit);
    } else {
      std::string known;
      for (const std::string_view one : group.codes)
        known.append(known.empty() ? "" : ", ").append(one);
      faults.add(group.name, "one or more of: " + known);
      return;
    }
    if (comma == std::string_view::npos) return;
    values.remove_prefix(comma + 1);
  }
}

/// Of several numbers the least: what is adopted by so many at least is found by any of them.
void read_adopted(std::string_view values, SearchRequest& search, ParameterFaults& faults) {
  while (true) {
    const std::size_t comma = values.find(',');
    const auto number = parse_decimal(values.substr(0, comma));
    if (!number || *number < 1 || *number > 0xFFFF)
      return faults.add("adopted", "a number of governments from 1 to 65535");
    search.adopted = search.adopted == 0 ? *number : std::min(search.adopted, *number);
    if (comma == std::string_view::npos) return;
    values.remove_prefix(comma + 1);
  }
}

FacetView adopted_view(const FacetCounts& counts, std::uint64_t chosen, Language language) {
  FacetView view{"adopted", text(language, "pages.facet.adopted"), {}, /*one=*/true};
  const auto add = [&](std::uint64_t least, std::uint64_t number) {
    view.values.push_back(
        {std::to_string(least),
         text(language, "pages.value.adopted.at-least", {{"count", std::to_string(least)}}), number,
         least == chosen});
  };
  for (std::size_t i = 0; i < kAdoptionSteps.size(); ++i) {
    if (counts.adopted[i] != 0 || kAdoptionSteps[i] == chosen)
      add(kAdoptionSteps[i], counts.adopted[i]);
  }
  const bool offered =
      std::find(kAdoptionSteps.begin(), kAdoptionSteps.end(), chosen) != kAdoptionSteps.end();
  if (chosen != 0 && !offered) add(chosen, 0);
  return view;
}

/// Where the words of a group's values stand among the texts.
std::string value_list(std::string_view group) {
  if (group == "field" || group == "audience") return std::string(group) + 's';
  if (group == "evidence") return "evidenceLevel";
  return group == "result" ? "kind" : std::string(group);
}

FacetView facet_view(const FacetGroup& group, const FacetCounts& counts, std::uint64_t chosen,
                     Language language) {
  FacetView view{
      std::string(group.name), text(language, fmt::format("pages.facet.{}", group.name)), {}};
  for (std::size_t i = 0; i < group.codes.size(); ++i) {
    const std::string_view code = group.codes[i];
    const bool is_chosen = (chosen >> (group.first + i) & 1U) != 0;
    const std::uint64_t number = counts.bits[group.first + i];
    if (number == 0 && !is_chosen) continue;
    view.values.push_back(
        {std::string(code),
         text(language, fmt::format("pages.value.{}.{}", value_list(group.name), code)), number,
         is_chosen});
  }
  return view;
}

/// The problem that was chosen stands as it was named, so that a link takes it away again.
FacetView problem_view(const SearchAnswer& answer, const SearchRequest& asked, Language language,
                       const std::string& title) {
  FacetView view{"problem", text(language, "pages.facet.problem"), {}, /*one=*/true};
  const auto chosen = parse_record_name(asked.problem);
  if (!asked.problem.empty())
    view.values.push_back({asked.problem, title.empty() ? asked.problem : title, 0, true});
  for (const auto& [item, number] : answer.problems) {
    if (chosen && is_named(item, *chosen)) {
      view.values.front().count = number;
    } else {
      view.values.push_back({format_record_name({item.origin, item.id}),
                             title_for(item, language).text, number, false});
    }
  }
  return view;
}

Json count(std::string value, std::uint64_t number) {
  return {{"value", std::move(value)}, {"count", number}};
}

}  // namespace

std::uint32_t today() {
  using std::chrono::days, std::chrono::hours, std::chrono::system_clock;
  const auto local = system_clock::now().time_since_epoch() + hours(9);
  return static_cast<std::uint32_t>(std::chrono::floor<days>(local).count());
}

void add_facet_names(std::set<std::string_view>& names) {
  for (const FacetGroup& group : facet_groups()) names.insert(group.name);
  names.insert({"review", "facets", "problem", "adopted"});
}

void read_facets(const Request& request, SearchRequest& search, ParameterFaults& faults) {
  for (const FacetGroup& group : facet_groups()) {
    const auto given = request.parameter(group.name);
    if (given && !given->empty()) read_group(group, *given, search, faults);
  }
  const std::string review(request.parameter("review").value_or(""));
  if (!review.empty() && review != "overdue") faults.add("review", "overdue");
  search.only_overdue = review == "overdue";
  search.problem = request.parameter("problem").value_or("");
  if (!search.problem.empty() && !parse_record_name(search.problem)) {
    faults.add("problem", "the id of a problem, or origin/id");
    search.problem.clear();
  }
  const std::string_view adopted = request.parameter("adopted").value_or("");
  if (!adopted.empty()) read_adopted(adopted, search, faults);
  const std::string facets(request.parameter("facets").value_or(""));
  if (!facets.empty() && facets != "true" && facets != "false")
    faults.add("facets", "true or false");
  search.count_facets = facets == "true";
  search.today = today();
}

std::vector<FacetView> facet_views(const SearchAnswer& answer, const SearchRequest& asked,
                                   Language language, const std::string& problem) {
  const FacetCounts& counts = *answer.page.facets;
  std::uint64_t chosen = 0;
  for (const std::uint64_t bit : asked.facets) chosen |= bit;
  std::vector<FacetView> views;
  if (auto view = problem_view(answer, asked, language, problem); !view.values.empty())
    views.push_back(std::move(view));
  for (const FacetGroup& group : facet_groups()) {
    auto view = facet_view(group, counts, chosen, language);
    if (!view.values.empty()) views.push_back(std::move(view));
  }
  if (auto view = adopted_view(counts, asked.adopted, language); !view.values.empty())
    views.push_back(std::move(view));
  if (counts.overdue > 0 || asked.only_overdue) {
    views.push_back({"review",
                     text(language, "pages.facet.review"),
                     {{"overdue", text(language, "pages.value.review.overdue"), counts.overdue,
                       asked.only_overdue}}});
  }
  return views;
}

Json facets_json(const SearchAnswer& answer) {
  const FacetCounts& counts = *answer.page.facets;
  Json out = {{"type", Json::array()}, {"region", Json::array()}};
  for (const auto& [type, number] : counts.types) out["type"].push_back(count(type, number));
  for (const auto& [region, number] : counts.regions)
    out["region"].push_back(count(fmt::format("{:05}", region), number));
  for (const FacetGroup& group : facet_groups()) {
    Json& list = out[std::string(group.name)] = Json::array();
    for (std::size_t i = 0; i < group.codes.size(); ++i) {
      if (const auto number = counts.bits[group.first + i])
        list.push_back(count(std::string(group.codes[i]), number));
    }
  }
  out["problem"] = Json::array();
  for (const auto& [item, number] : answer.problems) {
    Json one = count(format_record_name({item.origin, item.id}), number);
    one["title"] = item.title;
    out["problem"].push_back(std::move(one));
  }
  out["adopted"] = Json::array();
  for (std::size_t i = 0; i < kAdoptionSteps.size(); ++i) {
    if (counts.adopted[i] > 0)
      out["adopted"].push_back(count(std::to_string(kAdoptionSteps[i]), counts.adopted[i]));
  }
  out["review"] = Json::array();
  if (counts.overdue > 0) out["review"].push_back(count("overdue", counts.overdue));
  return out;
}

}  // namespace dure::node::http
