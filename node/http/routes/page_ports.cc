// SPDX-License-Identifier: Apache-2.0
// Where a running node's pages get what they show.
#include <fmt/format.h>

#include <utility>

#include "dure/checkpoint.h"
#include "dure/note.h"
#include "http/routes/page_routes.h"

namespace dure::node::http {
namespace {

// The size that a log's newest complete head tells; 0 before the first.
std::uint64_t head_size(LogReader& logs, LogId log) {
  const auto head = logs.head(log);
  if (!head) return 0;
  const auto note = parse_note(*head);
  if (!note) return 0;
  const auto checkpoint = parse_checkpoint(note->text);
  return checkpoint ? checkpoint->size : 0;
}

Result<std::vector<LogView>> log_views(LogReader& logs, PeerBook& peers, const NodeCard& own) {
  const auto known = logs.logs();
  if (!known) return known.error();
  const auto book = peers.peers();
  if (!book) return book.error();
  std::vector<LogView> views;
  for (const KnownLog& log : *known) {
    LogView view;
    view.origin = log.origin;
    view.own = log.own;
    view.entries = head_size(logs, log.id);
    view.checkpoint_href =
        log.own ? "/log/checkpoint" : fmt::format("/mirror/{}/checkpoint", origin_hash(log.origin));
    view.name = log.origin;
    if (log.own) {
      view.name = own.name;
      view.role = role_name(own.role);
      view.log_vkey = own.log_vkey;
      view.region = own.region;
      view.url = own.url;
    }
    for (const PeerEntry& peer : *book) {
      if (peer.card.origin != log.origin) continue;
      view.name = peer.card.name;
      view.role = role_name(peer.card.role);
      view.log_vkey = peer.card.log_vkey;
      view.region = peer.card.region;
      view.url = peer.card.url;
    }
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace

PagePorts make_page_ports(SearchService& service, LogReader& logs, PeerBook& peers, NodeCard own,
                          const RegionTable& regions) {
  PagePorts ports;
  ports.own = own;
  ports.regions = &regions;
  ports.search = [&service](const SearchRequest& request) { return service.search(request); };
  ports.claims = [&service](std::string_view id) { return service.claims(id); };
  ports.record = [&service](std::string_view id, std::string_view origin) {
    return service.record(id, origin);
  };
  ports.publisher = [&service](std::string_view origin) { return service.publisher(origin); };
  ports.references = [&service](const ReferencesRequest& request) {
    return service.references(request);
  };
  ports.withheld = [&service] { return service.withheld(); };
  ports.logs = [&logs, &peers, own = std::move(own)] { return log_views(logs, peers, own); };
  return ports;
}

}  // namespace dure::node::http
