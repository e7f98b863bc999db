// SPDX-License-Identifier: Apache-2.0
#include "http/routes/catalogue_facts.h"

#include <algorithm>
#include <utility>

#include "dure/encoding.h"
#include "formats/iri.h"

namespace dure::node::http {
namespace {

PublisherFacts facts_of(const NodeCard& card) {
  return {card.origin, card.name.empty() ? card.origin : card.name,
          std::string(role_name(card.role)), card.region};
}

/// A Host that cannot break out of an address.
bool is_plain_host(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  });
}

}  // namespace

std::string base_address(const NodeCard& own, const Request& request) {
  std::string base = own.url;
  while (!base.empty() && base.back() == '/') base.pop_back();
  if (!base.empty()) return base;
  const std::string_view host = request.header("host").value_or("");
  if (!request.control && is_plain_host(host)) return "http://" + std::string(host);
  return "urn:dure:node:" + encode_segment(own.origin) + ":";
}

Result<CatalogueFactsBook> CatalogueFactsBook::read(const CatalogueSources& sources,
                                                    const Request& request) {
  const auto peers = sources.peers->peers();
  if (!peers) return peers.error();
  CatalogueFactsBook book;
  book.own_ = facts_of(sources.own);
  Addresses& addresses = book.context_.addresses;
  addresses.own_base = base_address(sources.own, request);
  if (!sources.own.url.empty()) addresses.bases[sources.own.origin] = addresses.own_base;
  for (const PeerEntry& peer : *peers) {
    if (!peer.card.url.empty()) addresses.bases[peer.card.origin] = peer.card.url;
    book.publishers_.emplace(peer.card.origin, facts_of(peer.card));
  }
  book.publishers_.insert_or_assign(sources.own.origin, book.own_);
  book.context_.region_name = [regions = sources.regions](std::string_view code) {
    return regions->full_name(code);
  };
  return book;
}

PublisherFacts CatalogueFactsBook::publisher(std::string_view origin) const {
  const auto found = publishers_.find(origin);
  if (found != publishers_.end()) return found->second;
  return {std::string(origin), std::string(origin), "town", {}};
}

PublishedEntry published(const ListedEntry& entry) {
  return {entry.item.id,
          entry.item.origin,
          entry.leaf.type,
          entry.leaf.time,
          hex_encode(as_view(entry.leaf.commitment)),
          entry.leaf.rev,
          entry.item.index,
          entry.body};
}

}  // namespace dure::node::http
