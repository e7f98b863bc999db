// SPDX-License-Identifier: Apache-2.0
// The coded support conditions of 정부24 (JA0101 … JA2299) in words, and as audiences. Internal to
// publishing/.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "publishing/gov24_record.h"

namespace dure::node {

/// What a sentence about conditions begins with, inside `eligibility.criteria`.
inline constexpr std::string_view kGov24Conditions = "정부24 지원조건: ";

bool is_condition_column(std::string_view column);
/// Whether the codes are among the columns of `record`, whatever they say.
bool has_conditions(const Gov24Record& record);

/// "정부24 지원조건: 여성 · 19~34세 · 중위소득 0~50%"; empty if nothing is restricted.
std::string condition_sentence(const Gov24Record& record);

/// The codes of `audiences` that the conditions name.
std::vector<std::string_view> condition_audiences(const Gov24Record& record);

/// `criteria` without the sentence, and the sentence.
std::pair<std::string, std::string> split_criteria(std::string_view criteria);

}  // namespace dure::node
