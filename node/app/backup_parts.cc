// SPDX-License-Identifier: Apache-2.0
#include "app/backup_parts.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/backup_contents.h"
#include "app/pull_json.h"
#include "peer/http_source.h"
#include "storage/backup_folder.h"

namespace dure::node {
namespace {

using nlohmann::json;

BackupPorts backup_ports(NodeParts& node) {
  BackupPorts ports;
  ports.shelf = node.backup_shelf.get();
  ports.collect = [&node] { return collect_backup(node); };
  ports.now = [&node] { return node.now(); };
  ports.stopping = [&node] { return node.stopping.stop_requested(); };
  ports.on_made = [&node](const std::string& name) {
    node.log.info("backup.made", {{"file", name}});
  };
  ports.on_removed = [&node](const std::string& name) {
    node.log.info("backup.removed", {{"file", name}});
  };
  ports.on_failure = [&node](const Error& error) {
    node.log.error("backup.failed", error_fields(error));
  };
  return ports;
}

// Of the newest one; without one, since somebody could first have seen that there is none.
std::int64_t age_of(const BackupReport& report, std::int64_t now) {
  return std::max<std::int64_t>(now - (report.newest ? report.newest->time : report.since), 0);
}

}  // namespace

Result<BackupPlan> backup_plan(const Settings& settings) {
  BackupPlan plan;
  plan.origin = settings.origin;
  const auto every = parse_interval(settings.backup_every);
  if (!every) return Error{ErrorCode::kInvalid, "backup.every"};
  plan.every = *every;
  plan.keep = {settings.backup_keep_daily, settings.backup_keep_monthly};
  if (settings.backup_recipient.empty()) return plan;
  const auto recipient = parse_recipient(settings.backup_recipient);
  if (!recipient) return recipient.error();
  plan.recipient = *recipient;
  return plan;
}

Status open_backups(NodeParts& node) {
  if (node.settings.backup_folder.empty()) return ok();
  auto plan = backup_plan(node.settings);
  if (!plan) return std::move(plan).error();
  plan->origin = node.own.origin;
  node.backup_shelf = open_backup_folder(node.settings.backup_folder, &::fsync);
  node.backups = std::make_unique<BackupKeeper>(backup_ports(node), *std::move(plan));
  return ok();
}

void run_backups(NodeParts& node, const std::stop_token& stop) {
  while (node.backups && !stop.stop_requested()) pause_for(node.backups->step(), stop);
}

Result<std::string> make_backup_now(NodeParts& node) {
  if (!node.backups)
    return Error{ErrorCode::kNotFound, "backup.folder is not set", "backup.not-set"};
  const auto made = node.backups->make();
  if (!made) return made.error();
  const json answer = {{"path", node.settings.backup_folder + "/" + made->name},
                       {"name", made->name},
                       {"bytes", made->bytes},
                       {"sealed", node.backups->plan().recipient.has_value()}};
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

json backup_report(NodeParts& node) {
  if (!node.backups) return json::object();
  const BackupReport known = node.backups->report();
  json report = {{"folder", node.settings.backup_folder},
                 {"every", node.backups->plan().every},
                 {"sealed", node.backups->plan().recipient.has_value()},
                 {"count", known.count},
                 {"bytes", known.bytes},
                 {"age_seconds", age_of(known, node.now())}};
  if (known.newest) {
    report["newest"] = known.newest->name;
    report["newest_time"] = known.newest->time;
  }
  if (known.failed_at != 0) report["failed_at"] = known.failed_at;
  if (known.last_error) describe_error(report, *known.last_error);
  return report;
}

std::optional<http::BackupTotals> backup_totals(NodeParts& node) {
  if (!node.backups) return std::nullopt;
  const BackupReport known = node.backups->report();
  return http::BackupTotals{known.count,
                            known.bytes,
                            known.newest ? known.newest->time : 0,
                            age_of(known, node.now()),
                            node.backups->plan().every,
                            known.last_error.has_value()};
}

}  // namespace dure::node
