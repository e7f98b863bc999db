// SPDX-License-Identifier: Apache-2.0
#include "web/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "web/embedded.h"

namespace dure::node {
namespace {

using Table = std::map<std::string, std::string, std::less<>>;

Table read_table(std::string_view suffix) {
  Table table;
  for (const EmbeddedFile& file : embedded_texts()) {
    if (!file.name.ends_with(suffix)) continue;
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

// Immutable after the first use, so that any thread may read it.
const Table& table_of(Language language) {
  if (language == Language::kKo) {
    static const Table korean = read_table(".ko.json");
    return korean;
  }
  static const Table english = read_table(".en.json");
  return english;
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

// What the system and libraries say in English, if the language has words for it. They often put
// their own words in front ("connect: Connection refused").
std::string in_words(Language language, std::string value) {
  constexpr std::string_view kPrefix = "reason.";
  const auto& table = table_of(language);
  for (auto it = table.lower_bound(kPrefix); it != table.end() && it->first.starts_with(kPrefix);
       ++it) {
    const auto reason = std::string_view(it->first).substr(kPrefix.size());
    if (!value.ends_with(reason)) continue;
    value.replace(value.size() - reason.size(), reason.size(), it->second);
    break;
  }
  return value;
}

}  // namespace

std::string text(Language language, std::string_view key, const TextArguments& args) {
  const auto& table = table_of(language);
  const auto found = table.find(key);
  return found == table.end() ? std::string(key) : fill(found->second, args);
}

bool has_text(Language language, std::string_view key) { return table_of(language).contains(key); }

std::vector<std::string_view> text_keys(Language language) {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : table_of(language)) keys.push_back(key);
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
