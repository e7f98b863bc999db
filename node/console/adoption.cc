// SPDX-License-Identifier: Apache-2.0
#include "console/adoption.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostTitle = 120, kMostReference = 200;  // code points, as the schemas say

std::size_t letters_in(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// The title in each of our languages, where it fits.
Json titles_of(const std::string& body, std::size_t most) {
  const Json parsed = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  Json titles = Json::object();
  if (!parsed.is_object() || !parsed.contains("title")) return titles;
  const Json& title = parsed["title"];
  for (const char* language : {"ko", "en"}) {
    if (!title.is_object() || !title.contains(language) || !title[language].is_string()) continue;
    const auto words = title[language].get<std::string>();
    if (!words.empty() && letters_in(words) <= most) titles[language] = words;
  }
  return titles;
}

/// What it may be called until somebody finds a better title.
Json own_titles(const std::string& body) {
  Json titles = titles_of(body, kMostTitle);
  const auto rename = [&titles](const char* language, const char* before, const char* after) {
    const auto found = titles.find(language);
    if (found == titles.end()) return;
    const std::string renamed = before + found->get<std::string>() + after;
    if (letters_in(renamed) <= kMostTitle) *found = renamed;
  };
  rename("ko", "", " 도입");
  rename("en", "Adoption of: ", "");
  return titles;
}

}  // namespace

bool can_be_adopted(std::string_view type) { return type == "practice" || type == "service"; }

std::string adoption_draft(const AdoptedEntry& adopted, const std::string& region,
                           const std::string& today) {
  Json practice = {{"origin", adopted.origin}, {"id", adopted.id}};
  if (Json titles = titles_of(adopted.body, kMostReference); !titles.empty())
    practice["title"] = std::move(titles);
  Json body = {{"practice", std::move(practice)}, {"decidedAt", today}, {"modified", today}};
  if (Json titles = own_titles(adopted.body); !titles.empty()) body["title"] = std::move(titles);
  if (!region.empty())
    body["regions"] = Json::array({{{"scheme", "bjd"}, {"code", region + "00000"}}});
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dure::node
