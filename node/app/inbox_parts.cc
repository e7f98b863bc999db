// SPDX-License-Identifier: Apache-2.0
#include "app/inbox_parts.h"

#include <sodium.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/pull_json.h"
#include "catalogue/references.h"
#include "http/routes/inbox_pages.h"
#include "publishing/entry_planner.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::chrono::hours kBetweenSweeps{1};

bool is_open_to_citizens(const NodeParts& node) { return node.settings.inbox_enabled == "on"; }

Status open_file(NodeParts& node, OpenFor purpose) {
  const std::string path = node.folder.inbox();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    if (!is_open_to_citizens(node) || purpose != OpenFor::kWriting) return ok();
    if (auto made = create_inbox(path); !made) return made;
  }
  auto file = open_inbox(path);
  if (!file) return std::move(file).error();
  node.inbox_file = std::move(*file);
  return ok();
}

void sweep(NodeParts& node) {
  const auto gone = node.inbox->sweep();
  if (!gone) return node.log.error("inbox.not_swept", error_fields(gone.error()));
  if (*gone > 0) node.log.info("inbox.deleted", {{"messages", std::to_string(*gone)}});
}

}  // namespace

void open_inbox_parts(NodeParts& node, OpenFor purpose) {
  if (auto opened = open_file(node, purpose); !opened) {
    node.inbox_failure = opened.error();
    node.log.error("inbox.failed", error_fields(opened.error()));
  }
  if (!node.inbox_file) return;
  InboxPorts ports;
  ports.store = node.inbox_file.get();
  ports.now = node.now;
  ports.random = [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); };
  ports.keep_days = static_cast<std::int64_t>(node.settings.inbox_keep_days);
  node.inbox = std::make_unique<Inbox>(std::move(ports));
  if (purpose == OpenFor::kWriting) sweep(node);
}

void add_inbox_routes(NodeParts& node) {
  if (!is_open_to_citizens(node) || !node.inbox) return;
  http::InboxPagePorts ports;
  ports.inbox = node.inbox.get();
  ports.own = node.own;
  ports.claims = [&node](std::string_view id) { return node.search->claims(id); };
  ports.clock = [] { return std::chrono::steady_clock::now(); };
  ports.keep_days = node.settings.inbox_keep_days;
  http::add_inbox_pages(node.router, std::move(ports));
}

void run_inbox(NodeParts& node, const std::stop_token& stop) {
  while (node.inbox && !stop.stop_requested()) {
    sweep(node);
    node.inbox_bell.wait(stop, kBetweenSweeps);
  }
}

json inbox_report(NodeParts& node) {
  json report = {{"enabled", is_open_to_citizens(node)}, {"waiting", 0}};
  if (node.inbox_failure) describe_error(report, *node.inbox_failure);
  if (!node.inbox) return report;
  const auto waiting = node.inbox->waiting();
  if (!waiting) {
    describe_error(report, waiting.error());
    return report;
  }
  report["waiting"] = waiting->count;
  if (waiting->count > 0) report["since"] = format_leaf_time(waiting->since);
  return report;
}

json check_inbox(NodeParts& node) {
  json report = {{"damaged", false}};
  auto whole = ok();
  if (node.inbox_file) whole = node.inbox_file->check();
  if (node.inbox_failure) whole = *node.inbox_failure;
  if (whole) return report;
  report["damaged"] = true;
  describe_error(report, whole.error());
  return report;
}

std::optional<std::string> tell_base(NodeParts& node, std::string_view origin) {
  if (member_of_origin(origin) == member_of_origin(node.own.origin)) {
    const bool open = is_open_to_citizens(node) && node.inbox;
    return open ? std::optional(std::string()) : std::nullopt;
  }
  const auto peers = node.store->peer_book().peers();
  if (!peers) return std::nullopt;
  for (const PeerEntry& peer : *peers) {
    const bool web = peer.card.url.starts_with("https://") || peer.card.url.starts_with("http://");
    if (web && member_of_origin(peer.card.origin) == member_of_origin(origin)) return peer.card.url;
  }
  return std::nullopt;
}

}  // namespace dure::node
