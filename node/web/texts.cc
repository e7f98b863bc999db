// SPDX-License-Identifier: Apache-2.0
#include "web/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "web/embedded.h"

namespace dure::node {
namespace {

using Table = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 7> kAreas = {"cli",     "pages",   "schema", "form",
                                                    "console", "reasons", "errors"};

/// Where in kAreas a key is: its first word tells, and errors have many.
std::size_t area_of(std::string_view key) {
  if (key.starts_with("reason")) return 5;
  for (std::size_t area = 0; area < 5; ++area) {
    if (key.starts_with(kAreas[area]) && key.substr(kAreas[area].size()).starts_with('.'))
      return area;
  }
  return 6;
}

Table read_table(std::string_view name) {
  Table table;
  for (const EmbeddedFile& file : embedded_texts()) {
    if (file.name != name) continue;
    const auto json = nlohmann::json::parse(file.contents, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
      std::abort();  // part of the program: a bug, found by the first run of any test
    for (const auto& [key, value] : json.items()) {
      if (!value.is_string()) std::abort();
      table.emplace(key, value.get<std::string>());
    }
  }
  return table;
}

// Each area is read when it is first asked for: a command needs few of them. Immutable afterwards,
// so that any thread may read it.
const Table& table_of(Language language, std::size_t area) {
  struct Slot {
    std::once_flag once;
    Table table;
  };
  static std::array<std::array<Slot, kAreas.size()>, 2> slots;
  Slot& slot = slots[language == Language::kKo ? 0 : 1][area];
  std::call_once(slot.once, [&] {
    slot.table = read_table(std::string(kAreas[area]) +
                            (language == Language::kKo ? ".ko.json" : ".en.json"));
  });
  return slot.table;
}

std::string fill(std::string_view pattern, const TextArguments& args) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = pattern.find('}', open);
    if (close == std::string_view::npos) return out += pattern.substr(open);
    const auto name = pattern.substr(open + 1, close - open - 1);
    const auto found =
        std::find_if(args.begin(), args.end(), [&](const auto& arg) { return arg.first == name; });
    out += found == args.end() ? pattern.substr(open, close - open + 1)
                               : std::string_view(found->second);
    pattern.remove_prefix(close + 1);
  }
  return out;
}

// What the system and libraries say in English, if the language has words for it, and what we put
// in front of it ("connect: Connection refused").
std::string in_words(Language language, std::string value) {
  constexpr std::string_view kPrefix = "reason.";
  const auto& table = table_of(language, area_of(kPrefix));
  for (auto it = table.lower_bound(kPrefix); it != table.end() && it->first.starts_with(kPrefix);
       ++it) {
    const auto reason = std::string_view(it->first).substr(kPrefix.size());
    if (!value.ends_with(reason)) continue;
    value.replace(value.size() - reason.size(), reason.size(), it->second);
    break;
  }
  constexpr std::string_view kHead = "reason_head.";
  for (auto it = table.lower_bound(kHead); it != table.end() && it->first.starts_with(kHead);
       ++it) {
    const auto head = std::string_view(it->first).substr(kHead.size());
    if (!value.starts_with(head)) continue;
    value.replace(0, head.size(), it->second);
    break;
  }
  return value;
}

}  // namespace

std::string text(Language language, std::string_view key, const TextArguments& args) {
  const auto& table = table_of(language, area_of(key));
  const auto found = table.find(key);
  return found == table.end() ? std::string(key) : fill(found->second, args);
}

bool has_text(Language language, std::string_view key) {
  return table_of(language, area_of(key)).contains(key);
}

std::vector<std::string_view> text_keys(Language language) {
  std::vector<std::string_view> keys;
  for (std::size_t area = 0; area < kAreas.size(); ++area) {
    for (const auto& [key, value] : table_of(language, area)) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

bool parse_language(std::string_view name, Language& language) {
  if (name != "ko" && name != "en") return false;
  language = name == "ko" ? Language::kKo : Language::kEn;
  return true;
}

std::string_view language_name(Language language) {
  return language == Language::kKo ? "ko" : "en";
}

Language choose_language(std::string_view setting, std::string_view lc_all,
                         std::string_view lc_messages, std::string_view lang) {
  Language language = Language::kEn;
  if (parse_language(setting, language)) return language;
  for (const std::string_view locale : {lc_all, lc_messages, lang}) {
    if (locale.empty()) continue;
    const bool korean = locale == "ko" || locale.starts_with("ko_") || locale.starts_with("ko.");
    return korean ? Language::kKo : Language::kEn;
  }
  return Language::kEn;
}

std::string explain(Language language, const Error& error) {
  if (!error.text.empty() && has_text(language, error.text)) {
    auto args = error.args;
    for (auto& [name, value] : args) {
      if (name == "detail" || name == "reason" || name == "why")
        value = in_words(language, std::move(value));
    }
    return text(language, error.text, args);
  }
  return text(language, fmt::format("errors.{}", error_name(error.code)),
              {{"detail", in_words(language, error.detail)}});
}

}  // namespace dure::node
