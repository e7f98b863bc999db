// SPDX-License-Identifier: Apache-2.0
// How the node is, for operators.
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>

#include "doctor/finding_words.h"
#include "http/routes/console_routes.h"
#include "publishing/entry_planner.h"
#include "web/wording.h"

namespace dure::node::http {
namespace {

FindingRow row_of(Language language, const Finding& finding) {
  auto words = in_words(language, finding);
  return {std::string(verdict_name(finding.verdict)), verdict_word(language, finding.verdict),
          std::move(words.found), std::move(words.remedy)};
}

std::string state_in_words(Language language, const PeerCondition& peer) {
  const PeerStatus& status = peer.status;
  if (status.contradiction) return text(language, "console.node.contradiction");
  if (status.last_error) {
    return text(language, "console.node.failing",
                {{"detail", explain(language, *status.last_error)}});
  }
  if (status.last_success == 0) return text(language, "console.node.waiting");
  if (status.lag > 0)
    return text(language, "console.node.behind", {{"count", number_in_words(status.lag)}});
  return text(language, "console.node.in-step");
}

PeerRow row_of(Language language, const PeerCondition& peer) {
  const PeerStatus& status = peer.status;
  PeerRow row;
  row.name = peer.name;
  row.url = status.url;
  row.size = number_in_words(status.size);
  row.state = state_in_words(language, peer);
  row.bad = status.contradiction || status.last_error;
  if (status.last_success != 0) row.last_success = format_leaf_time(status.last_success);
  if (peer.clock_ahead != 0) {
    row.state +=
        ' ' + text(language,
                   peer.clock_ahead > 0 ? "console.node.clock-ahead" : "console.node.clock-behind",
                   {{"seconds", std::to_string(std::abs(peer.clock_ahead))}});
  }
  return row;
}

void add_findings(Language language, const Findings& findings, NodeStateView& view) {
  view.known = true;
  view.errors = count(findings, Verdict::kError);
  view.warnings = count(findings, Verdict::kWarning);
  // What is wrong comes before what only should be looked at.
  for (const Verdict verdict : {Verdict::kError, Verdict::kWarning}) {
    for (const Finding& finding : findings) {
      if (finding.verdict == verdict) view.wrong.push_back(row_of(language, finding));
    }
  }
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::kOk || finding.verdict == Verdict::kNotChecked)
      view.fine.push_back(row_of(language, finding));
  }
}

Response show_node(const ConsolePorts& ports, Visit& visit, bool thorough) {
  const Language language = visit.frame.page.language;
  NodeStateView view;
  view.thorough = thorough;
  const auto findings = ports.examine(thorough);
  if (findings) {
    add_findings(language, *findings, view);
  } else {
    visit.frame.fault = explain(language, findings.error());
  }
  if (const auto peers = ports.peers()) {
    for (const PeerCondition& peer : *peers) view.peers.push_back(row_of(language, peer));
  } else {
    visit.frame.fault = explain(language, peers.error());
  }
  view.outstanding_receipts = ports.outstanding_receipts();
  return console_response(visit.frame.fault.empty() ? 200 : 503,
                          render_node_state(visit.frame, view));
}

}  // namespace

void add_console_node(Router& router, const SharedPorts& ports) {
  router.add("GET", "/admin/node",
             signed_in(ports, {StaffRole::kOperator},
                       [](const ConsolePorts& own, Visit& visit, const Request&,
                          const PathArguments&) { return show_node(own, visit, false); }));
  // One at a time: each holds a worker for seconds.
  router.add(
      "POST", "/admin/node",
      signed_in(ports, {StaffRole::kOperator},
                [one = std::make_shared<std::mutex>()](const ConsolePorts& own, Visit& visit,
                                                       const Request&, const PathArguments&) {
                  const std::unique_lock lock(*one, std::try_to_lock);
                  if (!lock)
                    visit.frame.said = text(visit.frame.page.language, "console.node.busy");
                  return show_node(own, visit, lock.owns_lock());
                }));
}

}  // namespace dure::node::http
