// SPDX-License-Identifier: Apache-2.0
#include "app/node_routes.h"

#include "app/attachment_parts.h"
#include "app/backup.h"
#include "app/backup_parts.h"
#include "app/charter_peers.h"
#include "app/charter_service.h"
#include "app/console_parts.h"
#include "app/cosigning_parts.h"
#include "app/doctor_facts.h"
#include "app/fork_parts.h"
#include "app/inbox_parts.h"
#include "app/independent_parts.h"
#include "app/link_parts.h"
#include "app/node_operations.h"
#include "app/peer_memory.h"
#include "app/quality_parts.h"
#include "app/status_report.h"
#include "app/version.h"
#include "app/webhook_parts.h"
#include "dure/quorum.h"
#include "http/routes/accessibility_page.h"
#include "http/routes/api_routes.h"
#include "http/routes/catalogue_routes.h"
#include "http/routes/changes_routes.h"
#include "http/routes/check_routes.h"
#include "http/routes/control_catalogue.h"
#include "http/routes/control_routes.h"
#include "http/routes/erasure_routes.h"
#include "http/routes/federation_routes.h"
#include "http/routes/fork_routes.h"
#include "http/routes/health_routes.h"
#include "http/routes/inbox_control.h"
#include "http/routes/list_formats.h"
#include "http/routes/log_routes.h"
#include "http/routes/manage_routes.h"
#include "http/routes/openapi_routes.h"
#include "http/routes/page_routes.h"
#include "http/routes/reference_routes.h"
#include "http/routes/sitemap_routes.h"
#include "http/routes/witness_routes.h"

