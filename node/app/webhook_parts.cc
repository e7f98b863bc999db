// SPDX-License-Identifier: Apache-2.0
#include "app/webhook_parts.h"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/durable_file.h"
#include "app/pull_json.h"
#include "app/version.h"
#include "http/routes/change_facts.h"
#include "peer/base_url.h"
#include "peer/hook_carrier.h"
#include "webhooks/message.h"

namespace dure::node {
namespace {

using nlohmann::json;

/// As /api/v1/changes tells them to somebody on this machine.
Result<HookChanges> told_changes(const NodeParts& node, std::uint64_t after, std::size_t limit) {
  const auto found = node.listing->changes(after, limit);
  if (!found) return found.error();
  HookChanges out{{}, found->more, found->epoch, found->newest};
  if (found->changes.empty()) return out;
  http::Request here;
  here.control = true;
  const auto book = http::CatalogueFactsBook::read(
      {node.listing.get(), &node.store->peer_book(), node.regions.get(), node.own}, here);
  if (!book) return book.error();
  for (const ListedChange& change : found->changes) {
    out.changes.push_back(
        {change.number, change.time,
         http::change_json(*book, change).dump(-1, ' ', false, json::error_handler_t::replace)});
  }
  return out;
}

Result<std::string> load_places(const std::string& path) {
  auto text = read_small_file(path, kMaxHookPlacesBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::string();
  return text;
}

OpenHookCarrier carriers(const NodeParts& node) {
  HookCarrierOptions options;
  options.ca_file = node.settings.peer_ca_file;
  options.user_agent = std::string("dure/") + kVersion;
  options.stop = node.stopping.get_token();
  return hook_carriers(std::move(options));
}

WebhookPorts webhook_ports(NodeParts& node) {
  WebhookPorts ports;
  ports.origin = node.own.origin;
  ports.changes = [&node](std::uint64_t after, std::size_t limit) {
    return told_changes(node, after, limit);
  };
  ports.open = carriers(node);
  ports.signer = node.webhook_signer.get();
  ports.load = [path = node.folder.webhooks()] { return load_places(path); };
  ports.keep = [path = node.folder.webhooks()](const std::string& text) {
    return replace_file(path, text, S_IRUSR | S_IWUSR);
  };
  ports.now = node.now;
  ports.clock = std::chrono::steady_clock::now;
  ports.random = [] {
    std::uint64_t number = 0;
    randombytes_buf(&number, sizeof number);
    return number;
  };
  ports.stopping = [&node] { return node.stopping.stop_requested(); };
  ports.on_failure = [&node](const std::string& url, const Error& error) {
    // By its number: an address may be a secret among friends.
    const auto& all = node.settings.webhooks;
    const auto number = std::find(all.begin(), all.end(), url) - all.begin() + 1;
    auto fields = error_fields(error);
    fields.emplace_back("webhook", std::to_string(number));
    node.log.warning("webhook.failed", fields);
  };
  return ports;
}

json hook_json(const HookStatus& hook) {
  json out = {{"url", hook.url},           {"state", hook_state_name(hook.state)},
              {"behind", hook.behind},     {"posts", hook.posts},
              {"failures", hook.failures}, {"changes", hook.changes}};
  if (hook.place) out["place"] = format_place(*hook.place);
  if (hook.last_success != 0) out["last_success"] = hook.last_success;
  if (hook.failing_since != 0) out["failing_since"] = hook.failing_since;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(hook.retry_in).count();
  if (wait != 0) out["retry_in_seconds"] = wait;
  if (hook.error) describe_error(out, *hook.error);
  return out;
}

}  // namespace

Status open_webhooks(NodeParts& node) {
  auto signer = node.keys->webhook();
  if (!signer) return std::move(signer).error();
  node.webhook_signer = *std::move(signer);
  for (const std::string& url : node.settings.webhooks) {
    if (const auto parsed = parse_base_url(url); !parsed) return parsed.error();
  }
  node.webhooks = std::make_unique<Webhooks>(node.settings.webhooks, webhook_ports(node));
  node.webhooks->look_up();
  return ok();
}

json webhook_report(const NodeParts& node) {
  json hooks = json::array();
  for (const HookStatus& hook : node.webhooks->report()) hooks.push_back(hook_json(hook));
  return {{"key", hook_key_text(node.webhook_signer->verifier())}, {"hooks", std::move(hooks)}};
}

std::vector<http::WebhookCounts> webhook_counts(const NodeParts& node) {
  std::vector<http::WebhookCounts> counts;
  for (const HookStatus& hook : node.webhooks->report()) {
    counts.push_back({hook.posts, hook.failures, hook.changes, hook.behind, hook.last_success,
                      hook.state == HookState::kStopped});
  }
  return counts;
}

}  // namespace dure::node
