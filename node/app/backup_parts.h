// SPDX-License-Identifier: Apache-2.0
// Backups on schedule as a part of a node.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "app/node_parts.h"
#include "http/routes/health_routes.h"

namespace dure::node {

/// The settings' plan. Errors: kInvalid (they were not checked).
Result<BackupPlan> backup_plan(const Settings& settings);
/// Makes ready what makes backups, if the settings name a folder. Errors: kInvalid.
Status open_backups(NodeParts& node);
/// One when it is due, until `stop`. A failure stops nothing else.
void run_backups(NodeParts& node, const std::stop_token& stop);

/// {"path","name","bytes","sealed"}. Errors: kNotFound (no folder is set), as BackupKeeper::make.
Result<std::string> make_backup_now(NodeParts& node);
/// {"folder","every","sealed","count","bytes","newest"?,"newest_time"?,"age_seconds","failed_at"?,
/// "error"?…}; {} if no folder is set.
nlohmann::json backup_report(NodeParts& node);
std::optional<http::BackupTotals> backup_totals(NodeParts& node);

}  // namespace dure::node
