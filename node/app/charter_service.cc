// SPDX-License-Identifier: Apache-2.0
#include "app/charter_service.h"

#include <sodium.h>

#include <algorithm>
#include <condition_variable>
#include <nlohmann/json.hpp>

#include "app/charter_report.h"
#include "app/joining.h"
#include "app/own_charter.h"
#include "dure/quorum.h"
#include "membership/charter_exchange.h"
#include "replication/bounds.h"

namespace dure::node {
namespace {

/// Without region and exact role, which the charter leaves out.
NodeCard card_of(const CharterMember& member) {
  NodeCard card;
  card.origin = member.id + "/" + std::to_string(member.logs.back().generation);
  card.name = member.name.empty() ? member.id : member.name;
  card.url = member.url;
  card.role = member.status == MemberStatus::kObserver ? Role::kObserver : Role::kTown;
  card.log_vkey = member.logs.back().key.format();
  return card;
}

/// Learns from the member itself what the charter leaves out.
void complete_card(NodeParts& node, const CharterMember& member, Source& source) {
  NodeCard card = card_of(member);
  const auto peers = node.store->peer_book().peers();
  if (!peers) return;
  const auto known = std::find_if(peers->begin(), peers->end(), [&](const PeerEntry& peer) {
    return peer.card.origin == card.origin;
  });
  const bool complete =
      known != peers->end() && (!known->card.region.empty() || known->card.role == Role::kObserver);
  if (complete) return;
  FetchRequest request;
  request.path = "/federation/node";
  request.max_bytes = kMaxCardBytes;
  const auto answer = source.fetch(request);
  const auto told = answer ? parse_card(answer->body) : Result<NodeCard>(answer.error());
  if (!told || told->origin != card.origin || told->log_vkey != card.log_vkey) return;
  card.region = told->region;
  card.role = told->role;
  (void)node.store->peer_book().add({0, card, member.url});  // tried again with the next question
}

/// Makes every member of the charter a peer.
Status follow_charter(NodeParts& node) {
  const auto current = node.charter->current();
  const auto known = node.store->peer_book().peers();
  if (!known) return known.error();
  for (const CharterMember& member : current->charter.members) {
    if (member.id == member_id(node.own)) continue;
    const bool there = std::any_of(known->begin(), known->end(), [&](const PeerEntry& peer) {
      return peer.card.log_vkey == member.logs.back().key.format() && peer.url == member.url;
    });
    if (there) continue;
    const PeerEntry peer{0, card_of(member), member.url};
    auto added = node.store->peer_book().add(peer);
    if (!added && added.error().code != ErrorCode::kConflict) return added;
    if (!added) node.log.error("charter.member_differs", error_fields(added.error()));
  }
  node.cosigning->follow(current->charter);
  node.replicator->wake();
  return update_witnessed_logs(node);
}

/// Everybody can see in this node's log which text it follows: two that contradict are found.
/// Announcing the same version again adds nothing.
void announce_charter(NodeParts& node) {
  const auto current = node.charter->current();
  if (node.publisher == nullptr || current->charter.members.size() < 2) return;
  const std::string hash = node.charter->hash(current->charter.version);
  Submission submission;
  submission.type = "charter-adopted";
  submission.source = "charter:" + hash;
  submission.body =
      canonical_json({{"federation", current->charter.federation},
                      {"sha256", hash},
                      {"version", static_cast<std::int64_t>(current->charter.version)}});
  if (auto published = node.publisher->publish(std::move(submission)); !published)
    node.log.error("charter.not_announced", error_fields(published.error()));
}

/// After every adoption, and at the start, in case it was cut off.
void act_on_charter(NodeParts& node) {
  announce_charter(node);
  if (auto followed = follow_charter(node); !followed)
    node.log.error("charter.follow_failed", error_fields(followed.error()));
}

std::vector<CharterMember> others(const NodeParts& node) {
  std::vector<CharterMember> members;
  const auto current = node.charter->current();
  if (!current) return members;
  for (const CharterMember& member : current->charter.members) {
    if (member.id != member_id(node.own) && !member.url.empty()) members.push_back(member);
  }
  return members;
}

void ask_member(NodeParts& node, const CharterMember& member) {
  auto source = node.open_source(member.url);
  if (!source) return;
  const auto news = exchange_charters(*node.charter, **source);
  if (!news) return;  // replication tells of peers that do not answer
  complete_card(node, member, **source);
  if (news->conflict) node.log.error("charter.conflict", {{"shown_by", member.id}});
  if (news->refused) node.log.debug("charter.not_taken", error_fields(*news->refused));
  if (news->adopted == 0) return;
  const auto current = node.charter->current();
  node.log.info("charter.adopted", {{"version", std::to_string(current->charter.version)}});
  act_on_charter(node);
}

}  // namespace

Status open_charter(NodeParts& node) {
  auto book = CharterBook::open(*node.head_lock, node.now);
  if (!book) return std::move(book).error();
  node.charter = std::move(*book);
  return node.charter->size() > 0 ? ok() : found_alone(node);
}

void exchange_charters(NodeParts& node, bool all) {
  const auto settled = node.charter->settle();
  if (!settled) node.log.error("charter.failed", error_fields(settled.error()));
  if (settled && *settled) act_on_charter(node);
  const auto joining = node.charter->joining();
  if (joining && finish_joining(node, *joining)) act_on_charter(node);
  auto members = others(node);
  if (!all && members.size() > 1) {
    std::swap(members.front(),
              members[randombytes_uniform(static_cast<std::uint32_t>(members.size()))]);
    members.resize(1);
  }
  for (const CharterMember& member : members) ask_member(node, member);
}

void run_charter_exchange(NodeParts& node, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  // A command may be given other settings for once; what the serving node uses counts.
  if (auto followed = follow_settings(node); !followed)
    node.log.error("charter.failed", error_fields(followed.error()));
  act_on_charter(node);
  while (!stop.stop_requested()) {
    exchange_charters(node, /*all=*/false);
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, std::chrono::seconds(node.settings.pull_interval),
                   [] { return false; });
  }
}

http::CharterPorts charter_ports(NodeParts& node) {
  http::CharterPorts ports;
  ports.book = node.charter.get();
  ports.writing = node.publisher != nullptr;
  ports.take_join_request = [&node](const std::string& note) {
    return take_join_request(node, note);
  };
  ports.join = [&node](const std::string& url, const std::string& fingerprint) {
    auto answer = join_federation(node, url, fingerprint);
    if (answer && !fingerprint.empty() && !node.charter->joining()) act_on_charter(node);
    return answer;
  };
  ports.report = [&node]() -> Result<std::string> { return charter_report(node).dump(); };
  ports.policy = [&node](const std::string& origin) -> Result<std::string> {
    const auto policy =
        policy_for(node.charter->current()->charter, origin.empty() ? node.own.origin : origin);
    if (!policy) return policy.error();
    return format_policy(*policy);
  };
  ports.adopted = [&node] { act_on_charter(node); };
  return ports;
}

}  // namespace dure::node
