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

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::array kVerdicts = {Verdict::kOk, Verdict::kWarning, Verdict::kError,
                                  Verdict::kNotChecked};

std::string cause_in_words(const Session& session, Error cause) {
  // What an error without a text of its own advises, such as to try again, is not ours to say.
  if (cause.text.empty()) {
    cause.text = "errors.as_said";
    cause.args = {{"detail", printable(cause.detail, 400)}};
  }
  return explain(session.language, cause);
}

TextArguments arguments_of(const Session& session, const Finding& finding) {
  TextArguments args = finding.args;
  args.emplace_back("check", finding.check);
  args.emplace_back("detail",
                    finding.cause ? cause_in_words(session, *finding.cause) : std::string());
  return args;
}

struct Said {
  std::string found, remedy;  // no remedy: empty
};

Said in_words(const Session& session, const Finding& finding) {
  const auto args = arguments_of(session, finding);
  Said said{session.say(finding.text, args), {}};
  const std::string remedy = finding.text + ".remedy";
  if (has_text(session.language, remedy)) said.remedy = session.say(remedy, args);
  return said;
}

std::string verdict_word(const Session& session, Verdict verdict) {
  return session.say("cli.doctor.verdict." + std::string(verdict_name(verdict)));
}

std::size_t count(const Findings& findings, Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [verdict](const Finding& finding) { return finding.verdict == verdict; }));
}

void print_lines(Session& session, const Findings& findings) {
  std::size_t width = 0;
  for (const Verdict verdict : kVerdicts)
    width = std::max(width, columns(verdict_word(session, verdict)));
  for (const Finding& finding : findings) {
    const auto said = in_words(session, finding);
    session.print(said.remedy.empty() ? "cli.doctor.line" : "cli.doctor.line_remedy",
                  {{"verdict", pad_right(verdict_word(session, finding.verdict), width)},
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
    const auto said = in_words(session, finding);
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
