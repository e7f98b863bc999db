// SPDX-License-Identifier: Apache-2.0
#include "app/charter_service.h"

#include <sodium.h>

#include <algorithm>
#include <condition_variable>
#include <nlohmann/json.hpp>

#include "app/charter_peers.h"
#include "app/charter_recovery.h"
#include "app/charter_report.h"
#include "app/charter_watch.h"
#include "app/continue_log.h"
#include "app/head_survey.h"
#include "app/joining.h"
#include "app/key_rotation.h"
#include "app/own_charter.h"
#include "app/peer_memory.h"
#include "app/sealed_logs.h"
#include "dure/quorum.h"
#include "membership/charter_exchange.h"

namespace dure::node {
namespace {

/// Makes who is in the charter a peer, and nobody who left it.
Status follow_charter(NodeParts& node) {
  if (auto followed = follow_members(node); !followed) return followed;
  remember_peers(node);
  node.cosigning->follow(node.charter->current()->charter);
  node.replicator->wake();
  return node.witness ? update_witnessed_logs(node) : ok();
}

/// Entries that came back from a mirror do not say what they were made of: the log itself does.
bool is_announced(NodeParts& node, std::uint64_t version, const std::string& hash) {
  const auto published = published_charter(node.store->reader(), node.store->own_log_id());
  return published && *published && (*published)->fingerprint == node.charter->fingerprint() &&
         (*published)->notice.version == version && (*published)->notice.hash == hash;
}

/// Everybody can see in this node's log which text it follows: two that contradict are found.
/// Announcing the same version again adds nothing.
void announce_charter(NodeParts& node) {
  const auto current = node.charter->current();
  if (node.publisher == nullptr || current->charter.members.size() < 2) return;
  if (node.publisher->quarantine()) return;  // once it is over, this is repeated
  const std::string hash = node.charter->hash(current->charter.version);
  if (is_announced(node, current->charter.version, hash)) return;
  Submission submission;
  submission.type = kCharterNoticeType;
  submission.of_this_log = true;
  submission.source = "charter:" + hash;
  submission.body = format_charter_notice(current->charter.federation, node.charter->fingerprint(),
                                          current->charter.version, hash);
  if (auto published = node.publisher->publish(std::move(submission)); !published)
    node.log.error("charter.not_announced", error_fields(published.error()));
}

/// After every adoption, and at the start, in case it was cut off.
void act_on_charter(NodeParts& node) {
  // Not one signature more under a log that is sealed.
  if (const auto sealed = own_log_sealed(node); sealed && node.publisher)
    node.publisher->stop_signing(*sealed);
  announce_charter(node);
  if (auto followed = follow_charter(node); !followed)
    node.log.error("charter.follow_failed", error_fields(followed.error()));
  settle_seals(node);
  node.erasing_bell.ring();  // entries of sealed logs may be erased by now
  notice_keys(node);
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

Result<std::string> change_keys(NodeParts& node, const RotationWish& wish) {
  auto rotation = rotate_keys(node, wish);
  if (!rotation) return std::move(rotation).error();
  if (rotation->adopted) act_on_charter(node);
  return std::move(rotation->report);
}

/// {"version","hash"}
Result<std::string> decide_charter(NodeParts& node, const std::string& hash) {
  const auto version = node.charter->decide(hash);
  if (!version) return version.error();
  node.log.warning("charter.decided", {{"version", std::to_string(*version)}, {"hash", hash}});
  act_on_charter(node);
  return nlohmann::json{{"version", *version}, {"hash", hash}}.dump();
}

}  // namespace

Status open_charter(NodeParts& node) { return node.charter->size() > 0 ? ok() : found_alone(node); }

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
  ask_to_continue(node);
  if (ask_for_keys(node)) act_on_charter(node);
  read_charter_notices(node);
  settle_seals(node);
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
  ports.heads = [&node](const std::string& origin) { return survey_heads(node, origin); };
  ports.rotate = [&node](const std::string& step, const std::string& suite) -> Result<std::string> {
    const auto parsed = parse_suite(suite);
    if (!parsed) return parsed.error();
    RotationWish wish{RotationWish::Step::kBegin, *parsed};
    if (step == "finish") wish.step = RotationWish::Step::kFinish;
    if (step == "lost") wish.step = RotationWish::Step::kReplaceLost;
    return change_keys(node, wish);
  };
  ports.decide = [&node](const std::string& hash) { return decide_charter(node, hash); };
  return ports;
}

}  // namespace dure::node
