// SPDX-License-Identifier: Apache-2.0
#include "http/conditional.h"

#include <algorithm>

#include "http/head.h"

namespace dure::node::http {
namespace {

constexpr std::string_view kSuffix = "-gzip\"";

std::string_view without_weakness(std::string_view tag) {
  return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag;
}

bool is_variant_of(std::string_view candidate, std::string_view tag) {
  candidate = without_weakness(candidate);
  tag = without_weakness(tag);
  if (candidate == tag) return true;
  return tag.size() >= 2 && candidate.size() == tag.size() + kSuffix.size() - 1 &&
         candidate.substr(0, tag.size() - 1) == tag.substr(0, tag.size() - 1) &&
         candidate.substr(tag.size() - 1) == kSuffix;
}

}  // namespace

std::string gzip_tag(std::string_view tag) {
  if (tag.size() < 2 || tag.back() != '"') return std::string(tag);
  return std::string(tag.substr(0, tag.size() - 1)).append(kSuffix);
}

std::string_view matching_tag(std::string_view if_none_match, std::string_view tag) {
  if (trimmed(if_none_match) == "*") return tag;
  while (!if_none_match.empty()) {
    const auto comma = std::min(if_none_match.find(','), if_none_match.size());
    const auto candidate = trimmed(if_none_match.substr(0, comma));
    if (is_variant_of(candidate, tag)) return candidate;
    if_none_match.remove_prefix(std::min(comma + 1, if_none_match.size()));
  }
  return {};
}

bool if_range_holds(std::string_view if_range, std::string_view tag) {
  return if_range.empty() || (if_range == tag && tag.substr(0, 2) != "W/");
}

}  // namespace dure::node::http
