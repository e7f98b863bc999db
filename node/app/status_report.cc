// SPDX-License-Identifier: Apache-2.0
#include "app/status_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/attachment_parts.h"
#include "app/backup_parts.h"
#include "app/charter_report.h"
#include "app/console_parts.h"
#include "app/cosigning_parts.h"
#include "app/inbox_parts.h"
#include "app/key_rotation.h"
#include "app/link_parts.h"
#include "app/pull_json.h"
#include "app/version.h"
#include "app/webhook_parts.h"

namespace dure::node {
namespace {

using nlohmann::json;

// The head as the public sees it; size 0 before the first.
Checkpoint public_head(NodeParts& node) {
  Checkpoint head{node.own.origin, 0, empty_root()};
  const auto note = node.store->reader().head(node.store->own_log_id());
  if (!note) return head;
  const auto opened = open_checkpoint(*note, node.own.origin, log_keys_ever(node, node.own.origin));
  return opened ? opened->checkpoint : head;
}

std::uint64_t head_size(const NodeParts& node, const std::optional<std::string>& note,
                        const PeerEntry& peer) {
  if (!note) return 0;
  const auto head = open_checkpoint(*note, peer.card.origin, log_keys_ever(node, peer.card.origin));
  return head ? head->checkpoint.size : 0;
}

Result<json> peer_report(NodeParts& node, const PeerEntry& peer,
                         const std::vector<PeerStatus>& live) {
  const auto mirror = node.store->mirrors().mirror(peer.log);
  if (!mirror) return mirror.error();
  const std::uint64_t known =
      std::max(head_size(node, mirror->head, peer), head_size(node, mirror->pending_head, peer));
  std::uint64_t lag = known > mirror->stored ? known - mirror->stored : 0;
  json report = {{"origin", peer.card.origin},
                 {"name", peer.card.name},
                 {"url", peer.url},
                 {"size", mirror->stored},
                 {"lag", lag},
                 {"last_success", nullptr}};
  const auto status = std::find_if(live.begin(), live.end(),
                                   [&](const auto& s) { return s.origin == peer.card.origin; });
  if (const auto ahead = node.clocks->ahead(peer.url); ahead != 0)
    report["clock_ahead_seconds"] = ahead;
  if (status == live.end()) return report;
  report["lag"] = std::max(lag, status->lag);
  if (status->last_success != 0) report["last_success"] = status->last_success;
  if (status->retry_in_seconds != 0) report["retry_in_seconds"] = status->retry_in_seconds;
  if (status->last_error) describe_error(report, *status->last_error);
  if (status->contradiction) {
    report["contradiction"] = {{"known", status->contradiction->known},
                               {"offered", status->contradiction->offered},
                               {"url", status->contradiction->url}};
  }
  return report;
}

Result<json> peer_reports(NodeParts& node) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  const auto live = node.replicator->status();
  json reports = json::array();
  for (const auto& peer : *peers) {
    auto report = peer_report(node, peer, live);
    if (!report) return report.error();
    reports.push_back(std::move(*report));
  }
  return reports;
}

json erasures(NodeParts& node) {
  std::uint64_t own = 0, followed = 0, unfinished = 0;
  for (const auto& erasure : node.eraser->all()) {
    ++(erasure.origin == node.own.origin ? own : followed);
    if (erasure.stage != ErasureStage::kErased) ++unfinished;
  }
  return {{"own", own},
          {"followed", followed},
          {"unfinished", unfinished},
          {"outstanding", own == 0 ? 0 : node.receipts->outstanding()}};
}

json fork_report(NodeParts& node, const ForkedLog& log) {
  json report = {{"origin", log.origin},
                 {"name", node.search->publisher(log.origin)},
                 {"followed", !log.suspicion || log.origin == node.own.origin}};
  if (log.fork) {
    json heads = json::array();
    for (const Checkpoint& head : log.fork->heads)
      heads.push_back({{"size", head.size}, {"root", base64_encode(as_view(head.root))}});
    report["proof"] = "/federation/forks/" + log.proof;
    report["agreed"] = log.fork->agreed;
    report["heads"] = std::move(heads);
  }
  if (log.shown_until != kShowAll) report["withheld_from"] = log.shown_until;
  if (!log.decision.empty()) report["decision"] = log.decision;
  if (log.suspicion) {
    report["suspicion"] = {{"known", log.suspicion->known},
                           {"offered", log.suspicion->offered},
                           {"url", log.suspicion->shown_by},
                           {"since", log.suspicion->since}};
  }
  return report;
}

json fork_reports(NodeParts& node) {
  json reports = json::array();
  for (const ForkedLog& log : node.forks->forked()) reports.push_back(fork_report(node, log));
  return reports;
}

void add_quarantine(NodeParts& node, json& report) {
  report["state"] = "ok";
  const auto quarantine = node.publisher ? node.publisher->quarantine() : node.quarantine;
  if (!quarantine) return;
  report["state"] = "quarantined";
  report["quarantine"] = {{"detail", quarantine->detail}, {"text", quarantine->text}};
  for (const auto& [name, value] : quarantine->args) report["quarantine"]["args"][name] = value;
}

void add_recovery(const NodeParts& node, json& report) {
  const RecoveryNotes& notes = node.recovery;
  if (notes.entries == 0 && !notes.database_rebuilt) return;
  report["recovery"] = {{"entries", notes.entries.load()},
                        {"without_body", notes.absent.load()},
                        {"milliseconds", notes.milliseconds.load()},
                        {"database_rebuilt", notes.database_rebuilt.load()}};
}

}  // namespace

Result<std::string> status_report(NodeParts& node) {
  const Checkpoint head = public_head(node);
  auto peers = peer_reports(node);
  if (!peers) return peers.error();
  const auto progress = node.search->progress();
  if (!progress) return progress.error();
  json report = {{"origin", node.own.origin},
                 {"name", node.own.name},
                 {"region", node.own.region},
                 {"role", role_name(node.own.role)},
                 {"url", node.own.url},
                 {"log_vkey", node.own.log_vkey},
                 {"witness_vkey", node.witness_signer->verifier().format()},
                 {"fingerprint", node.signer->verifier().fingerprint()},
                 {"size", head.size},
                 {"root", base64_encode(as_view(head.root))},
                 {"running", node.serving},
                 {"version", kVersion},
                 {"indexing", {{"indexed", progress->indexed}, {"stored", progress->stored}}},
                 {"peers", std::move(*peers)},
                 {"forks", fork_reports(node)}};
  report["keys"] = key_report(node);
  report["charter"] = charter_report(node);
  report["finality"] = finality_report(node);
  report["erasures"] = erasures(node);
  const auto members = count_members(node);
  if (!members) return members.error();
  report["members_only"] = {{"entries", members->entries}, {"missing", members->missing}};
  report["attachments"] = attachment_report(node);
  report["inbox"] = inbox_report(node);
  report["console"] = console_report(node);
  report["webhooks"] = webhook_report(node);
  report["links"] = link_report(node);
  report["backups"] = backup_report(node);
  add_quarantine(node, report);
  add_recovery(node, report);
  return report.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace dure::node
