// SPDX-License-Identifier: Apache-2.0
#include "catalogue/places.h"

#include <algorithm>
#include <iterator>

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

/// The codes that lie within one of `areas`.
std::vector<std::string> those_within(const std::vector<std::string>& codes,
                                      const std::vector<std::string>& areas) {
  std::vector<std::string> within;
  std::copy_if(codes.begin(), codes.end(), std::back_inserter(within), [&](const auto& code) {
    return std::any_of(areas.begin(), areas.end(), [&](const std::string& area) {
      return area != code && within_region(code, area);
    });
  });
  return within;
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
  std::vector<std::string> all, together;
  for (const Place* place : places) all.insert(all.end(), place->codes.begin(), place->codes.end());
  for (const Place* place : places) {
    // Of several towns only those within another place that was named, if there are any.
    std::vector<std::string> within = those_within(place->codes, all);
    for (const std::string& code : within.empty() ? place->codes : within) {
      const bool there = std::find(together.begin(), together.end(), code) != together.end();
      if (!there && those_within(all, {code}).empty()) together.push_back(code);
    }
  }
  return together;
}

}  // namespace dure::node
