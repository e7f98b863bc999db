// SPDX-License-Identifier: Apache-2.0
#include "app/quality_parts.h"

#include <memory>
#include <utility>

#include "dure/checkpoint.h"
#include "http/routes/quality_reports.h"
#include "http/routes/quality_routes.h"

namespace dure::node {
namespace {

Result<std::string> origin_of(LogReader& reader, std::string_view hash) {
  const auto logs = reader.logs();
  if (!logs) return logs.error();
  for (const KnownLog& log : *logs) {
    if (origin_hash(log.origin) == hash) return log.origin;
  }
  return Error{ErrorCode::kNotFound, "no log with this hash is here"};
}

}  // namespace

std::function<Result<QualityTally>(const std::string& origin)> add_quality(
    NodeParts& node, const http::CatalogueSources& sources) {
  http::QualityOptions options;
  options.version = [&node] { return node.catalogue->version(); };
  const auto reports = std::make_shared<http::QualityReports>(sources, std::move(options));
  http::QualityPorts ports;
  ports.origin_of = [&node](std::string_view hash) {
    return origin_of(node.store->reader(), hash);
  };
  ports.publisher = [&node](std::string_view origin) { return node.search->publisher(origin); };
  ports.report = [reports](const std::string& origin) { return reports->of(origin); };
  auto report = ports.report;
  http::add_quality_routes(node.router, std::move(ports));
  return report;
}

}  // namespace dure::node
