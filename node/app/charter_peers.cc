// SPDX-License-Identifier: Apache-2.0
#include "app/charter_peers.h"

#include <algorithm>

#include "app/own_charter.h"
#include "app/witness_logs.h"
#include "membership/charter_logs.h"
#include "replication/bounds.h"

namespace dure::node {
namespace {

/// Without region and exact role, which the charter leaves out.
NodeCard card_of(const CharteredLog& log) {
  const CharterMember& member = *log.member;
  NodeCard card;
  card.origin = log.origin;
  card.name = member.name.empty() ? member.id : member.name;
  card.url = log.url;
  card.role = member.status == MemberStatus::kObserver ? Role::kObserver : Role::kTown;
  card.log_vkey = log.key.format();
  if (member.request && log.origin == newest_origin(member))
    card.request_vkey = member.request->format();
  return card;
}

const PeerEntry* find_peer(const std::vector<PeerEntry>& peers, std::string_view origin) {
  const auto found = std::find_if(peers.begin(), peers.end(), [&](const PeerEntry& peer) {
    return peer.card.origin == origin;
  });
  return found == peers.end() ? nullptr : &*found;
}

/// What is known of a member beyond the charter stays when its address or key changes.
PeerEntry peer_of(const CharteredLog& log, const PeerEntry* known) {
  PeerEntry peer{0, card_of(log), log.url};
  if (known == nullptr) return peer;
  peer.card.region = known->card.region;
  if (peer.card.role != Role::kObserver && known->card.role == Role::kProvince)
    peer.card.role = known->card.role;
  if (peer.card.request_vkey.empty()) peer.card.request_vkey = known->card.request_vkey;
  return peer;
}

Status add_members(NodeParts& node, const Charter& charter, const std::vector<PeerEntry>& known) {
  for (CharteredLog log : chartered_logs(charter)) {
    // A node's own log is no peer; one that it gave up is a mirror that only others serve.
    if (log.origin == node.own.origin) continue;
    if (log.member->id == member_id(node.own)) log.url.clear();
    const PeerEntry* there = find_peer(known, log.origin);
    PeerEntry peer = peer_of(log, there);
    if (there != nullptr && there->card.log_vkey == peer.card.log_vkey && there->url == peer.url &&
        there->card.request_vkey == peer.card.request_vkey)
      continue;
    auto put = node.store->peer_book().put(peer);
    if (!put && put.error().code != ErrorCode::kConflict) return put;
    if (!put) node.log.error("charter.member_differs", error_fields(put.error()));
  }
  return ok();
}

Status remove_former(NodeParts& node, const std::vector<PeerEntry>& known) {
  const auto former = node.charter->former_members();
  for (const PeerEntry& peer : known) {
    if (former.count(member_id(peer.card)) == 0) continue;
    auto removed = node.store->peer_book().remove(peer.card.origin);
    if (!removed && removed.error().code != ErrorCode::kNotFound) return removed;
    node.log.warning("charter.member_left", {{"origin", peer.card.origin}});
  }
  return ok();
}

bool is_complete(const PeerEntry* peer) {
  return peer != nullptr && (!peer->card.region.empty() || peer->card.role == Role::kObserver);
}

std::vector<VerifierKey> keys_of(const Charter& charter, const PeerEntry& peer) {
  auto keys = log_keys_of(charter, peer.card.origin);
  if (!keys.empty()) return keys;
  if (auto key = VerifierKey::parse(peer.card.log_vkey)) keys.push_back(*std::move(key));
  return keys;
}

}  // namespace

Status follow_members(NodeParts& node) {
  const auto current = node.charter->current();
  const auto known = node.store->peer_book().peers();
  if (!known) return known.error();
  if (auto added = add_members(node, current->charter, *known); !added) return added;
  return remove_former(node, *known);
}

void complete_card(NodeParts& node, const CharterMember& member, Source& source) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return;
  const PeerEntry* known = find_peer(*peers, newest_origin(member));
  if (known == nullptr || is_complete(known)) return;
  FetchRequest request;
  request.path = "/federation/node";
  request.max_bytes = kMaxCardBytes;
  const auto answer = source.fetch(request);
  const auto told = answer ? parse_card(answer->body) : Result<NodeCard>(answer.error());
  if (!told || told->origin != known->card.origin) return;
  const auto keys = log_keys(node, told->origin);
  const auto is_told = [&](const VerifierKey& key) { return key.format() == told->log_vkey; };
  if (std::none_of(keys.begin(), keys.end(), is_told)) return;
  PeerEntry peer = *known;
  peer.card.region = told->region;
  peer.card.role = told->role;
  (void)node.store->peer_book().put(peer);  // tried again with the next question
}

std::vector<VerifierKey> log_keys(const NodeParts& node, std::string_view origin) {
  // A node whose head lock is just being made anew has no charter yet.
  const auto current = node.charter ? node.charter->current() : std::nullopt;
  if (current) {
    if (auto keys = log_keys_of(current->charter, origin); !keys.empty()) return keys;
  }
  if (origin == node.own.origin) return {node.signer->verifier()};
  std::vector<VerifierKey> keys;
  const auto peers = node.store->peer_book().peers();
  const PeerEntry* peer = peers ? find_peer(*peers, origin) : nullptr;
  if (peer == nullptr) return keys;
  if (auto key = VerifierKey::parse(peer->card.log_vkey)) keys.push_back(*std::move(key));
  return keys;
}

Result<std::vector<ReplicationPeer>> replication_peers(NodeParts& node) {
  const auto known = node.store->peer_book().peers();
  if (!known) return known.error();
  const auto current = node.charter->current();
  const Charter none;
  const Charter& charter = current ? current->charter : none;
  std::vector<ReplicationPeer> peers;
  for (const PeerEntry& peer : *known)
    peers.push_back({peer.log, peer.card.origin, peer.url, keys_of(charter, peer)});
  return peers;
}

Result<WitnessedLogs> logs_to_witness(const NodeParts& node) {
  const auto known = node.store->peer_book().peers();
  if (!known) return known.error();
  const auto current = node.charter->current();
  const Charter none;
  const Charter& charter = current ? current->charter : none;
  WitnessedLogs logs = node.extra_logs;
  for (const PeerEntry& peer : *known) {
    // Nothing can follow the last head of a sealed log.
    if (seal_of(charter, peer.card.origin) != nullptr) continue;
    for (VerifierKey& key : keys_of(charter, peer))
      add_witnessed_key(logs, peer.card.origin, std::move(key));
  }
  for (const SealedLog& seal : charter.sealed) logs.erase(seal.origin);
  return logs;
}

Status may_add_peer(const NodeParts& node, const NodeCard& card) {
  if (node.charter->former_members().count(member_id(card)) == 0) return ok();
  return Error{ErrorCode::kRefused,
               card.origin + " was taken out of the charter",
               "errors.peer_taken_out",
               {{"origin", printable(card.origin)}}};
}

Status may_remove_peer(const NodeParts& node, const std::string& what) {
  const auto current = node.charter->current();
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  if (!current) return ok();
  std::string url = what;
  while (url.ends_with('/')) url.pop_back();
  for (const PeerEntry& peer : *peers) {
    if (peer.card.origin != what && (peer.url.empty() || peer.url != url)) continue;
    if (owner_of(current->charter, peer.card.origin) == nullptr) continue;
    return Error{ErrorCode::kRefused,
                 peer.card.origin + " is a peer because of the charter",
                 "errors.peer_by_charter",
                 {{"origin", printable(peer.card.origin)}}};
  }
  return ok();
}

}  // namespace dure::node
