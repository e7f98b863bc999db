// SPDX-License-Identifier: Apache-2.0
// `dure doctor`.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/examination.h"
#include "cli/asking.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "doctor/finding_words.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::array kVerdicts = {Verdict::kOk, Verdict::kWarning, Verdict::kError,
                                  Verdict::kNotChecked};

void print_lines(Session& session, const Findings& findings) {
  std::size_t width = 0;
  for (const Verdict verdict : kVerdicts)
    width = std::max(width, columns(verdict_word(session.language, verdict)));
  for (const Finding& finding : findings) {
    const auto said = in_words(session.language, finding);
    session.print(said.remedy.empty() ? "cli.doctor.line" : "cli.doctor.line_remedy",
                  {{"verdict", pad_right(verdict_word(session.language, finding.verdict), width)},
                   {"found", said.found},
                   {"remedy", said.remedy}});
  }
  session.print("cli.doctor.summary",
                {{"errors", std::to_string(count(findings, Verdict::kError))},
                 {"warnings", std::to_string(count(findings, Verdict::kWarning))},
                 {"ok", std::to_string(count(findings, Verdict::kOk))},
                 {"unchecked", std::to_string(count(findings, Verdict::kNotChecked))}});
}

void print_json(Session& session, const Findings& findings) {
  json checks = json::array();
  for (const Finding& finding : findings) {
    const auto said = in_words(session.language, finding);
    json check = {
        {"id", finding.check}, {"verdict", verdict_name(finding.verdict)}, {"found", said.found}};
    if (!finding.subject.empty()) check["subject"] = printable(finding.subject, 400);
    if (!said.remedy.empty()) check["remedy"] = said.remedy;
    checks.push_back(std::move(check));
  }
  const json report = {{"errors", count(findings, Verdict::kError)},
                       {"warnings", count(findings, Verdict::kWarning)},
                       {"not_checked", count(findings, Verdict::kNotChecked)},
                       {"checks", std::move(checks)}};
  session.out << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

}  // namespace

ExitCode run_doctor(const Invocation& invocation, Session& session) {
  const auto findings = examine_folder(session.settings);
  if (!findings) return cannot_open(session, findings.error());
  if (invocation.has("--json")) {
    print_json(session, *findings);
  } else {
    print_lines(session, *findings);
  }
  const auto wrong = count(*findings, Verdict::kError) + count(*findings, Verdict::kWarning);
  return wrong == 0 ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace dure::node
