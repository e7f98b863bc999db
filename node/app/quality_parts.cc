// SPDX-License-Identifier: Apache-2.0
#include "app/quality_parts.h"

#include <memory>
#include <utility>

#include "dure/checkpoint.h"
#include "http/routes/quality_reports.h"
#include "http/routes/quality_routes.h"
#include "links/entry_links.h"

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

/// Nobody here asks the addresses of others.
LinkState link_state(const NodeParts& node, std::string_view origin, std::string_view address) {
  if (!node.link_book || origin != node.own.origin) return LinkState::kNotChecked;
  const auto known = node.link_book->find(checkable_link(address));
  if (!known || !*known || (*known)->checked_at == 0) return LinkState::kNotChecked;
  if ((*known)->dead_since != 0) return LinkState::kDead;
  return (*known)->finding == LinkFinding::kAnswers ? LinkState::kAnswers : LinkState::kNotChecked;
}

}  // namespace

std::function<Result<QualityTally>(const std::string& origin)> add_quality(
    NodeParts& node, const http::CatalogueSources& sources) {
  http::QualityOptions options;
  options.version = [&node] {
    return node.catalogue->version() + (node.link_book ? node.link_book->changes() : 0);
  };
  options.links = [&node](std::string_view origin, std::string_view address) {
    return link_state(node, origin, address);
  };
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
