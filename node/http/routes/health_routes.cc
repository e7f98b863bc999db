// SPDX-License-Identifier: Apache-2.0
#include "http/routes/health_routes.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;

MetricFamily& add_family(Families& families, const char* name, const char* help, MetricType type) {
  auto& family = families.emplace_back();
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

void add_value(MetricFamily& family, double value, std::vector<ClientMetric::Label> labels = {}) {
  auto& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
}

void add_counter(Families& families, const char* name, const char* help, std::uint64_t value) {
  add_value(add_family(families, name, help, MetricType::Counter), static_cast<double>(value));
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void add_server(Families& families, const ServerCounters& counters) {
  add_counter(families, "dure_http_connections_total", "Connections accepted.",
              counters.connections);
  add_counter(families, "dure_http_requests_total", "Requests given to a handler.",
              counters.requests);
  add_counter(families, "dure_http_refused_total", "Connections and requests refused.",
              counters.refused);
  add_counter(families, "dure_http_rate_limited_total", "Requests answered with 429.",
              counters.rate_limited);
  add_counter(families, "dure_http_timed_out_total", "Requests and answers that took too long.",
              counters.timed_out);
  add_counter(families, "dure_http_failed_total", "Requests answered with 500; each is a bug.",
              counters.failed);
  add_value(add_family(families, "dure_http_open_connections", "Connections open now.",
                       MetricType::Gauge),
            static_cast<double>(counters.open));
  add_value(add_family(families, "dure_http_open_streams", "Of them, streams of changes.",
                       MetricType::Gauge),
            static_cast<double>(counters.streams));
}

void add_logs(Families& families, const std::vector<LogSize>& logs) {
  auto published =
      MetricFamily{"dure_log_published_entries", "Size of the served head.", MetricType::Gauge, {}};
  auto stored =
      MetricFamily{"dure_log_stored_entries", "Entries kept here.", MetricType::Gauge, {}};
  for (const auto& log : logs) {
    add_value(published, static_cast<double>(log.published), {{"origin", log.origin}});
    add_value(stored, static_cast<double>(log.stored), {{"origin", log.origin}});
  }
  families.push_back(std::move(published));
  families.push_back(std::move(stored));
}

void add_webhooks(Families& families, const std::vector<WebhookCounts>& hooks) {
  struct Series {
    const char *name, *help;
    MetricType type;
    double (*value)(const WebhookCounts&);
  };
  static constexpr std::array<Series, 6> kSeries = {{
      {"dure_webhook_posts_total", "Batches that a webhook took.", MetricType::Counter,
       [](const WebhookCounts& hook) { return static_cast<double>(hook.posts); }},
      {"dure_webhook_changes_total", "Changes in them.", MetricType::Counter,
       [](const WebhookCounts& hook) { return static_cast<double>(hook.changes); }},
      {"dure_webhook_failures_total", "Attempts that failed.", MetricType::Counter,
       [](const WebhookCounts& hook) { return static_cast<double>(hook.failures); }},
      {"dure_webhook_behind_changes", "Changes still to be told, at most.", MetricType::Gauge,
       [](const WebhookCounts& hook) { return static_cast<double>(hook.behind); }},
      {"dure_webhook_last_success_timestamp_seconds", "When it last took a batch; 0: never.",
       MetricType::Gauge,
       [](const WebhookCounts& hook) { return static_cast<double>(hook.last_success); }},
      {"dure_webhook_stopped", "1: not tried any more (410, or failing for days).",
       MetricType::Gauge, [](const WebhookCounts& hook) { return hook.stopped ? 1.0 : 0.0; }},
  }};
  if (hooks.empty()) return;
  for (const Series& series : kSeries) {
    auto& family = add_family(families, series.name, series.help, series.type);
    for (std::size_t i = 0; i < hooks.size(); ++i)
      add_value(family, series.value(hooks[i]), {{"webhook", std::to_string(i + 1)}});
  }
}

void add_links(Families& families, const LinkTotals& totals) {
  const auto gauge = [&](const char* name, const char* help, double value) {
    add_value(add_family(families, name, help, MetricType::Gauge), value);
  };
  gauge("dure_links", "Addresses in own entries.", static_cast<double>(totals.links));
  gauge("dure_links_checked", "Of those, asked at least once.",
        static_cast<double>(totals.checked));
  gauge("dure_links_dead", "Of those, dead.", static_cast<double>(totals.dead));
  gauge("dure_links_notices", "Notices about dead links that stand.",
        static_cast<double>(totals.notices));
  gauge("dure_links_last_check_seconds", "When an address was asked last; 0: never.",
        static_cast<double>(totals.last_checked));
}

void add_backups(Families& families, const BackupTotals& totals) {
  const auto gauge = [&](const char* name, const char* help, double value) {
    add_value(add_family(families, name, help, MetricType::Gauge), value);
  };
  gauge("dure_backups", "Finished backups in the folder.", static_cast<double>(totals.files));
  gauge("dure_backups_bytes", "Their size.", static_cast<double>(totals.bytes));
  gauge("dure_backup_newest_timestamp_seconds", "When the newest was made; 0: none yet.",
        static_cast<double>(totals.newest));
  gauge("dure_backup_age_seconds", "Age of the newest; without one, since that is known.",
        static_cast<double>(totals.age));
  gauge("dure_backup_interval_seconds", "How often one is due.", static_cast<double>(totals.every));
  gauge("dure_backup_failed", "1: the last attempt failed, or the folder cannot be read.",
        totals.failed ? 1 : 0);
}

std::string metrics_text(const HealthSources& sources) {
  Families families;
  add_value(add_family(families, "dure_build_info", "The version that runs.", MetricType::Gauge), 1,
            {{"version", sources.version}});
  add_value(
      add_family(families, "process_resident_memory_bytes", "Resident memory.", MetricType::Gauge),
      resident_bytes());
  if (sources.server) add_server(families, sources.server());
  if (sources.logs) add_logs(families, sources.logs());
  if (sources.webhooks) add_webhooks(families, sources.webhooks());
  if (sources.links) {
    if (const auto totals = sources.links()) add_links(families, *totals);
  }
  if (sources.backups) {
    if (const auto totals = sources.backups()) add_backups(families, *totals);
  }
  return prometheus::TextSerializer().Serialize(families);
}

Response uncached(std::string content_type, std::string body) {
  auto response = make_response(200, std::move(content_type), std::move(body));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_health_routes(Router& router, HealthSources sources) {
  router.add("GET", "/healthz", [](const Request&, const PathArguments&) {
    return uncached("text/plain; charset=utf-8", "ok\n");
  });
  router.add("GET", "/readyz", [ready = sources.ready](const Request&, const PathArguments&) {
    const auto status = ready ? ready() : ok();
    if (status) return uncached("text/plain; charset=utf-8", "ready\n");
    auto problem =
        make_problem(503, error_name(status.error().code), "Not ready", status.error().detail);
    problem.headers.emplace_back("Retry-After", "5");
    return problem;
  });
  router.add("GET", "/metrics",
             [sources = std::move(sources)](const Request&, const PathArguments&) {
               return uncached("text/plain; version=0.0.4; charset=utf-8", metrics_text(sources));
             });
}

}  // namespace dure::node::http
