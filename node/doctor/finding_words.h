// SPDX-License-Identifier: Apache-2.0
// Findings as people read them.
#pragma once

#include <cstddef>
#include <string>

#include "doctor/finding.h"
#include "web/texts.h"

namespace dure::node {

struct FindingWords {
  std::string found, remedy;  // no remedy: empty
};

FindingWords in_words(Language language, const Finding& finding);
std::string verdict_word(Language language, Verdict verdict);
std::size_t count(const Findings& findings, Verdict verdict);

}  // namespace dure::node
