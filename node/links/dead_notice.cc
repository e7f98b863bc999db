// SPDX-License-Identifier: Apache-2.0
#include "links/dead_notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "web/texts.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxFindings = 100;  // of the schema
constexpr const char* kKeyword = "pages.links.keyword";

std::string moment(std::int64_t seconds) {
  using std::chrono::floor;
  const std::chrono::sys_seconds time{std::chrono::seconds{seconds}};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

Json both(const char* key, const TextArguments& arguments = {}) {
  return {{"ko", text(Language::kKo, key, arguments)}, {"en", text(Language::kEn, key, arguments)}};
}

/// By it readers and this program see that nobody wrote the notice by hand.
Json keywords() { return {text(Language::kKo, kKeyword), text(Language::kEn, kKeyword)}; }

Json findings_of(const std::vector<KnownLink>& dead) {
  Json findings = Json::array();
  for (const KnownLink& state : dead) {
    if (findings.size() == kMaxFindings) break;
    findings.push_back({{"url", state.url}, {"status", state.dead_status}});
  }
  return findings;
}

std::string string_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::optional<std::string> dead_notice(std::string_view origin, std::string_view entry,
                                       std::string_view entry_body,
                                       const std::vector<KnownLink>& dead) {
  const Json about = Json::parse(entry_body, nullptr, /*allow_exceptions=*/false);
  if (!about.is_object() || !about.contains("contact")) return std::nullopt;
  std::int64_t first = dead.front().dead_since, last = first;
  for (const KnownLink& state : dead) {
    first = std::min(first, state.dead_since);
    last = std::max(last, state.dead_since);
  }
  Json reference = {{"origin", origin}, {"id", entry}};
  if (about.contains("title")) reference["title"] = about["title"];
  const Json body = {
      {"title", both("pages.links.title")},
      {"summary", both("pages.links.summary", {{"count", std::to_string(dead.size())}})},
      {"contact", about["contact"]},
      {"keywords", keywords()},
      {"issued", moment(first)},
      {"modified", moment(last)},
      {"checkedAt", moment(last)},
      {"about", std::move(reference)},
      {"kind", "dead-link"},
      {"findings", findings_of(dead)}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<DeadNotice> read_dead_notice(std::string_view origin, std::string_view id,
                                           std::string_view body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || string_in(json, "kind") != "dead-link") return std::nullopt;
  const auto about = json.find("about"), findings = json.find("findings"),
             words = json.find("keywords");
  if (about == json.end() || !about->is_object() || string_in(*about, "origin") != origin)
    return std::nullopt;
  if (words == json.end() || *words != keywords()) return std::nullopt;
  DeadNotice notice{std::string(id), string_in(*about, "id"), std::string(body), {}};
  if (findings == json.end() || !findings->is_array()) return notice;
  for (const Json& finding : *findings) {
    if (finding.is_object()) notice.urls.push_back(string_in(finding, "url"));
  }
  return notice;
}

}  // namespace dure::node
