// SPDX-License-Identifier: Apache-2.0
#include "app/node_recovery.h"

#include <unistd.h>

#include <filesystem>

#include "app/durable_file.h"
#include "app/erasing_parts.h"
#include "app/evidence.h"
#include "app/peer_memory.h"
#include "app/source_policy.h"

namespace dure::node {
namespace {

constexpr std::size_t kAskedAtOnce = 32;

void note_healed(NodeParts& node, const Healed& healed, std::chrono::milliseconds took) {
  node.recovery.entries += healed.entries;
  node.recovery.absent += healed.absent;
  node.recovery.milliseconds += static_cast<std::uint64_t>(took.count());
  node.log.warning("recovery.healed", {{"entries", std::to_string(healed.entries)},
                                       {"without_body", std::to_string(healed.absent)},
                                       {"milliseconds", std::to_string(took.count())}});
  (void)finish_erasing(node);
}

bool is_restored(const NodeParts& node) {
  std::error_code ignored;
  return std::filesystem::exists(node.folder.restored(), ignored);
}

}  // namespace

OwnLogParts own_log_parts(NodeParts& node) {
  OwnLogParts own;
  own.origin = node.own.origin;
  own.keys = own_log_keys(node);
  own.stored_keys = log_keys_ever(node, node.own.origin);
  own.id = node.store->own_log_id();
  own.log = node.own_log.get();
  own.head_lock = node.head_lock.get();
  own.reader = &node.store->reader();
  own.eraser = node.eraser.get();
  own.forks = node.forks.get();
  own.open = node.open_source;
  own.quick = make_quick_opener(node.settings, node.stopping.get_token());
  own.asked_at_once = kAskedAtOnce;
  own.stop = node.stopping.get_token();
  own.evidence = [&node] { return load_evidence(node.folder); };
  own.restored = [&node] { return is_restored(node); };
  own.confirmed = [&node] {
    unlink(node.folder.restored().c_str());
    (void)sync_folder(node.folder.path);  // it may come back after a power cut, and is asked again
  };
  own.on_healed = [&node](const Healed& healed, std::chrono::milliseconds took) {
    note_healed(node, healed, took);
  };
  own.on_not_healed = [&node](const Error& error) {
    node.log.warning("recovery.not_healed", error_fields(error));
  };
  own.on_silence = [&node](std::size_t peers) {
    node.log.warning("recovery.no_peer_answered", {{"peers", std::to_string(peers)}});
  };
  return own;
}

PeerViews ask_own_heads(NodeParts& node, const std::vector<PeerEntry>& peers, std::size_t most) {
  return ask_own_heads(own_log_parts(node), peers, most);
}

Result<Recovered> settle_own_log(NodeParts& node) { return settle_own_log(own_log_parts(node)); }

Result<Recovered> compare_and_heal(NodeParts& node, const std::vector<PeerEntry>& peers,
                                   const PeerViews& views) {
  return compare_and_heal(own_log_parts(node), peers, views);
}

Result<Recovered> recover_own_log(NodeParts& node) {
  if (is_restored(node)) recall_peers(node);
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  auto recovered = recover_own_log(own_log_parts(node), *peers);
  if (!recovered) return recovered;
  if (recovered->quarantine)
    node.log.error("recovery.quarantine", error_fields(*recovered->quarantine));
  if (recovered->republished) node.log.info("recovery.republished");
  return recovered;
}

}  // namespace dure::node
