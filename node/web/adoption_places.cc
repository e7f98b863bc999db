// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "web/adoption_graph.h"

namespace dure::node {
namespace {

using Adoptions = std::vector<AdoptionView>;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Entries without a day come last.
bool earlier(const AdoptionView& a, const AdoptionView& b) {
  const auto key = [](const AdoptionView& one) {
    return std::tuple(one.facts.decided.empty(), std::string_view(one.facts.decided),
                      std::string_view(one.name));
  };
  return key(a) < key(b);
}

std::vector<std::vector<std::size_t>> sources_of(const Adoptions& adoptions) {
  std::map<std::string_view, std::size_t> by_name;
  for (std::size_t i = 0; i < adoptions.size(); ++i) by_name.emplace(adoptions[i].name, i);
  std::vector<std::vector<std::size_t>> sources(adoptions.size());
  for (std::size_t i = 0; i < adoptions.size(); ++i) {
    for (const std::string& name : adoptions[i].facts.learned_from) {
      const auto found = by_name.find(name);
      if (found == by_name.end() || found->second == i) continue;
      auto& list = sources[i];
      if (std::find(list.begin(), list.end(), found->second) == list.end())
        list.push_back(found->second);
    }
  }
  return sources;
}

/// The first source of each; circles are cut at their earliest member.
std::vector<std::size_t> parents_of(const Adoptions& adoptions,
                                    const std::vector<std::vector<std::size_t>>& sources) {
  std::vector<std::size_t> parent(adoptions.size(), kNone), seen_from(adoptions.size(), kNone);
  for (std::size_t i = 0; i < adoptions.size(); ++i) {
    if (!sources[i].empty()) parent[i] = sources[i].front();
  }
  for (std::size_t start = 0; start < adoptions.size(); ++start) {
    std::size_t at = start;
    while (at != kNone && seen_from[at] == kNone) {
      seen_from[at] = start;
      at = parent[at];
    }
    if (at == kNone || seen_from[at] != start) continue;
    std::size_t first = at;  // `at` stands in a circle that nobody walked before
    for (std::size_t next = parent[at]; next != at; next = parent[next]) {
      if (earlier(adoptions[next], adoptions[first])) first = next;
    }
    parent[first] = kNone;
  }
  return parent;
}

}  // namespace

std::vector<AdoptionPlace> place_adoptions(const Adoptions& adoptions) {
  const auto sources = sources_of(adoptions);
  const auto parent = parents_of(adoptions, sources);
  std::vector<std::vector<std::size_t>> children(adoptions.size());
  std::vector<std::size_t> waiting;  // the next one at the back
  for (std::size_t i = 0; i < adoptions.size(); ++i)
    (parent[i] == kNone ? waiting : children[parent[i]]).push_back(i);
  const auto later_first = [&](std::size_t a, std::size_t b) {
    return earlier(adoptions[b], adoptions[a]);
  };
  std::sort(waiting.begin(), waiting.end(), later_first);

  std::vector<AdoptionPlace> places;
  std::vector<std::size_t> line_of(adoptions.size(), kNone);
  while (!waiting.empty()) {
    const std::size_t at = waiting.back();
    waiting.pop_back();
    line_of[at] = places.size();
    AdoptionPlace place{at, 1, std::nullopt, {}};
    if (parent[at] != kNone) {
      place.parent = line_of[parent[at]];
      place.depth = places[*place.parent].depth + 1;
    }
    places.push_back(place);
    std::sort(children[at].begin(), children[at].end(), later_first);
    waiting.insert(waiting.end(), children[at].begin(), children[at].end());
  }
  for (AdoptionPlace& place : places) {
    for (const std::size_t source : sources[place.adoption]) {
      if (!place.parent || line_of[source] != *place.parent) place.also.push_back(line_of[source]);
    }
  }
  return places;
}

}  // namespace dure::node
