// SPDX-License-Identifier: Apache-2.0
#include "http/routes/health_routes.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

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

std::string metrics_text(const HealthSources& sources) {
  Families families;
  add_value(add_family(families, "dure_build_info", "The version that runs.", MetricType::Gauge), 1,
            {{"version", sources.version}});
  add_value(
      add_family(families, "process_resident_memory_bytes", "Resident memory.", MetricType::Gauge),
      resident_bytes());
  if (sources.server) add_server(families, sources.server());
  if (sources.logs) add_logs(families, sources.logs());
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
