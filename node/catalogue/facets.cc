// SPDX-License-Identifier: Apache-2.0
#include "catalogue/facets.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>

#include "catalogue/body_members.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using std::chrono::sys_days;

constexpr std::array<std::string_view, 12> kFields = {"1", "2", "3", "4",  "5",  "6",
                                                      "7", "8", "9", "10", "11", "12"};
constexpr std::array<std::string_view, 20> kAudiences = {
    "everyone",     "elderly",  "disabled", "children",    "youth",
    "students",     "women",    "pregnant", "parents",     "migrants",
    "low-income",   "veterans", "homeless", "job-seekers", "single-parent",
    "large-family", "workers",  "farmers",  "business",    "visitors"};
constexpr std::array<std::string_view, 5> kStatus = {"planned", "pilot", "running", "suspended",
                                                     "ended"};
constexpr std::array<std::string_view, 5> kScale = {"neighbourhood", "city", "area", "province",
                                                    "nation"};
constexpr std::array<std::string_view, 6> kEvidence = {"0", "1", "2", "3", "4", "5"};
constexpr std::array<std::string_view, 1> kOutcome = {"measured"};
constexpr std::array<std::string_view, 5> kLicence = {"kogl-0", "kogl-1", "kogl-2", "kogl-3",
                                                      "kogl-4"};
constexpr std::array<std::string_view, 3> kResult = {"success", "partial", "failure"};

constexpr std::array<FacetGroup, 8> kGroups = {{{"field", 0, kFields},
                                                {"audience", 12, kAudiences},
                                                {"status", 32, kStatus},
                                                {"scale", 37, kScale},
                                                {"evidence", 42, kEvidence},
                                                {"outcome", 48, kOutcome},
                                                {"licence", 49, kLicence},
                                                {"result", 54, kResult}}};

std::uint64_t bit_of(const char* group, std::string_view code) {
  return facet_bit(*find_facet_group(group), code).value_or(0);
}

std::uint64_t bits_of(const char* group, const Json* codes) {
  std::uint64_t bits = 0;
  if (codes == nullptr || !codes->is_array()) return bits;
  for (const Json& code : *codes) bits |= bit_of(group, body_text_of(&code));
  return bits;
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::year_month_day> day_of(std::string_view date) {
  if (date.size() < 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = digits(date.substr(0, 4)), month = digits(date.substr(5, 2)),
             day = digits(date.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
  const std::chrono::year_month_day found{std::chrono::year(*year),
                                          std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
  return found.ok() ? std::optional(found) : std::nullopt;
}

/// `day` and a duration like P1Y6M; parts below a day do not matter here.
std::optional<sys_days> later(std::chrono::year_month_day day, std::string_view duration) {
  if (!duration.starts_with('P') || duration.size() < 3) return std::nullopt;
  duration.remove_prefix(1);
  int months = 0, days = 0;
  while (!duration.empty() && duration[0] != 'T') {
    const std::size_t unit = duration.find_first_not_of("0123456789");
    if (unit == 0 || unit == std::string_view::npos || unit > 4) return std::nullopt;
    const int count = digits(duration.substr(0, unit)).value_or(0);
    switch (duration[unit]) {
      case 'Y':
        months += 12 * count;
        break;
      case 'M':
        months += count;
        break;
      case 'W':
        days += 7 * count;
        break;
      case 'D':
        days += count;
        break;
      default:
        return std::nullopt;
    }
    duration.remove_prefix(unit + 1);
  }
  auto then = day + std::chrono::months(months);
  if (!then.ok()) then = then.year() / then.month() / std::chrono::last;  // 31 January and a month
  return sys_days(then) + std::chrono::days(days);
}

}  // namespace

std::span<const FacetGroup> facet_groups() { return kGroups; }

const FacetGroup* find_facet_group(std::string_view name) {
  const auto found = std::find_if(kGroups.begin(), kGroups.end(),
                                  [&](const FacetGroup& group) { return group.name == name; });
  return found == kGroups.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> facet_bit(const FacetGroup& group, std::string_view code) {
  const auto found = std::find(group.codes.begin(), group.codes.end(), code);
  if (found == group.codes.end()) return std::nullopt;
  return std::uint64_t{1} << (group.first + static_cast<unsigned>(found - group.codes.begin()));
}

std::uint64_t facets_of(const Json& body) {
  std::uint64_t bits = bits_of("field", body_member(body, "fields"));
  bits |= bits_of("audience", body_member(body, "audiences"));
  if (const Json* status = body_member(body, "status"))
    bits |= bit_of("status", body_text_of(body_member(*status, "code")));
  bits |= bit_of("scale", body_text_of(body_member(body, "scale")));
  bits |= bit_of("licence", body_text_of(body_member(body, "licence")));
  bits |= bit_of("result", body_text_of(body_member(body, "kind")));
  const Json* level = body_member(body, "evidenceLevel");
  if (level != nullptr && level->is_number_integer()) bits |= bit_of("evidence", level->dump());
  const Json* outcomes = body_member(body, "outcomes");
  if (outcomes != nullptr && outcomes->is_array() && !outcomes->empty())
    bits |= bit_of("outcome", "measured");
  return bits;
}

std::uint32_t review_due(const Json& body) {
  const std::string every = body_text_of(body_member(body, "reviewEvery"));
  if (every.empty()) return 0;
  auto from = day_of(body_text_of(body_member(body, "reviewedAt")));
  if (!from) from = day_of(body_text_of(body_member(body, "modified")));
  if (!from) return 0;
  const auto due = later(*from, every);
  const auto days = due ? due->time_since_epoch().count() : 0;
  return days > 0 ? static_cast<std::uint32_t>(days) : 0;
}

}  // namespace dure::node
