// SPDX-License-Identifier: Apache-2.0
#include "webhooks/places_file.h"

#include <algorithm>

namespace dure::node {
namespace {

bool is_url_text(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

std::string format_hook_places(const HookPlaces& places) {
  std::string text;
  for (const auto& [url, place] : places) text += format_place(place) + ' ' + url + '\n';
  return text;
}

Result<HookPlaces> parse_hook_places(std::string_view text) {
  if (text.size() > kMaxHookPlacesBytes)
    return Error{ErrorCode::kTooLarge, "more places of webhooks than there can be"};
  HookPlaces places;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    const auto space = line.find(' ');
    const bool whole = end != std::string_view::npos && space != std::string_view::npos;
    const auto place = whole ? parse_place(line.substr(0, space)) : std::nullopt;
    const auto url = whole ? line.substr(space + 1) : std::string_view();
    const bool in_order = places.empty() || places.rbegin()->first < url;
    if (!place || !is_url_text(url) || !in_order)
      return Error{ErrorCode::kMalformed, "not a list of places of webhooks: " + printable(line)};
    places.emplace_hint(places.end(), std::string(url), *place);
    rest.remove_prefix(end + 1);
  }
  return places;
}

}  // namespace dure::node
