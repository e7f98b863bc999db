// SPDX-License-Identifier: Apache-2.0
// Durations as people write them: "14일", "1년 6개월", "2 weeks". Internal to console/.
#pragma once

#include <string>
#include <string_view>

#include "web/texts.h"

namespace dure::node {

/// "P1Y6M" as "1년 6개월" or "1 year 6 months". What cannot come back from words stays as it is.
std::string duration_in_words(Language language, std::string_view iso);
/// The ISO 8601 duration that the words mean, in either language; empty if they mean none.
std::string duration_from_words(std::string_view words);

}  // namespace dure::node
