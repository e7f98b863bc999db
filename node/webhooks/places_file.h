// SPDX-License-Identifier: Apache-2.0
// How far each webhook got, as text: one line each, "<place> <url>", sorted by URL.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "catalogue/change_place.h"
#include "dure/result.h"

namespace dure::node {

/// By URL.
using HookPlaces = std::map<std::string, ChangePlace>;

inline constexpr std::size_t kMaxHookPlacesBytes = 64 * 1024;

std::string format_hook_places(const HookPlaces& places);
/// Errors: kMalformed (anything that format_hook_places() does not write), kTooLarge.
Result<HookPlaces> parse_hook_places(std::string_view text);

}  // namespace dure::node
