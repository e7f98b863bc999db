// SPDX-License-Identifier: Apache-2.0
// /healthz (the process answers), /readyz (the node can do its work), /metrics (Prometheus).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dure/result.h"
#include "http/router.h"
#include "http/server.h"

namespace dure::node::http {

struct LogSize {
  std::string origin;
  std::uint64_t published = 0;  // size of the served head
  std::uint64_t stored = 0;     // entries here
};

/// One webhook; known by its number in the settings, because its address is nobody else's business.
struct WebhookCounts {
  std::uint64_t posts = 0, failures = 0, changes = 0;  // since the start
  std::uint64_t behind = 0;                            // changes still to be told, at most
  std::int64_t last_success = 0;                       // POSIX seconds; 0: none yet
  bool stopped = false;
};

/// What is known of the addresses in own entries.
struct LinkTotals {
  std::uint64_t links = 0, checked = 0, dead = 0, notices = 0;
  std::int64_t last_checked = 0;  // POSIX seconds; 0: never
};

/// Backups on schedule.
struct BackupTotals {
  std::uint64_t files = 0, bytes = 0;
  std::int64_t newest = 0;  // POSIX seconds; 0: none yet
  std::int64_t age = 0;     // seconds: of the newest, or since it is known that there is none
  std::int64_t every = 0;   // seconds
  bool failed = false;      // the last attempt, or the folder cannot be read
};

/// What the routes ask the node. Each may be empty. Threads: any.
struct HealthSources {
  std::function<Status()> ready;
  std::function<ServerCounters()> server;
  std::function<std::vector<LogSize>()> logs;
  std::function<std::vector<WebhookCounts>()> webhooks;
  std::string version;
  std::function<std::optional<LinkTotals>()> links = {};      // nothing: they are not checked
  std::function<std::optional<BackupTotals>()> backups = {};  // nothing: none are made
};

/// Registers GET /healthz, /readyz (503 with the reason while not ready) and /metrics.
void add_health_routes(Router& router, HealthSources sources);

}  // namespace dure::node::http