namespace dure::node {
namespace {

http::ControlPorts control_ports(NodeParts& node) {
  http::ControlPorts ports;
  ports.publisher = node.publisher.get();
  ports.log = node.own_log.get();
  ports.validator = node.validator.get();
  ports.peers = &node.store->peer_book();
  ports.attachments = node.attachments.get();
  ports.open_source = node.open_source;
  ports.own_origin = node.own.origin;
  ports.own_region = node.own.region;
  ports.region_of = [&node](std::string_view agency) { return node.regions->by_agency(agency); };
  ports.status = [&node] { return status_report(node); };
  ports.pull = [&node] {
    exchange_charters(node, /*all=*/true);
    return pull_once(node);
  };
  ports.fsck = [&node](bool rebuild) { return check_everything(node, rebuild); };
  ports.import_bundle = [&node](const std::string& path, const std::string& vkey) {
    return import_transfer_file(node, path, vkey);
  };
  ports.export_logs = [&node](const std::string& path, const std::string& origin) {
    return export_transfer_file(node, path, origin);
  };
  ports.erase = [&node](const std::string& id, std::uint64_t rev, const std::string& reason) {
    return erase_record(node, {id, reason, rev});
  };
  ports.erasures = [&node](const std::string& id) { return erasure_report(node, id); };
  ports.backup = [&node](const std::string& path, bool with_seed) {
    return make_backup(node, path, with_seed ? WithSeed::kYes : WithSeed::kNo);
  };
  ports.backup_now = [&node] { return make_backup_now(node); };
  ports.finality = [&node](std::uint64_t size, std::chrono::milliseconds longest) {
    return wait_for_final(node, size, longest);
  };
  ports.may_add_peer = [&node](const NodeCard& card) { return may_add_peer(node, card); };
  ports.may_remove_peer = [&node](const std::string& what) { return may_remove_peer(node, what); };
  ports.peers_changed = [&node] {
    if (auto dismissed = dismiss_dropped_peers(node); !dismissed)
      node.log.error("forks.not_kept", error_fields(dismissed.error()));
    node.replicator->wake();
    remember_peers(node);
    if (auto updated = update_witnessed_logs(node); !updated)
      node.log.error("witness.logs_unknown", error_fields(updated.error()));
  };
  return ports;
}

std::vector<http::LogSize> log_sizes(NodeParts& node) {
  std::vector<http::LogSize> sizes;
  LogReader& reader = node.store->reader();
  const auto logs = reader.logs();
  if (!logs) return sizes;
  for (const auto& log : *logs) {
    http::LogSize size{log.origin, 0, reader.stored(log.id) ? *reader.stored(log.id) : 0};
    const auto note = reader.head(log.id);
    const auto parsed = note ? parse_note(*note) : Result<Note>(note.error());
    const auto head = parsed ? parse_checkpoint(parsed->text) : Result<Checkpoint>(parsed.error());
    if (head) size.published = head->size;
    sizes.push_back(std::move(size));
  }
  return sizes;
}

http::HealthSources health_sources(NodeParts& node) {
  http::HealthSources sources;
  sources.version = kVersion;
  sources.ready = [&node]() -> Status {
    if (auto quarantine = node.publisher->quarantine()) return std::move(*quarantine);
    return ok();
  };
  if (node.publisher == nullptr) sources.ready = {};
  sources.server = [&node] {
    const http::Server* server = node.server.load();
    return server == nullptr ? http::ServerCounters{} : server->counters();
  };
  sources.logs = [&node] { return log_sizes(node); };
  sources.webhooks = [&node] { return webhook_counts(node); };
  sources.links = [&node] { return link_totals(node); };
  sources.backups = [&node] { return backup_totals(node); };
  return sources;
}

// Without a place in the charter a log is only known by its key: no witnesses, no quorum.
std::string policy_href(NodeParts& node, std::string_view origin) {
  const auto current = node.charter->current();
  const bool named = current && policy_for(current->charter, origin);
  return named ? "/federation/policy/" + origin_hash(origin) : "/federation/policy";
}

// Every write that an answer depends on passes one of these counters. None ever falls, so their sum
// tells all changes.
http::FreshAnswerOptions keep_until_written(NodeParts& node) {
  http::FreshAnswerOptions options;
  options.version = [&node] {
    return node.store->commits() + node.catalogue->version() + node.cosigning->changes() +
           node.attachments->changes();
  };
  return options;
}

/// What the operator, staff and their systems use.
void add_operating_routes(NodeParts& node) {
  http::add_control_routes(node.router, control_ports(node));
  add_doctor_routes(node);
  add_inbox_routes(node);
  add_console_routes(node);
  http::add_inbox_control(node.router, node.inbox.get(), control_ports(node));
  if (node.tokens)
    http::add_manage_routes(node.router, {node.tokens.get(), node.drafts.get(),
                                          node.console_file.get(), control_ports(node), node.now});
}

}  // namespace

void add_node_routes(NodeParts& node) {
  LogReader& reader = node.store->reader();
  PeerBook& peers = node.store->peer_book();
  const auto held = [&store = *node.attachments](const Hash& commitment) {
    const auto found = store.find(commitment);
    return found && found->whole;
  };
  const http::CatalogueSources sources{node.listing.get(), &peers, node.regions.get(), node.own};
  http::ApiFormats formats;
  formats.record = [sources](const http::Request& request, const RecordView& view,
                             http::Format format) {
    return http::record_as_rdf(sources, request, view, format);
  };
  formats.search = [sources](const http::Request& request, const SearchAnswer& answer,
                             http::Format format, const std::string& next) {
    return http::search_as(sources, request, answer, format, next);
  };
  http::add_api_routes(node.router, *node.search, keep_until_written(node), held,
                       std::move(formats));
  http::add_reference_routes(node.router, *node.search, keep_until_written(node));
  http::add_catalogue_routes(node.router, sources, keep_until_written(node));
  http::add_changes_routes(node.router, sources);
  http::add_sitemap_routes(node.router, sources);
  http::add_control_catalogue(node.router, sources);
  auto pages = http::make_page_ports(*node.search, reader, peers, node.own, *node.regions);
  pages.attachment_href = [held](std::string_view commitment) {
    const auto hash = base64_decode_hash(commitment);
    return hash && held(*hash) ? attachment_path(*hash) : std::string();
  };
  pages.quality = add_quality(node, sources);
  http::add_check_routes(node.router, {node.own, pages.record, [&node](std::string_view origin) {
                                         return policy_href(node, origin);
                                       }});
  pages.entry_head = [sources](const http::Request& request, const RecordView& view) {
    return http::head_of_entry(sources, request, view);
  };
  pages.tell_base = [&node](std::string_view origin) { return tell_base(node, origin); };
  http::add_page_routes(node.router, std::move(pages), keep_until_written(node));
  http::add_accessibility_page(node.router, node.own, kVersion);
  http::add_openapi_routes(node.router, *node.search, node.own);
  http::LogRouteOptions logs;
  logs.cosigned = [&node](std::string note) { return fully_cosigned_note(node, std::move(note)); };
  http::add_log_routes(node.router, reader, std::move(logs));
  http::add_federation_routes(node.router, reader, peers, [&node] { return node.own; });
  http::add_erasure_routes(node.router, [&node](std::string_view hash, std::uint64_t index) {
    return node.eraser->receipt(hash, index);
  });
  http::add_members_routes(node.router, members_ports(node));
  http::add_fork_routes(node.router, *node.forks);
  http::add_attachment_routes(node.router, attachment_route_ports(node));
  http::add_health_routes(node.router, health_sources(node));
  if (node.witness) http::add_witness_routes(node.router, *node.witness);
  http::add_charter_routes(node.router, charter_ports(node));
  add_operating_routes(node);
}

}  // namespace dure::node
