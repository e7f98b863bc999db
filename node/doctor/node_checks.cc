// SPDX-License-Identifier: Apache-2.0
// What the node says of itself: state, own log, charter, finality, version.
#include <algorithm>

#include "doctor/checks.h"

namespace dure::node {
namespace {

Finding cannot_know(const char* check) {
  return {check, "", Verdict::kNotChecked, "cli.doctor.node_unknown"};
}

}  // namespace

Findings check_node(const NodeFacts& node) {
  if (node.failure)
    return {{"node", "", Verdict::kError, "cli.doctor.node_closed", {}, node.failure}};
  if (node.quarantine)
    return {{"node", "", Verdict::kError, "cli.doctor.node_quarantined", {}, node.quarantine}};
  if (!node.running) return {{"node", "", Verdict::kWarning, "cli.doctor.node_stopped"}};
  return {{"node", "", Verdict::kOk, "cli.doctor.node_running", {{"origin", node.origin}}}};
}

Findings check_head(const NodeFacts& node) {
  if (node.failure) return {cannot_know("head-lock")};
  const HeadFacts& head = node.head;
  Finding found{"head-lock",
                "",
                Verdict::kOk,
                "cli.doctor.head_ok",
                {{"locked", std::to_string(head.locked)},
                 {"published", std::to_string(head.published)},
                 {"stored", std::to_string(head.stored)}}};
  if (head.locked < head.published || !head.same_root) {
    found.verdict = Verdict::kError;
    found.text = "cli.doctor.head_old";
  } else if (head.stored < head.locked) {
    found.verdict = Verdict::kError;
    found.text = "cli.doctor.head_leaves";
  }
  return {found};
}

Findings check_charter(const NodeFacts& node) {
  if (node.failure || !node.charter.there) return {cannot_know("charter")};
  const CharterFacts& charter = node.charter;
  const std::vector<std::pair<std::string, std::string>> args = {
      {"days", std::to_string(charter.days_left)},
      {"members", std::to_string(charter.members)},
      {"drafts", std::to_string(charter.drafts)},
      {"url", printable(charter.joining, 200)}};
  Findings all;
  if (charter.days_left < 0) {
    all.push_back({"charter", "", Verdict::kError, "cli.doctor.charter_expired", args});
  } else if (charter.expires_soon) {
    all.push_back({"charter", "", Verdict::kWarning, "cli.doctor.charter_expires", args});
  } else {
    all.push_back({"charter", "", Verdict::kOk, "cli.doctor.charter_ok", args});
  }
  if (charter.conflicts > 0)
    all.push_back({"charter-frozen", "", Verdict::kError, "cli.doctor.charter_frozen", args});
  if (charter.drafts > 0)
    all.push_back({"charter-drafts", "", Verdict::kWarning, "cli.doctor.charter_drafts", args});
  if (!charter.joining.empty())
    all.push_back({"joining", "", Verdict::kWarning, "cli.doctor.joining", args});
  return all;
}

Findings check_finality(const NodeFacts& node) {
  if (node.failure) return {};
  const FinalityFacts& finality = node.finality;
  const std::vector<std::pair<std::string, std::string>> args = {
      {"behind", std::to_string(finality.behind)},
      {"witnesses", std::to_string(finality.witnesses)},
      {"needed", std::to_string(finality.needed)}};
  if (!finality.possible)
    return {{"finality", "", Verdict::kNotChecked, "cli.doctor.finality_none", args}};
  // What was published a moment ago is not final yet.
  const std::uint64_t fresh =
      node.head.published - std::min(node.head.published, node.head.settled);
  if (finality.behind > fresh)
    return {{"finality", "", Verdict::kWarning, "cli.doctor.finality_behind", args}};
  return {{"finality", "", Verdict::kOk, "cli.doctor.finality_ok", args}};
}

Findings check_backups(const NodeFacts& node) {
  const BackupFacts& backups = node.backups;
  if (node.failure || !backups.known) return {cannot_know("backup")};
  if (!backups.set) return {{"backup", "", Verdict::kNotChecked, "cli.doctor.backup_unset"}};
  constexpr std::int64_t kHour = 3600;
  const std::vector<std::pair<std::string, std::string>> args = {
      {"count", std::to_string(backups.count)},
      {"hours", std::to_string(backups.age / kHour)},
      {"every", std::to_string((backups.every + kHour - 1) / kHour)}};
  // A stopped node makes none, which is said elsewhere; how old they are counts all the same.
  const std::int64_t missed = backups.every == 0 ? 0 : backups.age / backups.every;
  const Verdict worse = missed > 3 ? Verdict::kError : Verdict::kWarning;
  if (backups.failure)
    return {{"backup", "", worse, "cli.doctor.backup_failed", args, backups.failure}};
  if (backups.count == 0)
    return {{"backup", "", missed > 1 ? worse : Verdict::kWarning, "cli.doctor.backup_none", args}};
  if (missed > 1) return {{"backup", "", worse, "cli.doctor.backup_old", args}};
  if (!backups.sealed) return {{"backup", "", Verdict::kOk, "cli.doctor.backup_plain", args}};
  return {{"backup", "", Verdict::kOk, "cli.doctor.backup_ok", args}};
}

Findings check_versions(const NodeFacts& node, const std::string& version,
                        const std::string& libraries) {
  const std::vector<std::pair<std::string, std::string>> args = {
      {"version", version}, {"running", node.version}, {"libraries", libraries}};
  // An update that nobody restarted the node for.
  const bool differs = node.running && !node.version.empty() && node.version != version;
  if (differs) return {{"version", "", Verdict::kWarning, "cli.doctor.version_differs", args}};
  return {{"version", "", Verdict::kOk, "cli.doctor.version_ok", args}};
}

}  // namespace dure::node
