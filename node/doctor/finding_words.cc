// SPDX-License-Identifier: Apache-2.0
#include "doctor/finding_words.h"

#include <algorithm>

#include "dure/entry.h"

namespace dure::node {
namespace {

std::string cause_in_words(Language language, Error cause) {
  // What an error without a text of its own advises, such as to try again, is not ours to say.
  if (cause.text.empty()) {
    cause.text = "errors.as_said";
    cause.args = {{"detail", printable(cause.detail, 400)}};
  }
  return explain(language, cause);
}

}  // namespace

FindingWords in_words(Language language, const Finding& finding) {
  TextArguments args = finding.args;
  args.emplace_back("check", finding.check);
  args.emplace_back("detail",
                    finding.cause ? cause_in_words(language, *finding.cause) : std::string());
  FindingWords words{text(language, finding.text, args), {}};
  const std::string remedy = finding.text + ".remedy";
  if (has_text(language, remedy)) words.remedy = text(language, remedy, args);
  return words;
}

std::string verdict_word(Language language, Verdict verdict) {
  return text(language, "cli.doctor.verdict." + std::string(verdict_name(verdict)));
}

std::size_t count(const Findings& findings, Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [verdict](const Finding& finding) { return finding.verdict == verdict; }));
}

}  // namespace dure::node
