// SPDX-License-Identifier: Apache-2.0
#include "app/node_operations.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/attachment_parts.h"
#include "app/charter_peers.h"
#include "app/console_parts.h"
#include "app/inbox_parts.h"
#include "app/log_audit.h"
#include "app/pull_json.h"
#include "replication/audit.h"

namespace dure::node {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json describe_damage(const Damage& damage) {
  return {{"kind", damage_name(damage.kind)},
          {"index", damage.index},
          {"detail", damage.detail},
          {"remedy", damage.remedy}};
}

json describe_audit(const AuditReport& report) {
  json damages = json::array();
  for (const auto& damage : report.damages) damages.push_back(describe_damage(damage));
  return {{"origin", report.origin},      {"size", report.size},
          {"stored", report.stored},      {"bodies", report.bodies},
          {"absent", report.absent},      {"erased", report.erased},
          {"bytes", report.bytes},        {"damage_count", report.damage_count},
          {"damages", std::move(damages)}};
}

Result<std::vector<AuditLog>> logs_of(NodeParts& node) {
  auto logs = logs_to_audit(
      *node.store, [&node](std::string_view origin) { return log_keys_ever(node, origin); });
  if (!logs) return logs;
  for (AuditLog& log : *logs) {
    log.is_erased = [&eraser = *node.eraser, origin = log.log.origin](std::uint64_t index) {
      return eraser.is_erased(origin, index);
    };
  }
  return logs;
}

}  // namespace

std::string pull_once(NodeParts& node) {
  json pulled = json::array();
  for (const auto& report : node.replicator->pull_once(node.stopping.get_token()))
    pulled.push_back(describe_pull(report));
  (void)finish_erasing(node);
  fetch_members(node, MembersScope::kAll, node.stopping.get_token());
  node.receipts->collect(ReceiptCollector::Scope::kAll, node.stopping.get_token());
  node.indexer->wake();
  mirror_attachments(node);
  return dump({{"pulled", std::move(pulled)}});
}

Result<std::string> check_everything(NodeParts& node, bool rebuild_catalogue) {
  const auto logs = logs_of(node);
  if (!logs) return logs.error();
  json reports = json::array();
  std::uint64_t damage_count = 0;
  for (const auto& log : *logs) {
    const auto report = audit_log(log, node.store->reader());
    if (!report) return report.error();
    damage_count += report->damage_count;
    reports.push_back(describe_audit(*report));
  }
  auto attachments = check_attachments(node);
  if (!attachments) return attachments.error();
  damage_count += (*attachments)["damaged"].size();
  json inbox = check_inbox(node);
  if (inbox["damaged"].get<bool>()) ++damage_count;
  json console = check_console(node);
  if (console["damaged"].get<bool>()) ++damage_count;
  if (rebuild_catalogue) {
    if (auto rebuilt = node.indexer->rebuild(); !rebuilt) return rebuilt.error();
  }
  return dump({{"logs", std::move(reports)},
               {"attachments", std::move(*attachments)},
               {"inbox", std::move(inbox)},
               {"console", std::move(console)},
               {"damage_count", damage_count},
               {"catalogue_rebuilt", rebuild_catalogue}});
}

}  // namespace dure::node
