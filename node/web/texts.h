// SPDX-License-Identifier: Apache-2.0
// Everything the program says to people, in Korean and English: flat JSON files under texts/,
// embedded at build time.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/error.h"

namespace dure::node {

enum class Language { kKo, kEn };

using TextArguments = std::vector<std::pair<std::string, std::string>>;

/// The text `key` ("cli.place") with its {named} placeholders replaced. An unknown key comes
/// back as itself, so that a mistake is seen and nothing breaks; a test finds such keys.
std::string text(Language language, std::string_view key, const TextArguments& args = {});
bool has_text(Language language, std::string_view key);
/// All keys of one language, sorted; for tests and for pages that need whole groups.
std::vector<std::string_view> text_keys(Language language);

/// "ko", "en"; anything else: false.
bool parse_language(std::string_view name, Language& language);
std::string_view language_name(Language language);
/// `setting` ("ko", "en") decides; else the first of LC_ALL, LC_MESSAGES and LANG that is set: ko_*
/// is Korean.
Language choose_language(std::string_view setting, std::string_view lc_all,
                         std::string_view lc_messages, std::string_view lang);

/// An error for people: what happened, then what to do. Uses the error's own text, else one for its
/// kind with the detail.
std::string explain(Language language, const Error& error);

}  // namespace dure::node
