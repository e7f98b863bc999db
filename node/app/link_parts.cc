// SPDX-License-Identifier: Apache-2.0
#include "app/link_parts.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/pull_json.h"
#include "app/version.h"
#include "peer/http_source.h"
#include "peer/link_probe.h"
#include "storage/link_book.h"
#include "web/texts.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kPart = 200;
constexpr std::size_t kPartBytes = 2 << 20;

std::string user_agent(const NodeParts& node) {
  std::string agent = std::string("dure/") + kVersion + " (link check";
  if (!node.own.url.empty()) agent += "; +" + node.own.url;
  return agent + ")";
}

std::shared_ptr<LinkProbe> make_probe(const NodeParts& node) {
  LinkProbeOptions options;
  options.private_addresses = node.settings.links_private_addresses == "ask";
  options.ca_file = node.settings.peer_ca_file;
  options.user_agent = user_agent(node);
  return std::make_shared<LinkProbe>(std::move(options));
}

Result<std::optional<std::uint64_t>> own_version(NodeParts& node) {
  const auto stored = node.store->reader().stored(node.store->own_log_id());
  if (!stored) return stored.error();
  const auto folded = node.catalogue->position(node.own.origin);
  if (!folded) return folded.error();
  if (*folded < *stored) return std::optional<std::uint64_t>();
  return std::optional(*stored);
}

Status each_own_entry(NodeParts& node, const std::function<Status(const OwnEntry&)>& visit) {
  ListQuery query;
  query.origin = node.own.origin;
  query.limit = kPart;
  do {
    auto part = node.listing->part(query, kPartBytes);
    if (!part) return std::move(part).error();
    for (ListedEntry& entry : part->entries) {
      auto visited = visit({entry.item.id, entry.leaf.type, std::move(entry.body)});
      if (!visited) return visited;
    }
    query.after_id = part->after_id;
    query.after_origin = part->after_origin;
  } while (!query.after_id.empty());
  return ok();
}

Result<std::string> own_body(NodeParts& node, const std::string& id) {
  const auto items = node.catalogue->find(id);
  if (!items) return items.error();
  for (const CatalogueItem& item : *items) {
    if (item.origin != node.own.origin || item.withdrawn) continue;
    auto entry = node.listing->entry(item);
    if (!entry) return std::move(entry).error();
    if (*entry) return std::move((*entry)->body);
  }
  return Error{ErrorCode::kNotFound, "no such own entry"};
}

Status publish_notice(NodeParts& node, const std::optional<std::string>& id,
                      const std::string& body) {
  for (const EntryFault& fault : node.validator->check("notice", body)) {
    if (fault.severity == FaultSeverity::kError) return to_error(fault);
  }
  Submission submission;
  submission.type = "notice";
  submission.id = id;
  submission.body = body;
  const auto receipt = node.publisher->publish(std::move(submission));
  if (!receipt) return receipt.error();
  node.log.info("links.notice", {{"id", receipt->id}});
  return ok();
}

Status withdraw_notice(NodeParts& node, const std::string& id) {
  const auto receipt = node.publisher->withdraw(id, text(Language::kKo, "pages.links.over"));
  if (!receipt) return receipt.error();
  node.log.info("links.notice_withdrawn", {{"id", receipt->id}});
  return ok();
}

LinkPorts link_ports(NodeParts& node) {
  LinkPorts ports;
  ports.book = node.link_book.get();
  ports.ask = [probe = make_probe(node)](const std::string& url, const std::stop_token& stop) {
    return probe->ask(url, stop);
  };
  ports.version = [&node] { return own_version(node); };
  ports.own_entries = [&node](const std::function<Status(const OwnEntry&)>& visit) {
    return each_own_entry(node, visit);
  };
  ports.body_of = [&node](const std::string& id) { return own_body(node, id); };
  ports.publish = [&node](const std::optional<std::string>& id, const std::string& body) {
    return publish_notice(node, id, body);
  };
  ports.withdraw = [&node](const std::string& id) { return withdraw_notice(node, id); };
  ports.now = [&node] { return node.now(); };
  ports.origin = node.own.origin;
  return ports;
}

}  // namespace

Status open_links(NodeParts& node) {
  if (node.settings.links_check != "on") return ok();
  const std::string path = node.folder.links();
  auto book = open_link_book(path);
  if (!book) {
    node.log.warning("links.made_anew", error_fields(book.error()));
    if (auto removed = remove_link_book(path); !removed) return removed;
    book = open_link_book(path);
  }
  if (!book) return std::move(book).error();
  node.link_book = std::move(*book);
  CheckerOptions options;
  options.rules.interval = static_cast<std::int64_t>(node.settings.links_interval) * 86'400;
  options.rules.failures = node.settings.links_failures;
  options.pause = static_cast<std::int64_t>(node.settings.links_pause);
  node.links = std::make_unique<LinkChecker>(link_ports(node), options);
  return ok();
}

void run_links(NodeParts& node, const std::stop_token& stop) {
  if (!node.links) {
    // Nobody would take addresses of erased entries out of it.
    if (auto removed = remove_link_book(node.folder.links()); !removed)
      node.log.warning("links.not_removed", error_fields(removed.error()));
    return;
  }
  while (!stop.stop_requested()) {
    const auto wait = node.links->step(stop);
    const auto report = node.links->report();
    if (report && report->last_error)
      node.log.warning("links.failed", error_fields(*report->last_error));
    // Between two questions, whomever they go to, others have their turn.
    pause_for(std::max(wait, std::chrono::seconds(1)), stop);
  }
}

json link_report(NodeParts& node) {
  if (node.settings.links_check != "on") return {{"check", "off"}};
  json report = {{"check", "on"}};
  if (!node.links) return report;
  const auto known = node.links->report();
  if (!known) {
    describe_error(report, known.error());
    return report;
  }
  report["links"] = known->counts.links;
  report["checked"] = known->counts.checked;
  report["dead"] = known->counts.dead;
  report["notices"] = known->notices;
  report["last_checked"] =
      known->counts.last_checked == 0 ? json(nullptr) : json(known->counts.last_checked);
  if (known->last_error) describe_error(report, *known->last_error);
  return report;
}

std::optional<http::LinkTotals> link_totals(NodeParts& node) {
  if (!node.links) return std::nullopt;
  const auto known = node.links->report();
  if (!known) return std::nullopt;
  return http::LinkTotals{known->counts.links, known->counts.checked, known->counts.dead,
                          known->notices, known->counts.last_checked};
}

}  // namespace dure::node
