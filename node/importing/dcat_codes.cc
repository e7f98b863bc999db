// SPDX-License-Identifier: Apache-2.0
#include "importing/dcat_codes.h"

#include <algorithm>
#include <iterator>

namespace dure::node {
namespace {

struct Word {
  std::string_view word, code;
};

template <std::size_t kSize>
std::string_view code_for(const Word (&words)[kSize], std::string_view word) {
  const auto* found = std::find_if(std::begin(words), std::end(words),
                                   [&](const Word& each) { return word == each.word; });
  return found == std::end(words) ? std::string_view() : found->code;
}

// Themes of the EU's list that are one of the twelve fields.
constexpr Word kThemes[] = {{"AGRI", "12"}, {"EDUC", "7"}, {"ENER", "4"}, {"ENVI", "4"},
                            {"GOVE", "1"},  {"HEAL", "3"}, {"TRAN", "2"}};

constexpr Word kFrequencies[] = {{"CONT", "continuous"},
                                 {"UPDATE_CONT", "continuous"},
                                 {"DAILY", "daily"},
                                 {"WEEKLY", "weekly"},
                                 {"MONTHLY", "monthly"},
                                 {"QUARTERLY", "quarterly"},
                                 {"ANNUAL", "annual"},
                                 {"IRREG", "irregular"},
                                 {"NEVER", "never"},
                                 {"daily", "daily"},
                                 {"weekly", "weekly"},
                                 {"monthly", "monthly"},
                                 {"quarterly", "quarterly"},
                                 {"annual", "annual"},
                                 {"continuous", "continuous"},
                                 {"irregular", "irregular"},
                                 {"R/P1D", "daily"},
                                 {"R/P1W", "weekly"},
                                 {"R/P1M", "monthly"},
                                 {"R/P3M", "quarterly"},
                                 {"R/P1Y", "annual"},
                                 {"실시간", "continuous"},
                                 {"일간", "daily"},
                                 {"주간", "weekly"},
                                 {"월간", "monthly"},
                                 {"분기", "quarterly"},
                                 {"연간", "annual"},
                                 {"수시", "irregular"}};

constexpr Word kLanguages[] = {{"KOR", "ko"}, {"ENG", "en"}, {"kor", "ko"},
                               {"eng", "en"}, {"ko", "ko"},  {"en", "en"}};

}  // namespace

std::string_view field_of_theme(std::string_view theme) { return code_for(kThemes, theme); }
std::string_view frequency_code(std::string_view word) { return code_for(kFrequencies, word); }
std::string_view language_code(std::string_view word) { return code_for(kLanguages, word); }

}  // namespace dure::node
