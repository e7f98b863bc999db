// SPDX-License-Identifier: Apache-2.0
#include "catalogue/places.h"

#include <algorithm>

namespace dure::node {
namespace {

constexpr std::size_t kMinName = 2, kMinCertain = 3;  // characters

/// 수원시 → 수원; the longest ending first.
std::string_view bare_name(std::string_view name) {
  for (const std::string_view kind :
       {"특별자치도", "특별자치시", "특별시", "광역시", "도", "시", "군", "구"}) {
    if (name.ends_with(kind)) return name.substr(0, name.size() - kind.size());
  }
  return {};
}

/// 경상북도 → 경북.
std::string short_name(std::string_view name) {
  const bool half = name.ends_with("북도") || name.ends_with("남도");
  if (!half || count_characters(name) != 4) return {};
  const std::string_view three = first_characters(name, 3);
  return std::string(first_characters(name, 1)) +
         std::string(three.substr(first_characters(name, 2).size()));
}

bool holds(const std::string& area, const std::string& code) {
  return area != code && within_region(code, area);
}

}  // namespace

PlaceNames::PlaceNames(const RegionTable& regions) : regions_(regions) {
  for (const Region& region : regions.all()) {
    add(region.name, region.code, count_characters(region.name) >= kMinCertain);
    add(bare_name(region.name), region.code, false);
    add(short_name(region.name), region.code, false);
  }
}

void PlaceNames::add(std::string_view name, const std::string& code, bool certain) {
  if (count_characters(name) < kMinName) return;
  Place& place = places_[std::string(name)];
  place.certain = place.certain || certain;
  if (std::find(place.codes.begin(), place.codes.end(), code) == place.codes.end())
    place.codes.push_back(code);
}

const PlaceNames::Place* PlaceNames::find(const QueryWord& word) const {
  auto found = places_.find(word.text);
  for (const QueryWord& stem : without_particles(word)) {
    if (found == places_.end()) found = places_.find(stem.text);
  }
  return found == places_.end() ? nullptr : &found->second;
}

std::vector<std::string> PlaceNames::together(const std::vector<const Place*>& places) const {
  std::vector<std::string> all;
  for (const Place* place : places) all.insert(all.end(), place->codes.begin(), place->codes.end());
  const auto has_inner = [&all](const std::string& code) {
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& other) { return holds(code, other); });
  };
  std::vector<std::string> inner;
  for (const Place* place : places) {
    // Of several towns only those within another place that was named, if there are any.
    std::vector<std::string> within;
    for (const std::string& code : place->codes) {
      const bool inside = std::any_of(all.begin(), all.end(),
                                      [&](const std::string& other) { return holds(other, code); });
      if (inside) within.push_back(code);
    }
    for (const std::string& code : within.empty() ? place->codes : within) {
      const bool there = std::find(inner.begin(), inner.end(), code) != inner.end();
      if (!has_inner(code) && !there) inner.push_back(code);
    }
  }
  return inner;
}

}  // namespace dure::node
